namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads streaming events directly from the bytes, for connections and for <see cref="RealtimeJson"/>. The generated readers return the same event for the same
/// message.
/// </summary>
internal static class DeltaReader
{
    /// <summary>Reads a streaming event. Returns null for any other message, and for one that cannot be read in this way.</summary>
    /// <param name="message">The message.</param>
    /// <param name="type">The first type of the message; empty if none was found.</param>
    /// <param name="ids">The caches for IDs.</param>
    public static ServerEvent? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids)
    {
        if (!type.EndsWith(".delta"u8))
            return null;
        try
        {
            return ReadAny(message, type, ids);
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            // The generated reader finds the same error and reports its path.
            return null;
        }
    }

    /// <summary>Reads a streaming event whose type is not known yet, and returns the type.</summary>
    public static ServerEvent? Read(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type)
    {
        type = WireMessage.PeekFirstType(message);
        return Read(message, type, ids);
    }

    private static ServerEvent? ReadAny(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids)
    {
        if (ResponseOutputAudioDeltaEvent.FindType(type) is { } audio)
            return ResponseOutputAudioDeltaEvent.Read(audio, message, type, ids);
        if (ResponseOutputAudioTranscriptDeltaEvent.FindType(type) is { } transcript)
            return ResponseOutputAudioTranscriptDeltaEvent.Read(transcript, message, type, ids);
        if (ResponseOutputTextDeltaEvent.FindType(type) is { } text)
            return ResponseOutputTextDeltaEvent.Read(text, message, type, ids);
        if (type.SequenceEqual("response.function_call_arguments.delta"u8))
            return ResponseFunctionCallArgumentsDeltaEvent.Read(message, type, ids);
        if (type.SequenceEqual("conversation.item.input_audio_transcription.delta"u8))
            return ConversationItemInputAudioTranscriptionDeltaEvent.Read(message, type, ids);
        return null;
    }
}
