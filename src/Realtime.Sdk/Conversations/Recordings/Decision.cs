namespace Realtime.Sdk.Internal;

/// <summary>One decision of a conversation, as it is recorded. Its members are texts, so that a new kind of decision needs no change of the recorder.</summary>
/// <param name="Type">The kind: one of <see cref="DecisionTypes"/>.</param>
/// <param name="First">A member.</param>
/// <param name="Second">A member.</param>
/// <param name="Third">A member.</param>
/// <param name="Audio">The duration of the audio that was heard; null if the decision is not about audio.</param>
internal readonly record struct Decision(string Type, DecisionMember First = default, DecisionMember Second = default, DecisionMember Third = default, TimeSpan? Audio = null)
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", Type);
        First.WriteTo(writer);
        Second.WriteTo(writer);
        if (Audio is { } audio)
            writer.WriteNumber("audio_end_ms", (long)audio.TotalMilliseconds);
        Third.WriteTo(writer);
        writer.WriteEndObject();
    }
}

/// <summary>A member of a decision.</summary>
/// <param name="Name">The name. IDs end with <c>_id</c>; <c>text</c> and <c>message</c> are for people.</param>
/// <param name="Value">The value; null leaves the member out.</param>
internal readonly record struct DecisionMember(string Name, string? Value)
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        if (Value is not null)
            writer.WriteString(Name, SecretMask.Apply(Value));
    }
}

/// <summary>The kinds of decisions.</summary>
internal static class DecisionTypes
{
    public const string ReplyQueued = "reply_queued";
    public const string ReplyCombined = "reply_combined";
    public const string ReplyRequested = "reply_requested";
    public const string ReplyWithdrawn = "reply_withdrawn";
    public const string ReplyRefused = "reply_refused";
    public const string ReplyFailed = "reply_failed";
    public const string ReplyEnded = "reply_ended";
    public const string ResponseInterrupted = "response_interrupted";
    public const string ResponseCanceled = "response_canceled";
    public const string ItemTruncated = "item_truncated";
    public const string ItemUnheard = "item_unheard";
    public const string ItemDeleted = "item_deleted";
    public const string FunctionStarted = "function_started";
    public const string FunctionLeft = "function_left";
    public const string FunctionEnded = "function_ended";
    public const string ApprovalRequested = "approval_requested";
    public const string ApprovalAnswered = "approval_answered";
    public const string GuardrailBlocked = "guardrail_blocked";
    public const string AgentSwitched = "agent_switched";
    public const string Warning = "warning";
    public const string Renewed = "renewed";
    public const string Ended = "ended";
}
