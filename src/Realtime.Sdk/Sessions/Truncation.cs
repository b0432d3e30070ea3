namespace Realtime.Sdk;

/// <summary>What happens when the conversation outgrows the model's context. Wire: <c>truncation</c>; a string or an object.</summary>
public abstract partial record Truncation : WireObject
{
    private protected Truncation() { }

    /// <summary>The server drops the oldest items when it must; its default. Wire: <c>auto</c>.</summary>
    [WireValue("auto")]
    public static partial Truncation Auto { get; }

    /// <summary>Nothing is dropped: a conversation that outgrows the context fails. Wire: <c>disabled</c>.</summary>
    [WireValue("disabled")]
    public static partial Truncation Disabled { get; }

    /// <summary>The wire discriminator: the string itself, or the object's <c>type</c>.</summary>
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
/// Drops more than it must at once, so that the prompt cache holds for longer afterwards. Wire: <c>retention_ratio</c>.
/// </summary>
/// <remarks>JSON of that type without the ratio is an <see cref="UnknownTruncation"/>.</remarks>
[WireType("retention_ratio")]
public sealed partial record RetentionRatioTruncation : Truncation
{
    internal const string TypeName = "retention_ratio";

    /// <summary>The part of the conversation after the instructions that is kept, 0 to 1.</summary>
    [JsonPropertyName("retention_ratio")]
    public required double RetentionRatio { get; init; }

    /// <summary>Limits tighter than the model's context; null leaves the model's.</summary>
    [JsonPropertyName("token_limits")]
    public TruncationTokenLimits? TokenLimits { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.InRange(RetentionRatio, Limits.MinRetentionRatio, Limits.MaxRetentionRatio, "retention_ratio");
        constraints.ValidateMember("token_limits", TokenLimits);
    }
}

/// <summary>When truncation begins. Wire: <c>truncation.token_limits</c>.</summary>
public sealed partial record TruncationTokenLimits : WireObject
{
    /// <summary>The most tokens of the conversation after the instructions, 0 or more.</summary>
    [JsonPropertyName("post_instructions")]
    public int? PostInstructions { get; init; }

    internal override void Check(Constraints constraints) =>
        constraints.InRange(PostInstructions, Limits.MinPostInstructions, int.MaxValue, "post_instructions");
}

/// <summary>A truncation of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The string itself, or the object's <c>type</c>.</param>
/// <param name="Json">The whole JSON value.</param>
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
