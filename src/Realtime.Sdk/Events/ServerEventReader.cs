namespace Realtime.Sdk.Internal;

/// <summary>
/// Turns messages of one connection into events. Streaming events are read straight from the bytes, all others by generated readers; both
/// give the same event for the same message. Not for use from several threads at once.
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
        catch (Exception e) when (WireMessage.IsContent(e))
        {
            // The generated reader meets the same fault and says where it is.
        }
        // What cannot be read is looked through again for the type to show: the first type is not it when the message names several.
        return WireMessage.TryRead<ServerEvent>(message, out var read, out var fault, type)
            ? read
            : new MalformedEvent(WireMessage.GetDisplayType(message), fault.Reason, fault.Path, message.Length);
    }

    public bool TryReadOutputAudio(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> type, ref byte[] buffer, out OutputAudioDelta delta)
    {
        delta = default;
        try
        {
            return ResponseOutputAudioDeltaEvent.Spelling(type) is not null
                && DeltaMessage.TryRead(message, type, DeltaMembers.Content, out var members)
                && OutputAudioDelta.TryRead(message, in members, _ids, ref buffer, out delta);
        }
        catch (Exception e) when (WireMessage.IsContent(e))
        {
            return false;
        }
    }

    private ServerEvent? ReadDelta(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        if (ResponseOutputAudioDeltaEvent.Spelling(type) is { } audio)
            return ResponseOutputAudioDeltaEvent.Read(audio, message, type, _ids);
        if (ResponseOutputAudioTranscriptDeltaEvent.Spelling(type) is { } transcript)
            return ResponseOutputAudioTranscriptDeltaEvent.Read(transcript, message, type, _ids);
        if (ResponseOutputTextDeltaEvent.Spelling(type) is { } text)
            return ResponseOutputTextDeltaEvent.Read(text, message, type, _ids);
        if (type.SequenceEqual("response.function_call_arguments.delta"u8))
            return ResponseFunctionCallArgumentsDeltaEvent.Read(message, type, _ids);
        if (type.SequenceEqual("conversation.item.input_audio_transcription.delta"u8))
            return ConversationItemInputAudioTranscriptionDeltaEvent.Read(message, type, _ids);
        return null;
    }
}

/// <summary>The ids of a connection's streaming events, each kept as the one string.</summary>
internal sealed class DeltaIds
{
    public StringCache Responses { get; } = new();

    public StringCache Items { get; } = new();

    public StringCache Calls { get; } = new();
}
