namespace Realtime.Sdk.Internal;

/// <summary>
/// Calls a handler for every message of a connection until it is disposed. The first exception of the handler is logged; the others are ignored.
/// </summary>
internal sealed class MessageTap : IDisposable
{
    private readonly WebSocketTransport _transport;
    private readonly RealtimeMessageHandler _handler;
    private readonly ConnectionTelemetry _telemetry;
    private int _failures;

    public MessageTap(WebSocketTransport transport, RealtimeMessageHandler handler, ConnectionTelemetry telemetry)
    {
        _transport = transport;
        _handler = handler;
        _telemetry = telemetry;
        transport.AddObserver(OnReceived);
        transport.AddSendObserver(OnSent);
    }

    public void Dispose()
    {
        _transport.RemoveObserver(OnReceived);
        _transport.RemoveSendObserver(OnSent);
    }

    private void OnReceived(ReadOnlyMemory<byte> message, long sequence) => Call(new(message, MessageDirection.Received));

    private void OnSent(ReadOnlyMemory<byte> message) => Call(new(message, MessageDirection.Sent));

    private void Call(in RealtimeMessage message)
    {
        try
        {
            _handler(in message);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
            // Once, because a handler that always throws would otherwise be logged for every message.
            if (Interlocked.Increment(ref _failures) == 1)
                _telemetry.HandlerFailed(e);
        }
    }
}
