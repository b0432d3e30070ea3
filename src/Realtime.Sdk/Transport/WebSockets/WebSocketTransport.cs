using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Observes one whole incoming message before the reader does; runs on the pump, so it must be quick.</summary>
internal delegate void MessageObserver(ReadOnlyMemory<byte> message, long sequence);

/// <summary>
/// One WebSocket from open to over, whatever its messages mean: a pump that always reads, a gate that lets senders in one by one,
/// and exactly one end.
/// </summary>
internal sealed partial class WebSocketTransport
{
    private readonly WebSocket _socket;
    private readonly WebSocketTransportSettings _settings;
    private readonly MessageQueue _queue;
    private readonly SendGate _gate = new();
    private readonly TaskCompletionSource<CloseInfo> _ended;

    // Null unless the clock counts work: then nothing is counted, at the cost of a check for each message.
    private readonly TransportWork? _work;
    private TaskCompletionSource? _notificationWait;
    private bool _isNotified;
    private Task _pump = Task.CompletedTask;
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
    }

    /// <summary>The clock, if it counts work.</summary>
    public WorkTrackingTimeProvider? Clock => _work?.Clock;

    /// <summary>Called once, on any thread, as soon as the connection is over. For state of our own: it must not throw or block.</summary>
    public Action<CloseInfo>? Ended { get; init; }

    /// <summary>
    /// Called once, on any thread, after everything is done that the end asks for. For telemetry, which runs the code of others: what it
    /// throws is dropped, so that it changes neither the end nor what is said of it.
    /// </summary>
    public Action<CloseInfo>? Notified { get; init; }

    /// <summary>Why the connection is over; null while it is not.</summary>
    public CloseInfo? End => Volatile.Read(ref _end);

    /// <summary>What the server reported that ends a session, such as a used-up quota: where its close does not say why, this does.</summary>
    public RealtimeApiErrorKind? ReportedError { get; private set; }

    /// <summary>Whether events can be sent: the connection is not over, and no write has failed.</summary>
    public bool IsOpen => End is null && !_writeFailed;

    /// <summary>Completes, never fails, when the connection is over.</summary>
    public Task<CloseInfo> Completion => _ended.Task;

    /// <summary>The bytes of messages that wait to be read, and of the one that is being handled.</summary>
    public long UnreadBytes => _queue.Unread;

    /// <summary>Shows every message from now on to <paramref name="observer"/>.</summary>
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

    /// <summary>Shows every message to <paramref name="observer"/> in the order of sending, immediately before its first byte may leave.</summary>
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

    /// <summary>Begins to read the socket. Nothing of the caller's context flows into the pump.</summary>
    public void Start()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            _pump = Task.Run(PumpAsync);
            return;
        }
        using (ExecutionContext.SuppressFlow())
            _pump = Task.Run(PumpAsync);
    }

    /// <summary>Makes the caller the one reader until <see cref="EndReading"/>.</summary>
    public void BeginReading()
    {
        if (_disposed)
            throw AlreadyDisposed();
        if (Interlocked.CompareExchange(ref _reading, 1, 0) != 0)
            throw new InvalidOperationException("The connection is being read already: one reader at a time.");
        _work?.BeginReading();
    }

    /// <summary>Ends the reading, and releases the message that was read last.</summary>
    public void EndReading()
    {
        // First, so that the reader still counts when its last message does not.
        _work?.EndReading();
        Release();
        Volatile.Write(ref _reading, 0);
    }

    /// <summary>The reader as callers get it.</summary>
    public IAsyncEnumerable<T> Count<T>(IAsyncEnumerable<T> reader) => _work is null ? reader : new CountedReader<T>(reader, _work);

    /// <summary>Records an error event, so that an end which follows it can say why.</summary>
    public void Report(RealtimeError error)
    {
        // Errors about a single event are no reason for an end.
        if (ErrorKinds.FromCode(error.Type, error.Code) is { } kind
            and (RealtimeApiErrorKind.QuotaExceeded or RealtimeApiErrorKind.Authentication or RealtimeApiErrorKind.Permission or RealtimeApiErrorKind.SessionExpired))
        {
            ReportedError = kind;
        }
    }

    /// <summary>
    /// Waits for a message. False when none follows because the connection ended normally.
    /// </summary>
    /// <exception cref="RealtimeConnectionException">No message follows because the connection ended in any other way.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) =>
        _work is null ? WaitForMessageAsync(cancellationToken) : WaitCountedAsync(_work, cancellationToken);

    private async ValueTask<bool> WaitCountedAsync(TransportWork work, CancellationToken cancellationToken)
    {
        var cancellation = new CountedCancellation(work.Clock, cancellationToken);
        await using (cancellation.ConfigureAwait(false))
            return await WaitForMessageAsync(cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitForMessageAsync(CancellationToken cancellationToken)
    {
        if (await _queue.WaitAsync(cancellationToken).ConfigureAwait(false))
            return true;
        var end = await _ended.Task.ConfigureAwait(false);
        return end.IsNormal || _disposed ? false : throw end.After(ReportedError).ToException(RealtimeConnectionPhase.Receive);
    }

    /// <summary>The oldest message, valid until <see cref="Release"/>.</summary>
    public bool TryRead(out Memory<byte> message, out long sequence) => _queue.TryRead(out message, out sequence);

    /// <summary>The reader is done with the message it was given.</summary>
    public void Release()
    {
        if (_queue.Release())
            _work?.Handle();
    }

    /// <summary>Marks the connection as over. The first reason wins; later ones only have the same consequence.</summary>
    /// <returns>Whether this is the reason; <see cref="Notify"/> is then to follow.</returns>
    private bool TryEnd(CloseInfo end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
            return false;
        _work?.End();
        _gate.Break(() => CreateSendFailure(end));
        CountedWork.Run(Clock, static ended => ended.Source.SetResult(ended.End), (Source: _ended, End: end));
        _queue.Complete();
        Ended?.Invoke(end);
        _work?.NotifyEnded();
        return true;
    }

    /// <summary>Aborts the connection; what was received stays readable.</summary>
    private void GiveUp(CloseInfo end)
    {
        var isReason = TryEnd(end);
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
        catch (Exception e) when (Notification.Discards(e))
        {
        }
        TaskCompletionSource? wait;
        lock (_observerLock)
        {
            _isNotified = true;
            wait = _notificationWait;
        }
        wait?.SetResult();
    }

    /// <summary>Completes when <see cref="Notified"/> was called. Only the disposal asks, so that a connection at rest holds no task for it.</summary>
    private Task WhenNotifiedAsync()
    {
        lock (_observerLock)
        {
            if (_isNotified)
                return Task.CompletedTask;
            return (_notificationWait ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void AbortSocket()
    {
        try
        {
            _socket.Abort();
        }
#pragma warning disable CA1031 // disposed already, or a socket of the application's own making: the connection is over in any case
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private Exception CreateSendFailure(CloseInfo end) =>
        _disposed ? AlreadyDisposed() : end.After(ReportedError).ToException(RealtimeConnectionPhase.Send);

    private static ObjectDisposedException AlreadyDisposed() => new(null, "The connection was disposed.");
}
