using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>The telemetry of one connection: log entries, a span from opening to end, and the count of open connections.</summary>
internal sealed class ConnectionTelemetry
{
    private const int MaxUnknownKinds = 64;
    private const int MaxTypeLength = 200;
    private const int MaxContentLength = 32_768;

    private readonly Activity? _span;
    private readonly bool _logContent;
    private readonly string _host;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly HashSet<string> _unknownKinds = new(StringComparer.Ordinal);
    private long _malformed;
    private readonly Lock _lock = new();
    private bool _opened;
    private CloseInfo? _end;
    private bool _established;
    private bool _reported;

    private ConnectionTelemetry(ILogger logger, bool logContent, Activity? span, string host, TimeProvider time, long started)
    {
        Logger = logger;
        _logContent = logContent;
        _span = span;
        _host = host;
        _time = time;
        _started = started;
    }

    public ILogger Logger { get; }

    /// <summary>
    /// The credential of the handshake, used to mask it in text of the server. Null if it is not known, or if it is recognized by its form, as most are,
    /// so that few connections keep their credential in memory.
    /// </summary>
    public string? Secret { get; private set; }

    /// <summary>Starts the telemetry. The span does not become the caller's current one, because it outlives the call.</summary>
    public static ConnectionTelemetry Start(ILoggerFactory? factory, TimeProvider? time, bool logContent, string host, string purpose)
    {
        time ??= TimeProvider.System;
        // Before the span is started, so that a clock that throws does not leave a running span.
        var started = time.GetTimestamp();
        var logger = GuardedLogger.Create(factory, "Realtime.Sdk.RealtimeConnection");
        var span = RealtimeDiagnostics.StartDetached(TelemetryNames.Connection, []);
        span?.SetTag(TelemetryNames.ServerAddress, host).SetTag(TelemetryNames.ConnectionPurpose, purpose);
        RealtimeLog.Connecting(logger, host, purpose);
        return new(logger, logContent, span, host, time, started);
    }

    /// <summary>Keeps a credential that cannot be recognized by its form, such as the key of an Azure resource.</summary>
    public void SetSecret(string secret) => Secret = PeerText.IsClean(secret) ? secret : null;

    public void Opened()
    {
        _opened = true;
        ConnectionMetrics.Opened();
        RealtimeLog.Connected(Logger, _host, (long)_time.GetElapsedTime(_started).TotalMilliseconds);
    }

    /// <summary>Records that the connection could not be opened.</summary>
    public void Refused(Exception exception)
    {
        _span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, exception.GetType().Name);
        RealtimeDiagnostics.Stop(_span);
        RealtimeLog.ConnectionRefused(Logger, exception.GetType().Name, PeerText.Sanitize(exception.Message));
    }

    /// <summary>Records that the session has begun. From now on, an end is reported as the end of a connection, not as a failure to open one.</summary>
    public void Established()
    {
        lock (_lock)
            _established = true;
        Report();
    }

    public void Ended(CloseInfo end)
    {
        if (!_opened)
            return;
        ConnectionMetrics.Closed();
        lock (_lock)
            _end = end;
        Report();
    }

    /// <summary>Reports the end of an established connection, once. <see cref="Refused"/> reports the failure to establish one.</summary>
    private void Report()
    {
        CloseInfo end;
        // The end can be detected on the receiving thread before the caller that opens the connection has called Established. The later call reports.
        lock (_lock)
        {
            if (!_established || _end is null || _reported)
                return;
            _reported = true;
            end = _end;
        }
        if (end.CloseCode is { } code)
            _span?.SetTag(TelemetryNames.CloseCode, code);
        if (!end.IsNormal)
            _span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, end.CloseCode is null ? TelemetryNames.LostConnection : TelemetryNames.ClosedConnection);
        RealtimeDiagnostics.Stop(_span);
        if (end.IsNormal)
            RealtimeLog.ConnectionEnded(Logger, PeerText.Sanitize(end.Message));
        else
            RealtimeLog.ConnectionFailed(Logger, PeerText.Sanitize(end.Message));
    }

    /// <summary>Records that a handler of the application has thrown.</summary>
    public void HandlerFailed(Exception exception) => RealtimeLog.HandlerFailed(Logger, PeerText.Sanitize(exception.GetType().Name));

    public void Received(string type, ReadOnlySpan<byte> message)
    {
        if (Logger.IsEnabled(LogLevel.Trace))
            RealtimeLog.Received(Logger, Type(type), message.Length, Content(message));
    }

    /// <summary>Logs each unknown event type once.</summary>
    public void Unknown(string type)
    {
        if (_unknownKinds.Count < MaxUnknownKinds && _unknownKinds.Add(type))
            RealtimeLog.UnknownEventType(Logger, Type(type));
    }

    public void Sending(string type, ReadOnlySpan<byte> message)
    {
        if (Logger.IsEnabled(LogLevel.Trace))
            RealtimeLog.Sending(Logger, Type(type), message.Length, Content(message));
    }

    /// <summary>Logs the validation warnings of an event. The event is sent despite them.</summary>
    public void LogValidationWarnings(string type, IReadOnlyList<ConstraintViolation> warnings)
    {
        foreach (var warning in warnings)
            RealtimeLog.ValidationWarning(Logger, RealtimeLog.GetLevel(warning.Kind), Type(type), PeerText.Sanitize(warning.ToString(), Secret));
    }

    /// <summary>Logs the first, second, fourth, eighth and so on malformed message, so that many of them do not flood the log.</summary>
    public void Malformed(long bytes, string reason)
    {
        _malformed++;
        if ((_malformed & (_malformed - 1)) == 0)
            RealtimeLog.Malformed(Logger, _malformed, bytes, PeerText.Sanitize(reason));
    }

    private PeerText Type(string type) => PeerText.Sanitize(type, Secret, MaxTypeLength);

    /// <summary>Returns the content if logging it is enabled. Keys are masked even then, because logs are kept longer than the session.</summary>
    private PeerText Content(ReadOnlySpan<byte> message) =>
        _logContent ? PeerText.Sanitize(" " + Encoding.UTF8.GetString(message), Secret, MaxContentLength) : default;
}
