using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>
/// The options of one connection: timeouts, limits, logging. They are copied when the method that takes them is called, so later changes have no effect. A
/// timeout is more than zero and at most a day, or <see cref="Timeout.InfiniteTimeSpan"/>, except <see cref="CloseTimeout"/>, which must be finite.
/// </summary>
/// <remarks>The credential is that of the client: <see cref="RealtimeClientOptions.Credential"/>.</remarks>
public class RealtimeConnectionOptions
{
    /// <summary>
    /// The maximum time to open a connection, including name resolution, TCP, TLS, the handshake and the first event. The default is 30 seconds; infinite
    /// disables the limit.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time without received bytes after which a ping is sent. It is measured by the clock of the system, and can be longer by an eighth. The default is 15
    /// seconds; infinite disables pings. Not used for a socket passed to <see cref="RealtimeConnection.FromWebSocket"/>.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The maximum time until the server answers a ping, or sends anything else; then the connection is aborted. Measured like <see cref="KeepAliveInterval"/>.
    /// The default is 15 seconds; infinite disables the limit.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The maximum time until the network accepts one message; then the connection is aborted. The default is 30 seconds; infinite disables the limit.
    /// </summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The maximum time that <see cref="RealtimeConnection.SendAndWaitForReplyAsync"/> waits for the server's reply. The default is 15 seconds; infinite
    /// disables the limit.
    /// </summary>
    public TimeSpan ReplyTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The maximum time to send queued events and receive the server's close message; then the connection is aborted. The default is 5 seconds.
    /// </summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum size of all unread events in bytes, at least <see cref="MaxMessageBytes"/>. Each event counts as the size of its JSON plus 16 bytes. The
    /// default is 16 MiB. While this buffer is full, the socket is not read, so TCP flow control slows the server down. The connection is aborted only if no
    /// event is read from a full buffer for 10 seconds, or for two thirds of <see cref="KeepAliveTimeout"/> if that is less.
    /// </summary>
    public long MaxUnreadBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// The maximum size of all events that wait to be sent, in bytes. Each event counts as the size of its JSON plus 256 bytes; a single event always fits. The
    /// default is 32 MiB. A send that exceeds the limit throws <see cref="RealtimeSendQueueFullException"/>, and the connection stays open.
    /// </summary>
    public long MaxQueuedSendBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The maximum size of one event from the server, in bytes. The default is 16 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// The types of events, for example <c>response.output_audio.delta</c>, that are dropped on arrival while at least three quarters of
    /// <see cref="MaxUnreadBytes"/> are in use. The default is empty: no events are dropped.
    /// </summary>
    public ISet<string> DroppableEvents { get; private set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// The header <c>OpenAI-Safety-Identifier</c>: a stable, hashed ID of the user of this connection. Null, the default, sends that of the client.
    /// </summary>
    public string? SafetyIdentifier { get; set; }

    /// <summary>
    /// Additional headers of the handshake; the default is empty. Headers with credentials and headers of the handshake itself are rejected. Not part of the
    /// JSON of the options.
    /// </summary>
    [JsonIgnore] // may contain the key of a gateway
    public IDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether events are validated before they are sent. Null, the default, uses <see cref="RealtimeClientOptions.ValidateRequests"/> of the client.
    /// </summary>
    public bool? ValidateEvents { get; set; }

    /// <summary>
    /// Whether log entries at level Trace contain the JSON of events, and therefore the content of the conversation. The default is <see langword="false"/>;
    /// set it to <see langword="true"/> only during development. At most 32,768 characters of an event are logged; keys are masked and control characters are
    /// replaced by spaces. Other secrets, such as the authorization of an MCP tool, are not masked.
    /// </summary>
    public bool LogContent { get; set; }

    /// <summary>
    /// The factory of the connection's logger. Null, the default, uses that of the client. Exceptions of the factory and the logger are ignored, also after the
    /// factory was disposed.
    /// </summary>
    [JsonIgnore]
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The clock for timeouts. Null, the default, uses that of the client. Keep-alive always uses the system clock. An exception of the clock is thrown by the
    /// call that needs the time, or ends the connection; a connection that is being closed is always closed.
    /// </summary>
    [JsonIgnore]
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>The warnings about discontinued models, which the connections of a client share; null if there are none.</summary>
    internal ModelNotices? ModelNotices { get; set; }

    /// <summary>Called with every message, from the first one on, and whether it was sent (true) or received (false); null for none.</summary>
    internal Action<ReadOnlyMemory<byte>, bool>? Tap { get; set; }

    /// <summary>Copies the options and their collections, so that later changes do not affect a connection that is being opened.</summary>
    internal RealtimeConnectionOptions Copy()
    {
        var copy = (RealtimeConnectionOptions)MemberwiseClone();
        // Every connection keeps a copy for its lifetime. Most have neither, so these share the platform's empty collections.
        copy.DroppableEvents = DroppableEvents.Count == 0 ? ReadOnlySet<string>.Empty : new HashSet<string>(DroppableEvents, StringComparer.Ordinal);
        copy.Headers = Headers.Count == 0 ? ReadOnlyDictionary<string, string>.Empty : new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        return copy;
    }
}
