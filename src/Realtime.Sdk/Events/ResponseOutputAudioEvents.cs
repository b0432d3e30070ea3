namespace Realtime.Sdk;

/// <summary>A part of the model's audio; not sent in calls. Wire: <c>response.output_audio.delta</c>, beta <c>response.audio.delta</c>.</summary>
/// <remarks>Schema: <c>RealtimeServerEventResponseAudioDelta</c>.</remarks>
[WireType("response.output_audio.delta", "response.audio.delta")]
public sealed partial record ResponseOutputAudioDeltaEvent : ResponseContentEvent
{
    /// <summary>The audio, in the session's output format. The bytes stay valid and are not reused. Empty if <see cref="AudioError"/> is set.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Delta { get => DeltaOnWire.Bytes; init => DeltaOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => DeltaOnWire.Error;

    [JsonPropertyName("delta")]
    internal WireAudio DeltaOnWire { get; init; }

    /// <summary>Returns the given type as a string, or null if it is not a type of this event.</summary>
    internal static string? FindType(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.output_audio.delta"u8) ? "response.output_audio.delta"
        : type.SequenceEqual("response.audio.delta"u8) ? "response.audio.delta"
        : null;

    internal static ResponseOutputAudioDeltaEvent? Read(string typeName, ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.Content | DeltaMembers.Base64, out var delta) || !delta.HasAll(DeltaMembers.Content) || !WireAudio.TryDecode(message, delta.Delta, out var audio) ? null : new()
        {
            Type = typeName,
            EventId = delta.EventId.GetString(message),
            ResponseId = delta.ResponseId.GetString(message, ids.Responses),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            OutputIndex = delta.OutputIndex ?? 0,
            ContentIndex = delta.ContentIndex ?? 0,
            DeltaOnWire = audio,
            ExtraUtf8 = delta.GetExtraUtf8(message),
        };

    static ResponseOutputAudioDeltaEvent? IWireObject<ResponseOutputAudioDeltaEvent>.ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type) =>
        DeltaReader.Read(message, ids, out type) as ResponseOutputAudioDeltaEvent;
}

/// <summary>
/// The audio of a part has ended; also sent if the response was canceled. Wire: <c>response.output_audio.done</c>, beta <c>response.audio.done</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeServerEventResponseAudioDone</c>.</remarks>
[WireType("response.output_audio.done", "response.audio.done")]
public sealed partial record ResponseOutputAudioDoneEvent : ResponseContentEvent;
