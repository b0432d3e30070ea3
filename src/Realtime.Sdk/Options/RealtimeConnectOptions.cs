namespace Realtime.Sdk;

/// <summary>
/// What a connection is for, exactly one of <see cref="Model"/>, <see cref="Session"/>, <see cref="CallId"/> and
/// <see cref="Transcription"/>, and how it behaves.
/// </summary>
public sealed class RealtimeConnectOptions : RealtimeConnectionOptions
{
    /// <summary>A new session with this model, on Azure with this deployment. Wire: <c>?model=</c>.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// A new session configured like this: connects with its model, or for transcription, sends <c>session.update</c> and waits for the
    /// effective session.
    /// </summary>
    [JsonIgnore]
    public SessionConfiguration? Session { get; set; }

    /// <summary>A call that runs over WebRTC or SIP, to be watched and steered. Ephemeral keys may be refused. Wire: <c>?call_id=</c>.</summary>
    public string? CallId { get; set; }

    /// <summary>A new session that only transcribes. Wire: <c>?intent=transcription</c>.</summary>
    public bool Transcription { get; set; }

    /// <summary>
    /// Whether the ephemeral key travels as a WebSocket subprotocol, as browsers must do it, instead of a header. The server may repeat
    /// it, and proxies log it more easily; only for <c>ek_…</c> keys.
    /// </summary>
    public bool CredentialInSubprotocol { get; set; }

    /// <summary>
    /// Whether opening waits for the server's first event, so that a refusal in the first event fails it. Off for servers that speak only
    /// when spoken to.
    /// </summary>
    public bool WaitForSession { get; set; } = true;

    /// <summary>Whether the session only transcribes, so that no model stands in the address.</summary>
    internal bool IsTranscription => Transcription || Session is TranscriptionSessionConfiguration or LegacyTranscriptionSessionConfiguration;

    /// <summary>What the connection is for, in one word of few.</summary>
    internal string Purpose => CallId is not null ? "call" : IsTranscription ? "transcription" : "model";
}
