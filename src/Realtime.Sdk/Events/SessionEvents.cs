namespace Realtime.Sdk;

/// <summary>
/// Changes the session. Members that are not set do not change. The server replies with <see cref="SessionUpdatedEvent"/> or <see cref="ErrorEvent"/>.
/// Wire: <c>session.update</c>.
/// </summary>
[WireType("session.update")]
public sealed partial record SessionUpdateEvent : ClientEvent
{
    /// <summary>
    /// The changes. Servers of the beta accept <see cref="LegacySessionConfiguration"/>; a connection refuses to send one if the server has reported its
    /// session in the nested shape.
    /// </summary>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionConfiguration))]
    public required SessionConfiguration Session { get; init => field = value ?? SessionConfiguration.Missing; }

    internal override void CheckPayload(Constraints constraints)
    {
        constraints.ValidateRequiredMember("session", (object)Session == SessionConfiguration.Missing ? null : Session);
        EndpointRules.Update(constraints, Session);
    }
}

/// <summary>
/// Changes a transcription session of the beta; for current servers, use <see cref="SessionUpdateEvent"/>. The server replies with
/// <see cref="TranscriptionSessionUpdatedEvent"/>. Wire: <c>transcription_session.update</c>.
/// </summary>
[WireType("transcription_session.update")]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record TranscriptionSessionUpdateEvent : ClientEvent
{
    /// <summary>The changes, in the flat shape of the beta.</summary>
    [JsonPropertyName("session")]
    public required LegacyTranscriptionSessionConfiguration Session { get; init => field = value ?? LegacyTranscriptionSessionConfiguration.Missing; }

    internal override void CheckPayload(Constraints constraints) =>
        constraints.ValidateRequiredMember("session", (object)Session == LegacyTranscriptionSessionConfiguration.Missing ? null : Session);
}

/// <summary>The first event of a connection, with the initial session. Wire: <c>session.created</c>.</summary>
[WireType("session.created")]
public sealed partial record SessionCreatedEvent : ServerEvent
{
    /// <summary>The complete effective session.</summary>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>The reply to a <see cref="SessionUpdateEvent"/>. Wire: <c>session.updated</c>.</summary>
[WireType("session.updated")]
public sealed partial record SessionUpdatedEvent : ServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>The first event of a beta transcription session. Wire: <c>transcription_session.created</c>.</summary>
[WireType("transcription_session.created")]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record TranscriptionSessionCreatedEvent : ServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>The reply to a <see cref="TranscriptionSessionUpdateEvent"/>. Wire: <c>transcription_session.updated</c>.</summary>
[WireType("transcription_session.updated")]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record TranscriptionSessionUpdatedEvent : ServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}
