namespace Realtime.Sdk.Internal;

/// <summary>Calls a handler with every message of a connection until it is disposed. What the handler throws is logged once and changes nothing.</summary>
internal sealed class MessageTap : IDisposable
{
    private readonly SocketCore _core;
    private readonly RealtimeMessageHandler _handler;
    private readonly ConnectionDiary _diary;
    private int _failures;

    public MessageTap(SocketCore core, RealtimeMessageHandler handler, ConnectionDiary diary)
    {
        _core = core;
        _handler = handler;
        _diary = diary;
        core.AddObserver(OnReceived);
        core.AddSendObserver(OnSent);
    }

    public void Dispose()
    {
        _core.RemoveObserver(OnReceived);
        _core.RemoveSendObserver(OnSent);
    }

    private void OnReceived(ReadOnlyMemory<byte> message, long sequence) => Call(new(message, MessageDirection.Received));

    private void OnSent(ReadOnlyMemory<byte> message) => Call(new(message, MessageDirection.Sent));

    private void Call(in RealtimeMessage message)
    {
        try
        {
            _handler(in message);
        }
#pragma warning disable CA1031 // a handler beside the connection must not end it
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Interlocked.Increment(ref _failures) == 1)
                _diary.HandlerFailed(e);
        }
    }
}
