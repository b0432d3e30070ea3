namespace Realtime.Sdk;

/// <summary>
/// More of what the model says, ahead of the audio. Wire: <c>response.output_audio_transcript.delta</c>, beta
/// <c>response.audio_transcript.delta</c>.
/// </summary>
[WireType("response.output_audio_transcript.delta", "response.audio_transcript.delta")]
public sealed partial record ResponseOutputAudioTranscriptDeltaEvent : ResponseContentEvent
{
    /// <summary>The text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>The spelling a message's type has; null when it is another type.</summary>
    internal static string? Spelling(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.output_audio_transcript.delta"u8) ? "response.output_audio_transcript.delta"
        : type.SequenceEqual("response.audio_transcript.delta"u8) ? "response.audio_transcript.delta"
        : null;

    internal static ResponseOutputAudioTranscriptDeltaEvent? Read(string spelling, ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.Content, out var delta) || !delta.HasAll(DeltaMembers.Content) ? null : new()
        {
            Type = spelling,
            EventId = delta.EventId.GetString(message),
            ResponseId = delta.ResponseId.GetString(message, ids.Responses),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            OutputIndex = delta.OutputIndex ?? 0,
            ContentIndex = delta.ContentIndex ?? 0,
            Delta = delta.Delta.GetString(message)!,
            ExtraUtf8 = delta.ExtraUtf8(message),
        };
}

/// <summary>
/// All the model says in a part, also when the response was cancelled. Wire: <c>response.output_audio_transcript.done</c>, beta
/// <c>response.audio_transcript.done</c>.
/// </summary>
[WireType("response.output_audio_transcript.done", "response.audio_transcript.done")]
public sealed partial record ResponseOutputAudioTranscriptDoneEvent : ResponseContentEvent
{
    /// <summary>The whole transcript.</summary>
    [JsonPropertyName("transcript")]
    public string Transcript { get; init => field = value ?? ""; } = "";
}
