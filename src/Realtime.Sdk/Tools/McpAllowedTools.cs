namespace Realtime.Sdk;

/// <summary>The tools of an MCP server that the model may call. Wire: <c>allowed_tools</c>; an array of names or a filter.</summary>
public abstract partial record McpAllowedTools : WireObject
{
    private protected McpAllowedTools() { }

    /// <summary>Allows the tools with the given names.</summary>
    public static McpToolNames Named(params IReadOnlyList<string> names) => new(names);

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        protected override McpAllowedTools ReadToken(ref WireReader reader) =>
            AreNames(reader.Copy) ? new McpToolNames(WireList.ReadStrings(ref reader)!) : base.ReadToken(ref reader);

        private static bool AreNames(Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
                ;
            return reader.TokenType == JsonTokenType.EndArray;
        }
    }
}

/// <summary>The names of tools. Wire: an array.</summary>
/// <param name="Names">The names, as the MCP server lists them.</param>
public sealed partial record McpToolNames(IReadOnlyList<string> Names) : McpAllowedTools
{
    internal static new McpToolNames Read(ref WireReader reader) => McpAllowedTools.Read(ref reader) as McpToolNames ?? throw new JsonException("The JSON is not a McpToolNames.");

    internal override void Write(Utf8JsonWriter writer) => WireList.Write(writer, Names);

    internal override void Check(Constraints constraints)
    {
        if (Names is null)
            constraints.Error("", null, "is required");
        constraints.EachText(Names, "");
    }
}

/// <summary>A filter for tools. Wire: <c>allowed_tools</c>, <c>require_approval.always</c>, <c>require_approval.never</c>.</summary>
public sealed partial record McpToolFilter : McpAllowedTools
{
    /// <summary>The names of the tools, as the MCP server lists them; null matches any name.</summary>
    [JsonPropertyName("tool_names")]
    public IReadOnlyList<string>? ToolNames { get; init; }

    /// <summary>Whether the tool must be marked as read-only (<c>readOnlyHint</c>) or must not be; null matches both.</summary>
    [JsonPropertyName("read_only")]
    public bool? ReadOnly { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.EachText(ToolNames, "tool_names");
        constraints.ForbidOtherMembers(this, "must not be sent: a filter accepts only tool_names and read_only");
    }
}

/// <summary>Allowed tools in an unrecognized shape, kept unchanged.</summary>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownMcpAllowedTools(JsonElement Json) : McpAllowedTools, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownShape("should be an array of names or an object");
}
