using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Awaits a receive. If it does not complete immediately, the reader continues with the received messages on the same thread, after the next receive has
/// been started: a message wakes up one thread instead of two, and a reader that blocks still does not stop receiving.
/// </summary>
internal readonly struct ReceiveAwaitable(ValueTask<ValueWebSocketReceiveResult> receive, MessageQueue queue) : ICriticalNotifyCompletion
{
    private readonly ConfiguredValueTaskAwaitable<ValueWebSocketReceiveResult>.ConfiguredValueTaskAwaiter _receive = receive.ConfigureAwait(false).GetAwaiter();

    public bool IsCompleted => _receive.IsCompleted;

    public ReceiveAwaitable GetAwaiter() => this;

    public ValueWebSocketReceiveResult GetResult() => _receive.GetResult();

    public void OnCompleted(Action continuation)
    {
        _receive.OnCompleted(continuation);
        queue.WakeOnCurrentThread();
    }

    public void UnsafeOnCompleted(Action continuation)
    {
        _receive.UnsafeOnCompleted(continuation);
        queue.WakeOnCurrentThread();
    }
}
