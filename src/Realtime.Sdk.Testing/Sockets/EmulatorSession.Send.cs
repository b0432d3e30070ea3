using System.Buffers.Binary;
using System.Text;

namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    /// <summary>Sends an event. If it has no event ID, the emulator adds one, except to an <see cref="UnknownServerEvent"/>.</summary>
    /// <exception cref="EmulatorSessionEndedException">The connection has ended.</exception>
    public Task SendAsync(ServerEvent serverEvent)
    {
        ArgumentNullException.ThrowIfNull(serverEvent);
        var named = serverEvent.EventId is null && serverEvent is not UnknownServerEvent
            ? serverEvent with { EventId = _state.Ids.Next("event_") }
            : serverEvent;
        return SendBytesAsync(RealtimeJson.SerializeToUtf8Bytes(named));
    }

    /// <summary>Sends an event of a translation session. If it has no event ID, the emulator adds one, except to an <see cref="UnknownTranslationServerEvent"/>.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendAsync(TranslationServerEvent serverEvent)
    {
        ArgumentNullException.ThrowIfNull(serverEvent);
        var named = serverEvent.EventId is null && serverEvent is not UnknownTranslationServerEvent
            ? serverEvent with { EventId = _state.Ids.Next("event_") }
            : serverEvent;
        return SendBytesAsync(RealtimeJson.SerializeToUtf8Bytes(named));
    }

    /// <summary>Sends a text as one message. It need not be JSON.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendTextAsync(string text) => SendBytesAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as one message. They need not be UTF-8.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="isBinary">Whether to send a binary message. The default is false; the service sends only text messages.</param>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes, bool isBinary = false)
    {
        lock (_lock)
        {
            _state.NotifyTraffic(this, isFromClient: false, bytes);
            return SendFrameAsync(isBinary ? FrameKind.Binary : FrameKind.Text, bytes.Span);
        }
    }

    /// <summary>Sends a malformed message.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendAsync(MalformedMessage kind) => SendBytesAsync(MalformedMessages.Bytes(kind));

    /// <summary>Sends one message in frames of a given size. A frame may end inside a character.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="frameBytes">The number of bytes in each frame except the last; at least 1, the default.</param>
    /// <param name="emptyFrames">The number of empty frames after each frame except the last. The default is 0.</param>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendFragmentsAsync(ReadOnlyMemory<byte> bytes, int frameBytes = 1, int emptyFrames = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameBytes, 1);
        lock (_lock)
        {
            for (var at = 0; at < bytes.Length || at == 0; at += frameBytes)
            {
                var isLast = at + frameBytes >= bytes.Length;
                Add(at == 0 ? FrameKind.Text : FrameKind.Continuation, isLast, bytes.Span.Slice(at, Math.Min(frameBytes, bytes.Length - at)));
                for (var i = 0; i < emptyFrames && !isLast; i++)
                    Add(FrameKind.Continuation, isLast: false, []);
            }
            return _outgoing.SendAsync();
        }
    }

    /// <summary>Starts a message without ending it. Only control frames may be sent afterwards.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendUnfinishedAsync(ReadOnlyMemory<byte> bytes) => SendFrameAsync(FrameKind.Text, bytes.Span, isLast: false);

    /// <summary>Sends a ping.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task PingAsync() => SendFrameAsync(FrameKind.Ping, []);

    /// <summary>Sends a close frame with any code, even one that the protocol does not permit. The client's answer ends the session.</summary>
    /// <param name="code">The code; 1005 sends a close frame without a code. The default is 1000.</param>
    /// <param name="reason">The reason. The default is empty.</param>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task CloseAsync(int code = 1000, string reason = "")
    {
        if (code == 1005)
            return SendFrameAsync(FrameKind.Close, []);
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return SendFrameAsync(FrameKind.Close, payload);
    }

    private Task SendFrameAsync(FrameKind kind, ReadOnlySpan<byte> payload, bool isLast = true)
    {
        lock (_lock)
        {
            Add(kind, isLast, payload);
            return _outgoing.SendAsync();
        }
    }

    private void Add(FrameKind kind, bool isLast, ReadOnlySpan<byte> payload) => _outgoing.Add(kind, isLast, payload, isTracked: !_inScript.Value);

    private async Task TrySendAsync(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        try
        {
            await SendFrameAsync(kind, payload.Span).ConfigureAwait(false);
        }
        catch (EmulatorSessionEndedException)
        {
            // The client disconnected without waiting for the answer.
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
            // The client disconnected first.
        }
    }
}
