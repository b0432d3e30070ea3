namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads the messages of one connection as events. Streaming events are read directly from the bytes, all others by generated readers; both return the same
/// event for the same message. Not thread-safe.
/// </summary>
internal sealed class ServerEventReader : IEventReader<ServerEvent>
{
    private readonly DeltaIds _ids = new();

    public ServerEvent Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        if (DeltaReader.Read(message, type, _ids) is { } delta)
            return delta;

        // If the message cannot be read, its type is searched for again, because the first type must not be reported if there are several.
        return WireMessage.TryRead<ServerEvent>(message, out var read, out var fault, type)
            ? read
            : new MalformedEvent(WireMessage.GetDisplayType(message), fault.Reason, fault.Path, message.Length);
    }

    public bool IsOutputAudio(ReadOnlySpan<byte> type) => ResponseOutputAudioDeltaEvent.FindType(type) is not null;

    public bool TryReadOutputAudio(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> type, ref byte[] buffer, out OutputAudioDelta delta)
    {
        delta = default;
        try
        {
            return IsOutputAudio(type)
                && DeltaMessage.TryRead(message, type, DeltaMembers.Content | DeltaMembers.Base64, out var members)
                && OutputAudioDelta.TryRead(message, in members, _ids, ref buffer, out delta);
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            return false;
        }
    }
}
