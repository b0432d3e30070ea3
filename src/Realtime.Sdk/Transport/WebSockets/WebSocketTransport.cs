using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Observes a complete incoming message before the reader gets it. It runs on the receiving thread, so it must return quickly.</summary>
internal delegate void MessageObserver(ReadOnlyMemory<byte> message, long sequence);

/// <summary>
/// A WebSocket with a receiving loop (the pump), a <see cref="SendLock"/> for senders, and exactly one end. It does not depend on the meaning of the messages.
/// </summary>
internal sealed partial class WebSocketTransport
{
    private readonly WebSocket _socket;
    private readonly WebSocketTransportSettings _settings;
    private readonly MessageQueue _queue;
    private readonly SendLock _sendLock = new();
    private readonly TaskCompletionSource<CloseInfo> _ended;

    // Null unless the clock tracks work. The cost without it is one check per message.
    private readonly TransportWork? _work;
    private TaskCompletionSource? _notificationWait;
    private bool _isNotified;
    private Task _pump = Task.CompletedTask;
    private readonly KeepAlive? _keepAlive;
    private CloseInfo? _end;
    private readonly Lock _observerLock = new();
    private volatile MessageObserver? _observer;
    private volatile Action<ReadOnlyMemory<byte>>? _sendObserver;
    private int _reading;
    private volatile bool _disposed;

    public WebSocketTransport(WebSocket socket, WebSocketTransportSettings settings)
    {
        _socket = socket;
        _settings = settings;
        _queue = new(settings.Pool, settings.MaxUnreadBytes);
        if (settings.Time is WorkTrackingTimeProvider clock)
            _work = new(clock, settings.Key);
        _ended = CountedWork.CreateSource<CloseInfo>(Clock);
        if (settings is { KeepAlive: not null, Source: { } source } && settings.KeepAliveInterval != Timeout.InfiniteTimeSpan)
            _keepAlive = new(source, settings.KeepAliveInterval, settings.KeepAliveTimeout, () => Abort(CloseInfo.PingTimeout()));
    }

    /// <summary>The clock if it tracks work; otherwise null.</summary>
    public WorkTrackingTimeProvider? Clock => _work?.Clock;

    /// <summary>Called once, on any thread, as soon as the connection has ended. For internal state: it must not throw or block.</summary>
    public Action<CloseInfo>? Ended { get; init; }

    /// <summary>
    /// Called once, on any thread, after the end has been processed completely. For telemetry, which calls application code: its exceptions are discarded, so
    /// that they affect neither the end nor its reason.
    /// </summary>
    public Action<CloseInfo>? Notified { get; init; }

    /// <summary>Why the connection has ended; null while it is open.</summary>
    public CloseInfo? End => Volatile.Read(ref _end);

    /// <summary>
    /// The last error event that can be the reason for an end, such as an exhausted quota. It is used if the server's close states no reason.
    /// </summary>
    public RealtimeApiErrorKind? ReportedError { get; private set; }

    /// <summary>Whether events can be sent: the connection has not ended, and no write has failed.</summary>
    public bool IsOpen => End is null && !_writeFailed;

    /// <summary>A task that completes when the connection has ended. It never fails.</summary>
    public Task<CloseInfo> Completion => _ended.Task;

    /// <summary>The bytes of the messages that wait to be read, including the one that is being processed.</summary>
    public long UnreadBytes => _queue.Unread;

    /// <summary>Calls <paramref name="observer"/> with every message that is received from now on.</summary>
    public void AddObserver(MessageObserver observer)
    {
        lock (_observerLock)
            _observer += observer;
    }

    public void RemoveObserver(MessageObserver observer)
    {
        lock (_observerLock)
            _observer -= observer;
    }

    /// <summary>Calls <paramref name="observer"/> with every message in the order of sending, immediately before its first byte can be sent.</summary>
    public void AddSendObserver(Action<ReadOnlyMemory<byte>> observer)
    {
        lock (_observerLock)
            _sendObserver += observer;
    }

    public void RemoveSendObserver(Action<ReadOnlyMemory<byte>> observer)
    {
        lock (_observerLock)
            _sendObserver -= observer;
    }

    /// <summary>Starts receiving. The execution context of the caller does not flow to the receiving thread.</summary>
    public void Start()
    {
        if (_keepAlive is not null)
            _settings.KeepAlive!.Add(_keepAlive);
        if (ExecutionContext.IsFlowSuppressed())
        {
            _pump = Task.Run(PumpAsync);
            return;
        }
        // Otherwise values such as the caller's current activity would apply to all callbacks of the connection, and live as long as it.
        using (ExecutionContext.SuppressFlow())
            _pump = Task.Run(PumpAsync);
    }

    /// <summary>Makes the caller the only reader until <see cref="EndReading"/>.</summary>
    public void BeginReading()
    {
        if (_disposed)
            throw CreateDisposedException();
        if (Interlocked.CompareExchange(ref _reading, 1, 0) != 0)
            throw new InvalidOperationException("The connection already has a reader: only one reader is allowed at a time.");
        _work?.BeginReading();
    }

