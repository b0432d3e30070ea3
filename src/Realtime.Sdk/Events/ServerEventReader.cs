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
        try
        {
            if (ReadDelta(message, type) is { } delta)
                return delta;
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            // The generated reader finds the same error and reports its path.
        }
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
                && DeltaMessage.TryRead(message, type, DeltaMembers.Content, out var members)
                && OutputAudioDelta.TryRead(message, in members, _ids, ref buffer, out delta);
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            return false;
        }
    }

    private ServerEvent? ReadDelta(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        if (ResponseOutputAudioDeltaEvent.FindType(type) is { } audio)
            return ResponseOutputAudioDeltaEvent.Read(audio, message, type, _ids);
        if (ResponseOutputAudioTranscriptDeltaEvent.FindType(type) is { } transcript)
            return ResponseOutputAudioTranscriptDeltaEvent.Read(transcript, message, type, _ids);
        if (ResponseOutputTextDeltaEvent.FindType(type) is { } text)
            return ResponseOutputTextDeltaEvent.Read(text, message, type, _ids);
        if (type.SequenceEqual("response.function_call_arguments.delta"u8))
            return ResponseFunctionCallArgumentsDeltaEvent.Read(message, type, _ids);
        if (type.SequenceEqual("conversation.item.input_audio_transcription.delta"u8))
            return ConversationItemInputAudioTranscriptionDeltaEvent.Read(message, type, _ids);
        return null;
    }
}

/// <summary>Caches of the IDs in a connection's streaming events, so that equal IDs share one string.</summary>
internal sealed class DeltaIds
{
    public StringCache Responses { get; } = new();

    public StringCache Items { get; } = new();

    public StringCache Calls { get; } = new();
}
