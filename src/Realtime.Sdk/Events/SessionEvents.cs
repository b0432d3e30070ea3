namespace Realtime.Sdk;

/// <summary>
/// Changes the session: only what is set changes. The server answers <see cref="SessionUpdatedEvent"/> or <see cref="ErrorEvent"/>.
/// Wire: <c>session.update</c>.
/// </summary>
[WireType("session.update")]
public sealed partial record SessionUpdateEvent : ClientEvent
{
    /// <summary>
    /// What to change. Servers of the beta take <see cref="LegacySessionConfiguration"/>; a connection refuses to send one where the
    /// server has told its session in the nested shape.
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
/// Changes a beta transcription session; on current servers <see cref="SessionUpdateEvent"/> does. The server answers
/// <see cref="TranscriptionSessionUpdatedEvent"/>. Wire: <c>transcription_session.update</c>.
/// </summary>
[WireType("transcription_session.update")]
public sealed partial record TranscriptionSessionUpdateEvent : ClientEvent
{
    /// <summary>What to change, in the flat shape of the beta.</summary>
    [JsonPropertyName("session")]
    public required LegacyTranscriptionSessionConfiguration Session { get; init => field = value ?? LegacyTranscriptionSessionConfiguration.Missing; }

    internal override void CheckPayload(Constraints constraints) =>
        constraints.ValidateRequiredMember("session", (object)Session == LegacyTranscriptionSessionConfiguration.Missing ? null : Session);
}

/// <summary>The first event of every connection: the session as it begins. Wire: <c>session.created</c>.</summary>
[WireType("session.created")]
public sealed partial record SessionCreatedEvent : ServerEvent
{
    /// <summary>The whole effective session.</summary>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>Answers <see cref="SessionUpdateEvent"/>. Wire: <c>session.updated</c>.</summary>
[WireType("session.updated")]
public sealed partial record SessionUpdatedEvent : ServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>The first event of a beta transcription session. Wire: <c>transcription_session.created</c>.</summary>
[WireType("transcription_session.created")]
public sealed partial record TranscriptionSessionCreatedEvent : ServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}

/// <summary>Answers <see cref="TranscriptionSessionUpdateEvent"/>. Wire: <c>transcription_session.updated</c>.</summary>
[WireType("transcription_session.updated")]
public sealed partial record TranscriptionSessionUpdatedEvent : ServerEvent
{
    /// <inheritdoc cref="SessionCreatedEvent.Session"/>
    [JsonPropertyName("session"), WireFormat(typeof(RealtimeConnectionSession))]
    public RealtimeSession Session { get; init => field = value ?? new(); } = new();
}
