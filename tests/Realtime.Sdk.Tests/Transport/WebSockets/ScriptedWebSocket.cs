using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>A WebSocket whose every send and receive the test decides.</summary>
internal sealed class ScriptedWebSocket : WebSocket
{
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketState _state = WebSocketState.Open;
    private WebSocketCloseStatus? _closeStatus;
    private string? _closeStatusDescription;
    private ReadOnlyMemory<byte> _rest;

    /// <summary>What a send does; null takes every message.</summary>
    public Func<ReadOnlyMemory<byte>, ValueTask>? Sending { get; init; }

    /// <summary>The next message of the server; null is its close with <see cref="ServerClose"/>.</summary>
    public Func<Task<string?>> Receiving { get; init; } = () => new TaskCompletionSource<string?>().Task;

    public (WebSocketCloseStatus Code, string Reason) ServerClose { get; init; } = (WebSocketCloseStatus.NormalClosure, "");

    public override WebSocketState State => _state;

    public override WebSocketCloseStatus? CloseStatus => _closeStatus;

    public override string? CloseStatusDescription => _closeStatusDescription;

    public override string? SubProtocol => null;

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        Sending?.Invoke(buffer) ?? ValueTask.CompletedTask;

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest.IsEmpty)
        {
            var next = Receiving();
            await Task.WhenAny(next, _aborted.Task);
            ObjectDisposedException.ThrowIf(_state == WebSocketState.Aborted, this);
            if (await next is not { } message)
            {
                (_state, _closeStatus, _closeStatusDescription) = (WebSocketState.CloseReceived, ServerClose.Code, ServerClose.Reason);
                return new(0, WebSocketMessageType.Close, true);
            }
            _rest = Encoding.UTF8.GetBytes(message);
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return new(count, WebSocketMessageType.Text, _rest.IsEmpty);
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Abort()
    {
        _state = WebSocketState.Aborted;
        _aborted.TrySetResult();
    }

    public override void Dispose() => Abort();

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();
}
