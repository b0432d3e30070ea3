using System.Net.WebSockets;

namespace Realtime.Sdk.Internal;

/// <summary>The pump: always reads, so that pings are answered; never waits for a reader; never looks into messages unasked.</summary>
internal sealed partial class SocketCore
{
    private long _dropped;
    private bool _dropping;

    /// <summary>The number of messages dropped because nobody read them in time.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    private async Task PumpAsync()
    {
        try
        {
            await ReceiveMessagesAsync().ConfigureAwait(false);
            await AnswerCloseAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever the socket throws is why the connection is over, and the reader is told
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(_closing ? ConnectionEnd.ClosedByUs : WhyFailed(e));
        }
        finally
        {
            _queue.Drop();
        }
    }

    /// <summary>Reads whole messages into the queue until the server closes, or the connection is given up.</summary>
    private async Task ReceiveMessagesAsync()
    {
        while (End is null or { IsNormal: true })
        {
            // A receive without a buffer waits for the first bytes, so that an idle connection holds none.
            var part = await ReceiveAsync(Memory<byte>.Empty);
            while (part.MessageType != WebSocketMessageType.Close && !part.EndOfMessage)
            {
                part = await ReceiveAsync(_queue.GetMemory());
                _queue.Advance(part.Count);
                if (_queue.Incoming > _settings.MaxMessageBytes)
                {
                    GiveUp(ConnectionEnd.MessageTooBig(_settings.MaxMessageBytes));
                    return;
                }
            }
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            Deliver();
        }
    }

    private WakingReceive ReceiveAsync(Memory<byte> memory) => new(_socket.ReceiveAsync(memory, CancellationToken.None), _queue);

    private void Deliver()
    {
        ConnectionMetrics.Received(_queue.Incoming);
        if (_observer is { } observer)
            Show(observer);
        var room = _settings.MaxUnreadBytes - _queue.Unread - _queue.Incoming;
        var scarce = room < _settings.MaxUnreadBytes / 4;
        if (scarce && _settings.Droppable is { } droppable && Matches(droppable))
        {
            Drop();
        }
        else if (room < 0)
        {
            _queue.Drop();
            GiveUp(ConnectionEnd.Overflow(_queue.Unread));
        }
        else
        {
            _dropping &= scarce;
            _queue.Commit();
        }
    }

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        ConnectionMetrics.Dropped();
        if (!_dropping)
            RealtimeLog.Dropping(_settings.Logger, _queue.Unread);
        _dropping = true;
        _queue.Drop();
    }

    private void Show(MessageObserver observer)
    {
        var message = _queue.PeekIncoming(out var rented);
        observer(message.Span, _queue.IncomingSequence);
        if (rented is not null)
            _settings.Pool.Return(rented);
    }

    private bool Matches(MessageFilter filter)
    {
        var message = _queue.PeekIncoming(out var rented);
        var matches = filter(message.Span);
        if (rented is not null)
            _settings.Pool.Return(rented);
        return matches;
    }

    /// <summary>Tells the reader first, then repeats the server's close, as the protocol asks, within the close deadline.</summary>
    private async Task AnswerCloseAsync()
    {
        if (_socket.CloseStatus is null && End is not null)
            return;
        var code = (int?)_socket.CloseStatus ?? 1005;
        TryEnd(_closing ? ConnectionEnd.ClosedByUs : ConnectionEnd.ClosedByServer(code, _socket.CloseStatusDescription));
        if (_socket.State == WebSocketState.CloseReceived)
        {
            using var deadline = new CancellationTokenSource(_settings.CloseTimeout, _settings.Time);
            await _socket.CloseOutputAsync(CloseCodes.Sendable(code), null, deadline.Token).ConfigureAwait(false);
        }
        Abort();
    }

    /// <summary>The platform's words for an unanswered ping are a cancellation that nobody asked for, around the true reason.</summary>
    private static ConnectionEnd WhyFailed(Exception exception)
    {
        var fault = exception;
        while (fault is not null and not WebSocketException)
            fault = fault.InnerException;
        return fault is not WebSocketException { WebSocketErrorCode: WebSocketError.Faulted or WebSocketError.HeaderError }
            ? ConnectionEnd.Lost(exception)
            : exception is OperationCanceledException ? ConnectionEnd.Unanswered(exception) : ConnectionEnd.BrokenProtocol(exception);
    }
}
