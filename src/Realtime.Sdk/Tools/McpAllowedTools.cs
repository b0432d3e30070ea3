using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>Which tools of an MCP server the model may call. Wire: <c>allowed_tools</c>; an array of names or a filter.</summary>
[JsonConverter(typeof(Converter))]
public abstract record McpAllowedTools : WireObject
{
    private protected McpAllowedTools() { }

    /// <summary>The tools of these names.</summary>
    public static McpToolNames Named(params IReadOnlyList<string> names) => new(names);

    internal abstract override void Check(Constraints constraints);

    /// <summary>Reads and writes the family by its JSON kind, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : UnionConverter<McpAllowedTools>
    {
        private protected override WireInfo? Variant(string? type) => SessionWire.Info<McpToolFilter>();

        private protected override McpAllowedTools Unknown(string type, JsonElement json) => new UnknownMcpAllowedTools(json);

        private protected override McpAllowedTools FromToken(ref Utf8JsonReader reader)
        {
            var json = JsonElement.ParseValue(ref reader);
            return json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String)
                ? new McpToolNames([.. json.EnumerateArray().Select(name => name.GetString()!)])
                : new UnknownMcpAllowedTools(json);
        }

        private protected override bool WriteToken(Utf8JsonWriter writer, McpAllowedTools value)
        {
            if (value is not McpToolNames { Names: var names })
                return false;
            writer.WriteStartArray();
            foreach (var name in names)
                writer.WriteStringValue(name);
            writer.WriteEndArray();
            return true;
        }
    }
}

/// <summary>The tools of these names. Wire: an array.</summary>
/// <param name="Names">The names, as the MCP server lists them.</param>
[JsonConverter(typeof(VariantConverter<McpToolNames, McpAllowedTools, McpAllowedTools.Converter>))]
public sealed record McpToolNames(IReadOnlyList<string> Names) : McpAllowedTools
{
    internal override void Check(Constraints constraints)
    {
        if (Names is null)
            constraints.Error("", null, "is required");
        constraints.EachText(Names, "");
    }
}

/// <summary>The tools that fit a filter. Wire: <c>allowed_tools</c>, <c>require_approval.always</c>, <c>require_approval.never</c>.</summary>
public sealed record McpToolFilter : McpAllowedTools
{
    /// <summary>The names, as the MCP server lists them; null means any.</summary>
    [JsonPropertyName("tool_names"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyList<string>? ToolNames { get; init; }

    /// <summary>Whether the tool must be marked as only reading (<c>readOnlyHint</c>); null means either.</summary>
    [JsonPropertyName("read_only"), JsonIgnore(Condition = WhenWritingNull)]
    public bool? ReadOnly { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.EachText(ToolNames, "tool_names");
        constraints.NothingElse(this, "must not be sent: a filter takes tool_names and read_only and nothing else");
    }
}

/// <summary>Allowed tools in a shape this version does not know, kept as they came.</summary>
/// <param name="Json">The whole JSON value.</param>
public sealed record UnknownMcpAllowedTools(JsonElement Json) : McpAllowedTools, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.Warning("", null, "is neither an array of names nor an object");
}
