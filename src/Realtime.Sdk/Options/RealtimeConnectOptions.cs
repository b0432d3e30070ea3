namespace Realtime.Sdk;

/// <summary>
/// What a connection is for, exactly one of <see cref="Model"/>, <see cref="Session"/>, <see cref="CallId"/> and
/// <see cref="Transcription"/>, and how it behaves.
/// </summary>
public sealed class RealtimeConnectOptions : RealtimeConnectionOptions
{
    /// <summary>A new session with this model, on Azure with this deployment. The default is null. Wire: <c>?model=</c>.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// A new session configured like this: connects with its model, or for transcription, sends <c>session.update</c> and waits for the
    /// effective session, at most <see cref="RealtimeConnectionOptions.ReplyTimeout"/>. An error that answers it fails the opening. The default is null.
    /// </summary>
    [JsonIgnore]
    public SessionConfiguration? Session { get; set; }

    /// <summary>
    /// A call (<c>rtc_…</c>) that runs over WebRTC or SIP, to be watched and steered. Ephemeral keys may be refused. A session of the Live API
    /// (<c>live_…</c>) is not accepted. The default is null. Wire: <c>?call_id=</c>.
    /// </summary>
    public string? CallId { get; set; }

    /// <summary>Whether a new session only transcribes. The default is <see langword="false"/>. Wire: <c>?intent=transcription</c>.</summary>
    public bool Transcription { get; set; }

    /// <summary>
    /// Whether the ephemeral key travels as a WebSocket subprotocol, as browsers must do it, instead of a header; the default is
    /// <see langword="false"/>. The server may repeat it, and proxies log it more easily; only for <c>ek_…</c> keys. The key travels in one place only:
    /// an <see cref="HttpClient"/> with a default header <c>Authorization</c> or <c>api-key</c> is refused.
    /// </summary>
    public bool CredentialInSubprotocol { get; set; }

    /// <summary>
    /// Whether the server speaks first: opening then waits for its first event, so that a refusal in that event fails it, and
    /// <see cref="Session"/> is sent afterwards. The default is <see langword="true"/>, as the service does it.
    /// </summary>
    /// <remarks>
    /// Set it to <see langword="false"/> for servers that speak only when spoken to. <see cref="Session"/> is then sent at once, and opening completes
    /// with the first event that shows a session, <c>session.created</c> or <c>session.updated</c>, or fails with the first <c>error</c>; without
    /// <see cref="Session"/> it completes with the handshake.
    /// </remarks>
    public bool WaitForSession { get; set; } = true;

    /// <summary>Whether the session only transcribes, so that no model stands in the address.</summary>
    internal bool IsTranscription => Transcription || Session is TranscriptionSessionConfiguration or LegacyTranscriptionSessionConfiguration;

    /// <summary>What the connection is for, in one word of few.</summary>
    internal string Purpose => CallId is not null ? "call" : IsTranscription ? "transcription" : "model";
}
