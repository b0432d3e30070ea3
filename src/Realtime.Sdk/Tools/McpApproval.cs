namespace Realtime.Sdk;

/// <summary>Which calls to an MCP server wait for your approval. Wire: <c>require_approval</c>; a string or an object.</summary>
public abstract partial record McpApproval : WireObject
{
    private protected McpApproval() { }

    /// <summary>All calls; the server's default. Wire: <c>always</c>.</summary>
    public static McpApproval Always { get; } = new NamedApproval("always");

    /// <summary>No calls. Wire: <c>never</c>.</summary>
    public static McpApproval Never { get; } = new NamedApproval("never");

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Family
    {
        protected override McpApproval FromToken(ref WireReader reader)
        {
            var name = reader.TokenType == JsonTokenType.String ? reader.Text() : null;
            return name switch
            {
                "always" => Always,
                "never" => Never,
                _ => base.FromToken(ref reader),
            };
        }
    }

    private sealed record NamedApproval(string Name) : McpApproval
    {
        internal override void Write(Utf8JsonWriter writer) => writer.WriteStringValue(Name);

        internal override void Check(Constraints constraints) { }
    }
}

/// <summary>Approval by tool: some always, some never. Wire: an object.</summary>
public sealed partial record McpApprovalFilter : McpApproval
{
    /// <summary>The tools whose calls wait for approval. Wire: <c>always</c>.</summary>
    [JsonPropertyName("always")]
    public McpToolFilter? AlwaysFor { get; init; }

    /// <summary>The tools whose calls run at once. Wire: <c>never</c>.</summary>
    [JsonPropertyName("never")]
    public McpToolFilter? NeverFor { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("always", AlwaysFor);
        constraints.ValidateMember("never", NeverFor);
        constraints.ForbidOtherMembers(this, "must not be sent: an approval filter takes always and never and nothing else");
    }
}

/// <summary>An approval rule in a shape this version does not know, kept as it came.</summary>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownMcpApproval(JsonElement Json) : McpApproval, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.Warning("", null, "is neither always, nor never, nor an object");
}
