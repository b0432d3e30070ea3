using System.Buffers;

namespace Realtime.Sdk;

/// <summary>
/// Changes the target language, or the transcription or noise reduction of the source speech. The server replies with
/// <see cref="TranslationSessionUpdatedEvent"/>. Wire: <c>session.update</c>.
/// </summary>
[WireType("session.update")]
public sealed partial record TranslationSessionUpdateEvent : TranslationClientEvent
{
    /// <summary>The changes. The model cannot change.</summary>
    [JsonPropertyName("session")]
    public required TranslationSessionConfiguration Session { get; init => field = value ?? TranslationSessionConfiguration.Missing; }

    internal override void CheckPayload(Constraints constraints)
    {
        constraints.ValidateRequiredMember("session", (object)Session == TranslationSessionConfiguration.Missing ? null : Session);
        if (Session.Model is { } model)
            constraints.Error("session.model", Constraints.Quote(model), "must not change in a running session");
        constraints.ValidateMember("session", Session, (inside, session) => inside.Forbid(session, "must not be sent: translation updates do not accept it", "type"));
    }
}

/// <summary>
/// Appends speech to translate. The server never replies to this event. Continue to send audio during silence. Wire: <c>session.input_audio_buffer.append</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeTranslationClientEventInputAudioBufferAppend</c>.</remarks>
[WireType("session.input_audio_buffer.append")]
public sealed partial record TranslationSessionInputAudioBufferAppendEvent : TranslationClientEvent
{
    /// <summary>16-bit little-endian PCM at 24 kHz, at most 15 MiB. Pieces of 200 ms (9,600 bytes) suit the service best.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    [JsonPropertyName("audio")]
    internal WireAudio AudioOnWire { get; init; }

    /// <inheritdoc cref="InputAudioBufferAppendEvent.Write"/>
    internal static void Write(ReadOnlySpan<byte> audio, IBufferWriter<byte> output) =>
        WireAudio.WriteMessage("{\"type\":\"session.input_audio_buffer.append\",\"audio\":\""u8, audio, output);

    internal override void CheckPayload(Constraints constraints)
    {
        AudioOnWire.CheckAppend(constraints, "audio");
        if (Audio.Length % 2 != 0)
            constraints.Error("audio", null, "must consist of whole 16-bit samples");
    }
}

/// <summary>
/// Ends the session. The server translates the remaining speech and replies with <see cref="TranslationSessionClosedEvent"/>. No event can be sent afterwards.
/// Wire: <c>session.close</c>.
/// </summary>
[WireType("session.close")]
public sealed partial record TranslationSessionCloseEvent : TranslationClientEvent
{
    internal override void CheckPayload(Constraints constraints) { }
}

/// <summary>The first event of a connection, with the initial session. Wire: <c>session.created</c>.</summary>
[WireType("session.created")]
public sealed partial record TranslationSessionCreatedEvent : TranslationServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(TranslationConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>The reply to a <see cref="TranslationSessionUpdateEvent"/>. Wire: <c>session.updated</c>.</summary>
[WireType("session.updated")]
public sealed partial record TranslationSessionUpdatedEvent : TranslationServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(TranslationConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>The last event of a session, after <see cref="TranslationSessionCloseEvent"/> and the complete translation. Wire: <c>session.closed</c>.</summary>
[WireType("session.closed")]
public sealed partial record TranslationSessionClosedEvent : TranslationServerEvent;

/// <summary>A part of the transcript of the source speech, if the session transcribes it. Wire: <c>session.input_transcript.delta</c>.</summary>
[WireType("session.input_transcript.delta")]
public sealed partial record TranslationSessionInputTranscriptDeltaEvent : TranslationServerEvent
{
    /// <summary>The text to append, including its spaces.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>The position in the source speech; null if the server does not report it.</summary>
    [JsonPropertyName("elapsed_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan? Elapsed { get; init; }
}

/// <summary>A part of the translation as text. Wire: <c>session.output_transcript.delta</c>.</summary>
[WireType("session.output_transcript.delta")]
public sealed partial record TranslationSessionOutputTranscriptDeltaEvent : TranslationServerEvent
{
    /// <inheritdoc cref="TranslationSessionInputTranscriptDeltaEvent.Delta"/>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="TranslationSessionInputTranscriptDeltaEvent.Elapsed"/>
    [JsonPropertyName("elapsed_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan? Elapsed { get; init; }
}

/// <summary>A part of the translated audio. Its duration varies. Wire: <c>session.output_audio.delta</c>.</summary>
[WireType("session.output_audio.delta")]
public sealed partial record TranslationSessionOutputAudioDeltaEvent : TranslationServerEvent
{
    /// <summary>16-bit little-endian PCM. The bytes stay valid and are not reused. Empty if <see cref="AudioError"/> is set.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Delta { get => DeltaOnWire.Bytes; init => DeltaOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => DeltaOnWire.Error;

    /// <summary>The sample rate in Hz; null means 24000.</summary>
    [JsonPropertyName("sample_rate")]
    public int? SampleRate { get; init; }

    /// <summary>The number of channels; null means 1.</summary>
    [JsonPropertyName("channels")]
    public int? Channels { get; init; }

    /// <summary>The encoding of the audio, <c>pcm16</c>; null means the same.</summary>
    [JsonPropertyName("format")]
    public string? Format { get; init; }

    /// <inheritdoc cref="TranslationSessionInputTranscriptDeltaEvent.Elapsed"/>
    [JsonPropertyName("elapsed_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan? Elapsed { get; init; }

    [JsonPropertyName("delta")]
    internal WireAudio DeltaOnWire { get; init; }
}

/// <summary>A client event was rejected, or something failed. Wire: <c>error</c>.</summary>
[WireType("error")]
public sealed partial record TranslationErrorEvent : TranslationServerEvent
{
    /// <inheritdoc cref="ErrorEvent.Error"/>
    [JsonIgnore]
    public RealtimeError Error { get => ServerErrorParser.Complete(ErrorOnWire, AdditionalProperties); init => ErrorOnWire = value ?? new(); }

    [JsonPropertyName("error")]
    internal RealtimeError? ErrorOnWire { get; init; }
}
