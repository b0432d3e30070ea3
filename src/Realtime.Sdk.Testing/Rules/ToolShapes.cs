using System.Buffers;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members of tools and of <c>tool_choice</c>. Bounds and members without a note are those of the API reference.</summary>
internal static class ToolShapes
{
    /// <summary>From public reports: a longer name or description makes the service refuse the whole session.</summary>
    private const int MaxNameLength = 64, MaxDescriptionLength = 1024;

    private static readonly MemberRule Type = new("type", TextRule.Any);

    private static readonly ObjectRule Filter = new(new("tool_names", new ListRule(TextRule.Any)), new("read_only", FlagRule.Instance));

    private static readonly ObjectRule Function = new(
        Type,
        new("name", new FunctionNameRule(MaxNameLength), IsRequired: true),
        new("description", new TextRule(MaxDescriptionLength)),
        new("parameters", AnyObjectRule.Instance));

    private static readonly ObjectRule Mcp = new(
        Type,
        new("server_label", TextRule.NotEmpty, IsRequired: true),
        new("server_url", new AbsoluteUrlRule()),
        new("connector_id", new KnownValueRule(ServiceValues.Connectors)),
        new("tunnel_id", new TunnelRule()),
        new("authorization", TextRule.Any),
        new("server_description", TextRule.Any),
        new("headers", new MapRule()),
        new("allowed_tools", new UnionRule("one of an array or an object", list: new ListRule(TextRule.Any), members: Filter)),
        new("allowed_callers", new ListRule(new KnownValueRule(ServiceValues.ToolCallers), minCount: 1)),
        new("require_approval", new UnionRule(
            "one of a string or an object",
            text: new KnownValueRule(ServiceValues.Approvals),
            members: new ObjectRule(new("always", Filter), new("never", Filter)))),
        new("defer_loading", FlagRule.Instance))
    {
        CheckObject = CheckServer,
    };

    public static WireRule Tools { get; } = new ListRule(new VariantRule(
        "type", ServiceValues.ToolTypes, new Dictionary<string, WireRule> { ["function"] = Function, ["mcp"] = Mcp }, otherwise: "function"));

    public static WireRule Choice { get; } = new UnionRule(
        "one of a string or an object",
        text: new KnownValueRule(ServiceValues.ToolChoices),
        members: new VariantRule("type", ServiceValues.ToolTypes, new Dictionary<string, WireRule>
        {
            ["function"] = new ObjectRule(Type, new("name", TextRule.NotEmpty, IsRequired: true)),
            ["mcp"] = new ObjectRule(Type, new("server_label", TextRule.NotEmpty, IsRequired: true), new("name", TextRule.Any)),
        }));

    /// <summary>Refuses a choice of a function or a server that is not among the tools, unless unknown values are accepted.</summary>
    /// <param name="choice">The <c>tool_choice</c>. Only an object contains a name.</param>
    /// <param name="tools">The declared tools.</param>
    /// <param name="path">The path of the choice.</param>
    /// <param name="policy">The values that the emulator accepts.</param>
    public static void CheckChoice(JsonNode? choice, JsonNode? tools, string path, ServicePolicy policy)
    {
        if (choice is not JsonObject || policy.AcceptsUnknownValues)
            return;
        var member = choice.Text("type") == "mcp" ? "server_label" : "name";
        var name = choice.Text(member);
        if (!(tools as JsonArray ?? []).Any(tool => (tool.Text("type") ?? "function") == choice.Text("type") && tool.Text(member) == name))
            throw ServiceErrors.UndeclaredTool(path, name ?? "");
    }

    /// <summary>The API reference requires one of the three members. It is assumed that the refusal names the first.</summary>
    private static void CheckServer(JsonObject tool, MessageCheck check)
    {
        if ((tool["server_url"] ?? tool["connector_id"] ?? tool["tunnel_id"]) is null)
            throw EmulatorHttpException.MissingParameter(check.At("server_url"));
    }
}

/// <summary>The name of a function.</summary>
internal sealed class FunctionNameRule(int maxLength) : TextRule(maxLength, minLength: 1)
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    protected override void CheckText(string text, MessageCheck check)
    {
        if (text.AsSpan().ContainsAnyExcept(Allowed))
            throw ServiceErrors.PatternMismatch(check.Path, "^[a-zA-Z0-9_-]+$");
    }
}

/// <summary>The ID of a tunnel to an MCP server.</summary>
internal sealed class TunnelRule : TextRule
{
    private const string Prefix = "tunnel_";
    private const int Characters = 32;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    protected override void CheckText(string text, MessageCheck check)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text.Length != Prefix.Length + Characters
            || text.AsSpan(Prefix.Length).ContainsAnyExcept(Allowed))
        {
            throw ServiceErrors.PatternMismatch(check.Path, "^tunnel_[a-z0-9]{32}$");
        }
    }
}

/// <summary>An absolute URL. The message of its refusal is the emulator's.</summary>
internal sealed class AbsoluteUrlRule() : TextRule(minLength: 1)
{
    protected override void CheckText(string text, MessageCheck check)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !text.StartsWith(url.Scheme, StringComparison.OrdinalIgnoreCase))
            throw EmulatorHttpException.InvalidValue(check.Path, "it is not an absolute URL");
    }
}
