namespace Realtime.Sdk.Internal;

/// <summary>
/// Turns messages of one connection into events. Streaming events are read straight from the bytes, all others by generated readers; both
/// give the same event for the same message. Not for use from several threads at once.
/// </summary>
internal sealed class ServerEventReader : IEventReader<ServerEvent>
{
    private readonly DeltaIds _ids = new();

    /// <summary>Reads one message. Never throws for what it holds: unknown and unreadable messages are events too.</summary>
    public ServerEvent Read(ReadOnlySpan<byte> utf8Message)
    {
        try
        {
            if (ReadDelta(utf8Message) is { } delta)
                return delta;
        }
        catch (Exception e) when (WireMessage.IsContent(e))
        {
            // The generated reader meets the same fault and says where it is.
        }
        return WireMessage.TryRead<ServerEvent>(utf8Message, out var read, out var fault)
            ? read
            : new MalformedEvent(WireMessage.GetDisplayType(utf8Message), fault.Reason, fault.Path, utf8Message.Length);
    }

    /// <summary>
    /// Reads an output audio delta into a buffer that is used again and again, without allocating. False when the message is anything
    /// else, or not written the plain way, or its audio is no base64: <see cref="Read"/> then tells.
    /// </summary>
    /// <param name="utf8Message">The message.</param>
    /// <param name="buffer">Holds the audio afterwards; replaced by a larger one when it is too small.</param>
    /// <param name="delta">The audio and where it belongs, valid until the buffer is used again.</param>
    public bool TryReadOutputAudio(ReadOnlySpan<byte> utf8Message, ref byte[] buffer, out OutputAudioDelta delta)
    {
        delta = default;
        try
        {
            var type = WireMessage.PeekFirstType(utf8Message);
            return ResponseOutputAudioDeltaEvent.Spelling(type) is not null
                && DeltaMessage.TryRead(utf8Message, type, DeltaMembers.Content, out var members)
                && OutputAudioDelta.TryRead(utf8Message, in members, _ids, ref buffer, out delta);
        }
        catch (Exception e) when (WireMessage.IsContent(e))
        {
            return false;
        }
    }

    private ServerEvent? ReadDelta(ReadOnlySpan<byte> message)
    {
        var type = WireMessage.PeekFirstType(message);
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
