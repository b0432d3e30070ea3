namespace Realtime.Sdk;

/// <summary>
/// The target and the options of a connection. Set exactly one of <see cref="Model"/>, <see cref="Session"/>, <see cref="CallId"/> and
/// <see cref="Transcription"/>.
/// </summary>
public sealed class RealtimeConnectOptions : RealtimeConnectionOptions
{
    /// <summary>The model for a new session, on Azure the name of the deployment. The default is null. Wire: <c>?model=</c>.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// The configuration of a new session. The connection is opened with its model, or for transcription; then <c>session.update</c> is sent, and opening
    /// completes when the server reports the effective session, within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>. If the server replies with an
    /// error, opening fails. The default is null.
    /// </summary>
    [JsonIgnore]
    public SessionConfiguration? Session { get; set; }

    /// <summary>
    /// The ID of a WebRTC or SIP call (<c>rtc_…</c>) to observe and control. The server may reject ephemeral keys. A session of the Live API (<c>live_…</c>) is
    /// not accepted. The default is null. Wire: <c>?call_id=</c>.
    /// </summary>
    public string? CallId { get; set; }

    /// <summary>Whether to open a new session that only transcribes. The default is <see langword="false"/>. Wire: <c>?intent=transcription</c>.</summary>
    public bool Transcription { get; set; }

    /// <summary>
    /// Whether the ephemeral key is sent as a WebSocket subprotocol, as browsers must do, instead of in a header. The default is <see langword="false"/>. Only
    /// for keys that start with <c>ek_</c>. The server may repeat the key, and proxies are more likely to log it. The key must be sent in one place only, so an
    /// <see cref="HttpClient"/> with a default header <c>Authorization</c> or <c>api-key</c> is rejected.
    /// </summary>
    public bool CredentialInSubprotocol { get; set; }

    /// <summary>
    /// Whether the server sends the first event, as the service does. Opening then waits for that event, fails if it is an error, and sends
    /// <see cref="Session"/> afterwards. The default is <see langword="true"/>.
    /// </summary>
    /// <remarks>
    /// Set it to <see langword="false"/> for servers that send nothing until they receive an event. <see cref="Session"/> is then sent immediately, and opening
    /// completes with the first event that contains a session, <c>session.created</c> or <c>session.updated</c>, or fails with the first <c>error</c>. Without
    /// <see cref="Session"/>, opening completes after the handshake.
    /// </remarks>
    public bool WaitForSession { get; set; } = true;

    /// <summary>Whether the session only transcribes, in which case the URL contains no model.</summary>
    internal bool IsTranscription => Transcription || Session is TranscriptionSessionConfiguration or LegacyTranscriptionSessionConfiguration;

    /// <summary>The purpose of the connection, for telemetry.</summary>
    internal string Purpose => CallId is not null ? "call" : IsTranscription ? "transcription" : "model";
}
