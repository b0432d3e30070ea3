namespace Realtime.Sdk;

/// <summary>The calls to an MCP server that require approval. Wire: <c>require_approval</c>; a string or an object.</summary>
public abstract partial record McpApproval : WireObject
{
    private protected McpApproval() { }

    /// <summary>All calls require approval, which is the server's default. Wire: <c>always</c>.</summary>
    [WireValue("always")]
    public static partial McpApproval Always { get; }

    /// <summary>No calls require approval. Wire: <c>never</c>.</summary>
    [WireValue("never")]
    public static partial McpApproval Never { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Approval by tool. Wire: an object.</summary>
public sealed partial record McpApprovalFilter : McpApproval
{
    /// <summary>The tools whose calls require approval. Wire: <c>always</c>.</summary>
    [JsonPropertyName("always")]
    public McpToolFilter? AlwaysFor { get; init; }

    /// <summary>The tools whose calls do not require approval. Wire: <c>never</c>.</summary>
    [JsonPropertyName("never")]
    public McpToolFilter? NeverFor { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("always", AlwaysFor);
        constraints.ValidateMember("never", NeverFor);
        constraints.ForbidOtherMembers(this, "must not be sent: an approval filter accepts only always and never");
    }
}

/// <summary>An approval rule in an unrecognized shape, kept unchanged.</summary>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownMcpApproval(JsonElement Json) : McpApproval, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Json.ValueKind == JsonValueKind.String)
            constraints.UnknownValue(Json, "always", "never");
        else
            constraints.UnknownShape("should be \"always\", \"never\" or an object");
    }
}
