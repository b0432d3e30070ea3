namespace Realtime.Sdk;

/// <summary>
/// A part of the transcript of the model's audio, which arrives ahead of the audio. Wire: <c>response.output_audio_transcript.delta</c>, beta
/// <c>response.audio_transcript.delta</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeServerEventResponseAudioTranscriptDelta</c>.</remarks>
[WireType("response.output_audio_transcript.delta", "response.audio_transcript.delta")]
public sealed partial record ResponseOutputAudioTranscriptDeltaEvent : ResponseContentEvent
{
    /// <summary>The text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>Returns the given type as a string, or null if it is not a type of this event.</summary>
    internal static string? FindType(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.output_audio_transcript.delta"u8) ? "response.output_audio_transcript.delta"
        : type.SequenceEqual("response.audio_transcript.delta"u8) ? "response.audio_transcript.delta"
        : null;

    internal static ResponseOutputAudioTranscriptDeltaEvent? Read(string typeName, ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.Content, out var delta) || !delta.HasAll(DeltaMembers.Content) ? null : new()
        {
            Type = typeName,
            EventId = delta.EventId.GetString(message),
            ResponseId = delta.ResponseId.GetString(message, ids.Responses),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            OutputIndex = delta.OutputIndex ?? 0,
            ContentIndex = delta.ContentIndex ?? 0,
            Delta = delta.Delta.GetString(message)!,
            ExtraUtf8 = delta.GetExtraUtf8(message),
        };

    static ResponseOutputAudioTranscriptDeltaEvent? IWireObject<ResponseOutputAudioTranscriptDeltaEvent>.ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type) =>
        DeltaReader.Read(message, ids, out type) as ResponseOutputAudioTranscriptDeltaEvent;
}

/// <summary>
/// The complete transcript of the audio of a part; also sent if the response was canceled. Wire: <c>response.output_audio_transcript.done</c>, beta
/// <c>response.audio_transcript.done</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeServerEventResponseAudioTranscriptDone</c>.</remarks>
[WireType("response.output_audio_transcript.done", "response.audio_transcript.done")]
public sealed partial record ResponseOutputAudioTranscriptDoneEvent : ResponseContentEvent
{
    /// <summary>The complete transcript.</summary>
    [JsonPropertyName("transcript")]
    public string Transcript { get; init => field = value ?? ""; } = "";
}
