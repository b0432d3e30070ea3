using System.Buffers.Binary;
using System.Text;

namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
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
            _state.NotifyTraffic(this, isFromClient: false, bytes);
            return SendFrameAsync(isBinary ? FrameKind.Binary : FrameKind.Text, bytes.Span);
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

    /// <summary>Starts a message and never ends it: nothing but control frames may follow.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task SendUnfinishedAsync(ReadOnlyMemory<byte> bytes) => SendFrameAsync(FrameKind.Text, bytes.Span, isLast: false);

    /// <summary>Sends a ping.</summary>
    /// <inheritdoc cref="SendAsync(ServerEvent)" path="/exception"/>
    public Task PingAsync() => SendFrameAsync(FrameKind.Ping, []);

    /// <summary>Sends a close with any code, the ones included that a well-behaved peer may not send. The client's answer ends the session.</summary>
    /// <param name="code">The code; 1005 sends a close without one.</param>
    /// <param name="reason">The reason.</param>
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

    private void Add(FrameKind kind, bool isLast, ReadOnlySpan<byte> payload) => _outgoing.Add(kind, isLast, payload, counts: !_inScript.Value);

    private async Task TrySendAsync(FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        try
        {
            await SendFrameAsync(kind, payload.Span).ConfigureAwait(false);
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
