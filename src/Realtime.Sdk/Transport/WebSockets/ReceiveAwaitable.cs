using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A receive of the pump, to be awaited. When it has to wait, the reader goes on with what has come, on this very thread and after the
/// pump has made sure of another one: a message costs one thread's wake-up, not two, and a reader that blocks still cannot stop the pump.
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
        queue.WakeHere();
    }

    public void UnsafeOnCompleted(Action continuation)
    {
        _receive.UnsafeOnCompleted(continuation);
        queue.WakeHere();
    }
}
