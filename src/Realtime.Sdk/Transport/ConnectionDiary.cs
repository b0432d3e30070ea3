using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk.Internal;

/// <summary>What one connection tells operators: log entries, a span from connect to end, the count of open connections.</summary>
internal sealed class ConnectionDiary
{
    private const int MostUnknownKinds = 64;
    private const int MaxTypeLength = 200;
    private const int MaxContentLength = 32_768;

    private readonly Activity? _span;
    private readonly bool _logContent;
    private readonly string _host;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly HashSet<string> _unknownKinds = new(StringComparer.Ordinal);
    private long _malformed;
    private bool _opened;

    private ConnectionDiary(ILogger logger, bool logContent, Activity? span, string host, TimeProvider time)
    {
        Logger = logger;
        _logContent = logContent;
        _span = span;
        _host = host;
        _time = time;
        _started = time.GetTimestamp();
    }

    public ILogger Logger { get; }

    /// <summary>
    /// The credential of the handshake, so that it can be masked in the server's words; null when it is not known, or recognized by its
    /// form. Most are, so that a connection seldom keeps one.
    /// </summary>
    public string? Secret { get; private set; }

    /// <summary>Opens the diary, with a span that is not the caller's current one: it outlives the call.</summary>
    public static ConnectionDiary Start(ILoggerFactory? factory, TimeProvider? time, bool logContent, string host, string purpose)
    {
        var logger = factory?.CreateLogger("Realtime.Sdk.RealtimeConnection") ?? (ILogger)NullLogger.Instance;
        var current = Activity.Current;
        var span = RealtimeDiagnostics.Activities.StartActivity("realtime.connection", ActivityKind.Client);
        Activity.Current = current;
        span?.SetTag("server.address", host).SetTag("realtime.connection.purpose", purpose);
        RealtimeLog.Connecting(logger, host, purpose);
        return new(logger, logContent, span, host, time ?? TimeProvider.System);
    }

    /// <summary>Keeps a credential that looks like any other word, such as a key of an Azure resource.</summary>
    public void Remember(string secret) => Secret = PeerText.IsClean(secret) ? secret : null;

    public void Opened()
    {
        _opened = true;
        ConnectionMetrics.Opened();
        RealtimeLog.Connected(Logger, _host, (long)_time.GetElapsedTime(_started).TotalMilliseconds);
    }

    /// <summary>There will be no connection.</summary>
    public void Refused(Exception exception)
    {
        _span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().Name);
        _span?.Dispose();
        RealtimeLog.ConnectionRefused(Logger, exception.GetType().Name, PeerText.Sanitize(exception.Message));
    }

    public void Ended(ConnectionEnd end)
    {
        if (!_opened)
            return;
        ConnectionMetrics.Closed();
        if (end.CloseCode is { } code)
            _span?.SetTag("realtime.close_code", code);
        if (!end.IsNormal)
            _span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", end.CloseCode is null ? "lost" : "closed");
        _span?.Dispose();
        if (end.IsNormal)
            RealtimeLog.ConnectionEnded(Logger, PeerText.Sanitize(end.Message));
        else
            RealtimeLog.ConnectionFailed(Logger, PeerText.Sanitize(end.Message));
    }

    /// <summary>A handler that the program registered has thrown.</summary>
    public void HandlerFailed(Exception exception) => RealtimeLog.HandlerFailed(Logger, PeerText.Sanitize(exception.GetType().Name));

    public void Received(string type, ReadOnlySpan<byte> message)
    {
        if (Logger.IsEnabled(LogLevel.Trace))
            RealtimeLog.Received(Logger, Type(type), message.Length, Content(message));
    }

    /// <summary>Mentions each unknown kind once.</summary>
    public void Unknown(string type)
    {
        if (_unknownKinds.Count < MostUnknownKinds && _unknownKinds.Add(type))
            RealtimeLog.UnknownKind(Logger, Type(type));
    }

    public void Sending(string type, ReadOnlySpan<byte> message)
    {
        if (Logger.IsEnabled(LogLevel.Trace))
            RealtimeLog.Sending(Logger, Type(type), message.Length, Content(message));
    }

    /// <summary>Mentions what is odd about an event that is sent all the same.</summary>
    public void Questionable(string type, IReadOnlyList<ConstraintViolation> warnings)
    {
        foreach (var warning in warnings)
            RealtimeLog.Questionable(Logger, Type(type), PeerText.Sanitize(warning.Path, Secret), PeerText.Sanitize(warning.Rule, Secret));
    }

    /// <summary>The first, the second, the fourth, the eighth …: a storm of bad messages is no storm of log entries.</summary>
    public void Malformed(long bytes, string reason)
    {
        _malformed++;
        if ((_malformed & (_malformed - 1)) == 0)
            RealtimeLog.Malformed(Logger, _malformed, bytes, PeerText.Sanitize(reason));
    }

    private PeerText Type(string type) => PeerText.Sanitize(type, Secret, MaxTypeLength);

    /// <summary>Keys are masked even here: content is logged to see what was said, and a log outlives the session.</summary>
    private PeerText Content(ReadOnlySpan<byte> message) =>
        _logContent ? PeerText.Sanitize(" " + Encoding.UTF8.GetString(message), Secret, MaxContentLength) : default;
}
