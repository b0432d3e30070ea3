using System.Buffers.Binary;
using System.Text;

namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private Task _sending = Task.CompletedTask;
    private bool _closeSent;

    /// <summary>Sends an event, with an id of the emulator's making when it has none.</summary>
    /// <exception cref="EmulatorSessionEndedException">The connection is over.</exception>
    public Task SendAsync(ServerEvent serverEvent)
    {
        ArgumentNullException.ThrowIfNull(serverEvent);
        var named = serverEvent.EventId is null && serverEvent is not UnknownServerEvent
            ? serverEvent with { EventId = _state.Ids.Next("event_") }
            : serverEvent;
        return SendBytesAsync(RealtimeJson.SerializeToUtf8Bytes(named));
    }

    /// <summary>Sends an event of a translation session, with an id of the emulator's making when it has none.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendAsync(TranslationServerEvent serverEvent)
    {
        ArgumentNullException.ThrowIfNull(serverEvent);
        var named = serverEvent.EventId is null && serverEvent is not UnknownTranslationServerEvent
            ? serverEvent with { EventId = _state.Ids.Next("event_") }
            : serverEvent;
        return SendBytesAsync(RealtimeJson.SerializeToUtf8Bytes(named));
    }

    /// <summary>Sends any text as one message, JSON or not.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendTextAsync(string text) => SendBytesAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends any bytes as one message, UTF-8 or not.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="isBinary">Whether it goes as a binary message; the service sends text only.</param>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes, bool isBinary = false)
    {
        lock (_lock)
        {
            _state.Show(this, isFromClient: false, bytes);
            return SendFramesAsync([(isBinary ? FrameKind.Binary : FrameKind.Text, true, bytes)]);
        }
    }

    /// <summary>Sends a message no server should send.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendAsync(MalformedMessage kind) => SendBytesAsync(MalformedMessages.Bytes(kind));

    /// <summary>Sends one message in frames of a given size, which may well end inside a character.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="frameBytes">Bytes in each frame but the last; at least 1.</param>
    /// <param name="emptyFrames">Frames without any payload put between them.</param>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendFragmentsAsync(ReadOnlyMemory<byte> bytes, int frameBytes = 1, int emptyFrames = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameBytes, 1);
        var frames = new List<(FrameKind, bool, ReadOnlyMemory<byte>)>();
        for (var at = 0; at < bytes.Length || at == 0; at += frameBytes)
        {
            var kind = at == 0 ? FrameKind.Text : FrameKind.Continuation;
            frames.Add((kind, at + frameBytes >= bytes.Length, bytes.Slice(at, Math.Min(frameBytes, bytes.Length - at))));
            for (var i = 0; i < emptyFrames && at + frameBytes < bytes.Length; i++)
                frames.Add((FrameKind.Continuation, false, default));
        }
        return SendFramesAsync(frames);
    }

    /// <summary>Starts a message and never ends it: nothing but control frames may follow.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendUnfinishedAsync(ReadOnlyMemory<byte> bytes) => SendFramesAsync([(FrameKind.Text, false, bytes)]);

    /// <summary>Sends a ping.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task PingAsync() => SendFramesAsync([(FrameKind.Ping, true, default)]);

    /// <summary>Sends a close with any code, the ones included that a well-behaved peer may not send. The client's answer ends the session.</summary>
    /// <param name="code">The code; 1005 sends a close without one.</param>
    /// <param name="reason">The reason.</param>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task CloseAsync(int code = 1000, string reason = "")
    {
        if (code == 1005)
            return SendFramesAsync([(FrameKind.Close, true, default)]);
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return SendFramesAsync([(FrameKind.Close, true, payload)]);
    }

    private Task SendFramesAsync(IReadOnlyList<(FrameKind Kind, bool IsLast, ReadOnlyMemory<byte> Payload)> frames)
    {
        lock (_lock)
            return _sending = SendAfterAsync(_sending, frames, counts: !_inScript.Value);
    }

    private async Task SendAfterAsync(Task previous, IReadOnlyList<(FrameKind Kind, bool IsLast, ReadOnlyMemory<byte> Payload)> frames, bool counts)
    {
        if (counts)
            _state.ActivityTracker.Enter();
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            foreach (var (kind, isLast, payload) in frames)
            {
                _closeSent |= kind == FrameKind.Close;
                await _stream.WriteAsync(Frames.Encode(kind, isLast, payload.Span), _state.Stopping).ConfigureAwait(false);
            }
            await _stream.FlushAsync(_state.Stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectionLoss.Is(e))
        {
            throw new EmulatorSessionEndedException("The session is over: nothing can be sent.", e);
        }
        finally
        {
            if (counts)
                _state.ActivityTracker.Leave();
        }
    }

    private async Task TrySendAsync(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        try
        {
            await SendFramesAsync([(kind, true, payload)]).ConfigureAwait(false);
        }
        catch (EmulatorSessionEndedException)
        {
            // The client left without waiting for the answer.
        }
    }

    private async Task TryCloseAsync(int code, string reason)
    {
        try
        {
            await CloseAsync(code, reason).ConfigureAwait(false);
        }
        catch (EmulatorSessionEndedException)
        {
            // The client left first.
        }
    }
}
