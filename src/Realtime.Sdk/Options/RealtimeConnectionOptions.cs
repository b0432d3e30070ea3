using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>How one connection behaves: deadlines, bounds, logging. The options are copied when the call begins; later changes have no effect on it.</summary>
public class RealtimeConnectionOptions
{
    /// <summary>The maximum time to open a connection: name, TCP, TLS, handshake and first event. The default is 30 seconds; infinite disables the limit.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The interval between pings. The default is 15 seconds; infinite sends none. A socket that was opened elsewhere keeps its own.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The maximum time for the server to answer a ping before the connection is aborted. The default is 15 seconds; infinite disables the limit.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The maximum time for the network to accept one message before the connection is aborted. The default is 30 seconds; infinite disables the limit.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="RealtimeConnection.SendAndWaitForReplyAsync"/> waits for the server's reply. The default is 15 seconds; infinite disables the limit.</summary>
    public TimeSpan ReplyTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The maximum time to send what is queued and to receive the server's close before the connection is aborted. The default is 5 seconds.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum number of bytes of unread events, at least <see cref="MaxMessageBytes"/>. Each event counts 16 bytes more than its JSON. The default
    /// is 16 MiB. While the buffer is full the socket is not read, so that TCP holds the server back. The connection is aborted only
    /// when no event is read from a full buffer for 10 seconds, or for two thirds of <see cref="KeepAliveTimeout"/> if that is less.
    /// </summary>
    public long MaxUnreadBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// The maximum number of bytes of events that wait to be sent. Each event counts 256 bytes more than its JSON; a single event always fits.
    /// The default is 32 MiB. A send beyond it throws <see cref="RealtimeSendQueueFullException"/>, and the connection stays open.
    /// </summary>
    public long MaxQueuedSendBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The maximum size of an event of the server, in bytes. The default is 16 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Types of events, for example <c>response.output_audio.delta</c>, that are dropped as they come in while three quarters of
    /// <see cref="MaxUnreadBytes"/> are taken. The default is none.
    /// </summary>
    public ISet<string> DroppableEvents { get; private set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Header <c>OpenAI-Safety-Identifier</c>: a stable, hashed ID of the user this connection serves. The default is null, which sends the client's.</summary>
    public string? SafetyIdentifier { get; set; }

    /// <summary>Further headers of the handshake. Credentials and what the handshake itself needs are refused. Not part of the JSON of the options.</summary>
    [JsonIgnore] // a gateway's key may stand here
    public IDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether events are checked against the rules of the API before they are sent. The default is null, which takes the client's setting.</summary>
    public bool? ValidateEvents { get; set; }

    /// <summary>
    /// Whether log entries at Trace hold the JSON of events: what people said, and more. The default is false; never turn it on outside
    /// development. At most 32,768 characters of an event are logged, with keys masked and control characters as spaces. Other secrets,
    /// such as the authorization of an MCP tool, are logged as they are.
    /// </summary>
    public bool LogContent { get; set; }

    /// <summary>
    /// Creates the logger of the connection. The default is null, which takes the client's factory. Exceptions that the factory or the logger
    /// throws are discarded, also after the factory was disposed.
    /// </summary>
    [JsonIgnore]
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The clock of deadlines. The default is null, which takes the client's. Keepalive follows the system's clock. An exception that it throws
    /// comes out of the call that needs the time, or ends the connection; none leaves the connection open that is being closed.
    /// </summary>
    [JsonIgnore]
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Which models end; shared by the connections of a client. Null where that is not known.</summary>
    internal ModelNotices? ModelNotices { get; set; }

    /// <summary>Copies the options and every collection in them, so that a connection being opened keeps what it was asked for.</summary>
    internal RealtimeConnectionOptions Copy()
    {
        var copy = (RealtimeConnectionOptions)MemberwiseClone();
        // Every connection keeps a copy for its life, and most have neither: those share the platform's empty ones.
        copy.DroppableEvents = DroppableEvents.Count == 0 ? ReadOnlySet<string>.Empty : new HashSet<string>(DroppableEvents, StringComparer.Ordinal);
        copy.Headers = Headers.Count == 0 ? ReadOnlyDictionary<string, string>.Empty : new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        return copy;
    }
}
