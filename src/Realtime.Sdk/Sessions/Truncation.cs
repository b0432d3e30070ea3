namespace Realtime.Sdk;

/// <summary>The handling of conversations that exceed the model's context. Wire: <c>truncation</c>; a string or an object.</summary>
public abstract partial record Truncation : WireObject
{
    private protected Truncation() { }

    /// <summary>The server removes the oldest items when necessary, which is its default. Wire: <c>auto</c>.</summary>
    [WireValue("auto")]
    public static partial Truncation Auto { get; }

    /// <summary>Nothing is removed; responses fail once the conversation exceeds the context. Wire: <c>disabled</c>.</summary>
    [WireValue("disabled")]
    public static partial Truncation Disabled { get; }

    /// <summary>The string on the wire, or the <c>type</c> of the object.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        protected override Truncation? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) =>
            type is RetentionRatioTruncation.TypeName && JsonMembers.TryFind(reader.Copy, "retention_ratio"u8, out _)
                ? RetentionRatioTruncation.Read(ref reader)
                : null;
    }
}

/// <summary>
/// Removes more items than necessary at once, so that the following requests can use the prompt cache for longer. Wire: <c>retention_ratio</c>.
/// </summary>
/// <remarks>JSON of this type without the ratio is read as an <see cref="UnknownTruncation"/>.</remarks>
[WireType("retention_ratio")]
public sealed partial record RetentionRatioTruncation : Truncation
{
    internal const string TypeName = "retention_ratio";

    /// <summary>The fraction of the conversation after the instructions that is kept, 0 to 1.</summary>
    [JsonPropertyName("retention_ratio")]
    public required double RetentionRatio { get; init; }

    /// <summary>Limits that are lower than the model's context; null uses the limit of the model.</summary>
    [JsonPropertyName("token_limits")]
    public TruncationTokenLimits? TokenLimits { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.InRange(RetentionRatio, Limits.MinRetentionRatio, Limits.MaxRetentionRatio, "retention_ratio");
        constraints.ValidateMember("token_limits", TokenLimits);
    }
}

/// <summary>The limits at which truncation begins. Wire: <c>truncation.token_limits</c>.</summary>
public sealed partial record TruncationTokenLimits : WireObject
{
    /// <summary>The maximum number of tokens of the conversation after the instructions, at least 0.</summary>
    [JsonPropertyName("post_instructions")]
    public int? PostInstructions { get; init; }

    internal override void Check(Constraints constraints) =>
        constraints.InRange(PostInstructions, Limits.MinPostInstructions, int.MaxValue, "post_instructions");
}

/// <summary>A truncation setting of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The string on the wire, or the <c>type</c> of the object.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTruncation(string Type, JsonElement Json) : Truncation, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Type == RetentionRatioTruncation.TypeName && Json.ValueKind == JsonValueKind.Object)
            constraints.MissingMember(this, "retention_ratio");
        else
            constraints.UnknownVariant(this, ["auto", "disabled"], [RetentionRatioTruncation.TypeName]);
    }
}
