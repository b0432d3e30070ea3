namespace Realtime.Sdk;

/// <summary>Whether the model may, must or must not call a tool. Wire: <c>tool_choice</c>; a string or an object.</summary>
public abstract partial record ToolChoice : WireObject
{
    private protected ToolChoice() { }

    /// <summary>The model calls no tool. Wire: <c>none</c>.</summary>
    [WireValue("none")]
    public static partial ToolChoice None { get; }

    /// <summary>The model decides, which is the server's default. Wire: <c>auto</c>.</summary>
    [WireValue("auto")]
    public static partial ToolChoice Auto { get; }

    /// <summary>The model calls at least one tool. Wire: <c>required</c>.</summary>
    [WireValue("required")]
    public static partial ToolChoice Required { get; }

    /// <summary>The string on the wire, or the <c>type</c> of the object.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        // Some compatible servers nest the name in an object "function", like the chat API. Such a choice is kept as unrecognized, not read as a function
        // without a name.
        protected override ToolChoice? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) => type switch
        {
            "function" => JsonMembers.HasText(reader.Copy, "name"u8) ? FunctionToolChoice.Read(ref reader) : null,
            "mcp" => McpToolChoice.Read(ref reader),
            _ => null,
        };
    }
}

/// <summary>The model calls the given function. Wire: <c>function</c>.</summary>
/// <remarks>Schema: <c>ToolChoiceFunction</c>.</remarks>
[WireType("function")]
public sealed partial record FunctionToolChoice : ToolChoice
{
    /// <summary>The <see cref="FunctionTool.Name"/> of one of the tools.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    internal override void Check(Constraints constraints) => constraints.Required(Name, "name");
}

/// <summary>The model calls a tool of the given MCP server. Wire: <c>mcp</c>.</summary>
/// <remarks>Schema: <c>ToolChoiceMCP</c>.</remarks>
[WireType("mcp")]
public sealed partial record McpToolChoice : ToolChoice
{
    /// <summary>The <see cref="McpTool.ServerLabel"/> of one of the tools.</summary>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The name of the tool, as the MCP server lists it; null means any of the server's tools.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Required(ServerLabel, "server_label");
        constraints.NotBlank(Name, "name");
    }
}

/// <summary>A tool choice of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The string on the wire, or the <c>type</c> of the object.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownToolChoice(string Type, JsonElement Json) : ToolChoice, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Type != "function" || Json.ValueKind != JsonValueKind.Object)
            constraints.UnknownVariant(this, ["none", "auto", "required"], ["function", "mcp"]);
        else if (Json.TryGetProperty("function"u8, out _))
            constraints.UnknownShape("should not be sent: name is a member of the tool choice itself", "function");
        else
            constraints.MissingMember(this, "name");
    }
}