    /// <summary>Ends reading and releases the message that was read last.</summary>
    public void EndReading()
    {
        // First, so that the reader still counts as work when its last message no longer does.
        _work?.EndReading();
        Release();

        // Last, because another reader may begin as soon as it sees this.
        Volatile.Write(ref _reading, 0);
    }

    /// <summary>Wraps the reader if the clock tracks work.</summary>
    public IAsyncEnumerable<T> Count<T>(IAsyncEnumerable<T> reader) => _work is null ? reader : new CountedReader<T>(reader, _work);

    /// <summary>Records an error event, so that a following end can state the reason.</summary>
    public void Report(RealtimeError error)
    {
        // Errors about a single event do not end the connection.
        if (ErrorKinds.FromCode(error.Type, error.Code) is { } kind
            and (RealtimeApiErrorKind.QuotaExceeded or RealtimeApiErrorKind.Authentication or RealtimeApiErrorKind.Permission or RealtimeApiErrorKind.SessionExpired))
        {
            ReportedError = kind;
        }
    }

    /// <summary>
    /// Waits for a message. Returns false if no more messages follow, because the connection ended normally.
    /// </summary>
    /// <exception cref="RealtimeConnectionException">The connection ended abnormally, and all messages were read.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) =>
        _work is null ? WaitForMessageAsync(cancellationToken) : WaitCountedAsync(_work, cancellationToken);

    private async ValueTask<bool> WaitCountedAsync(TransportWork work, CancellationToken cancellationToken)
    {
        var cancellation = new CountedCancellation(work.Clock, cancellationToken);
        await using (cancellation.ConfigureAwait(false))
            return await WaitForMessageAsync(cancellationToken).ConfigureAwait(false);
    }

    // Pooled, because it runs once for each message, and a reader that waits must not allocate.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForMessageAsync(CancellationToken cancellationToken)
    {
        if (await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
            return true;
        var end = await _ended.Task.ConfigureAwait(false);

        // After DisposeAsync, the loop of the application ends without an exception, because the application itself has ended the connection.
        return end.IsNormal || _disposed ? false : throw end.WithReportedError(ReportedError).ToException(RealtimeConnectionPhase.Receive);
    }

    /// <summary>Returns the oldest message, valid until <see cref="Release"/>.</summary>
    public bool TryRead(out Memory<byte> message, out long sequence) => _queue.TryRead(out message, out sequence);

    /// <summary>Releases the message that was read last.</summary>
    public void Release()
    {
        if (_queue.Release())
            _work?.RemoveUnhandled();
    }

    /// <summary>Marks the connection as ended. Only the first reason is kept.</summary>
    /// <returns>Whether this is the reason. Then the caller must call <see cref="Notify"/>.</returns>
    private bool TryEnd(CloseInfo end)
    {
        // The pump, a sender, the send timer and the caller of CloseAsync may all detect an end at the same time.
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
            return false;
        _work?.End();
        if (_keepAlive is not null)
            _settings.KeepAlive!.Remove(_keepAlive);
        // Senders fail and the reader wakes only after the reason is set, because both read it. The reader awaits _ended, so it is completed before the queue.
        _sendLock.Fail(() => CreateSendFailure(end));
        CountedWork.Run(Clock, static ended => ended.Source.SetResult(ended.End), (Source: _ended, End: end));
        _queue.Complete();
        Ended?.Invoke(end);
        return true;
    }

    /// <summary>Aborts the connection. Received messages can still be read.</summary>
    private void Abort(CloseInfo end)
    {
        var isReason = TryEnd(end);
        _work?.NotifyEnded();
        AbortSocket();
        if (isReason)
            Notify(end);
    }

    private void Notify(CloseInfo end)
    {
        try
        {
            Notified?.Invoke(end);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
        TaskCompletionSource? wait;
        lock (_observerLock)
        {
            _isNotified = true;
            wait = _notificationWait;
        }
        if (wait is not null)
            CountedWork.Run(Clock, static wait => wait.SetResult(), wait);
    }

    /// <summary>Completes when <see cref="Notified"/> was called. The task is created on request, because only the disposal needs it.</summary>
    private Task WhenNotifiedAsync()
    {
        lock (_observerLock)
        {
            if (_isNotified)
                return Task.CompletedTask;
            return (_notificationWait ??= CountedWork.CreateSource(Clock)).Task;
        }
    }

    private void AbortSocket()
    {
        try
        {
            _socket.Abort();
        }
#pragma warning disable CA1031 // disposed already, or an exception of the application's socket: the connection has ended in any case
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private Exception CreateSendFailure(CloseInfo end) =>
        _disposed ? CreateDisposedException() : end.WithReportedError(ReportedError).ToException(RealtimeConnectionPhase.Send);

    private static ObjectDisposedException CreateDisposedException() => new(null, "The connection was disposed.");
}
