namespace Realtime.Sdk.Internal;

/// <summary>The context in which a session occurs. It determines the kind of a session that has no <c>type</c>.</summary>
internal enum SessionContext
{
    /// <summary>A request to any endpoint, or a configuration on its own.</summary>
    Request,

    /// <summary>A response of any endpoint, or a session on its own.</summary>
    Response,

    /// <summary>An event of a realtime connection, where no session is a translation session.</summary>
    RealtimeEvent,

    /// <summary>An event of a translation connection, or a response of a translation endpoint, where every session is a translation session.</summary>
    TranslationEvent,
}

/// <summary>The shape of a session that has no <c>type</c>.</summary>
internal enum SessionShape
{
    /// <summary>The flat shape of the beta.</summary>
    Legacy,

    /// <summary>The flat shape of transcription sessions of the beta, recognized by their <c>object</c>.</summary>
    LegacyTranscription,

    /// <summary>The nested shape, with <c>audio</c> and possibly flat members next to it.</summary>
    Realtime,

    /// <summary>
    /// The nested shape of translation: <c>audio</c> in a request, without members that only other sessions have. Requests for translation omit the type;
    /// responses always include it.
    /// </summary>
    Translation,
}

/// <summary>Determines the kind of a session before it is read.</summary>
internal static class SessionShapes
{
    /// <summary>Returns the shape of a session that has no <c>type</c>, by its members.</summary>
    public static SessionShape Find(Utf8JsonReader reader, SessionContext context)
    {
        bool nested = false, translation = context == SessionContext.Request;
        bool? transcription = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isObject = reader.ValueTextEquals("object"u8);
            var isAudio = reader.ValueTextEquals("audio"u8);
            nested |= isAudio || reader.ValueTextEquals("output_modalities"u8);
            translation &= !IsUnknownToTranslation(reader.GetString());
            reader.Read();
            if (isObject)
            {
                var isTranscription = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("realtime.transcription_session"u8);
                // Like "type", the member that determines the kind of session must not have two different values.
                if (transcription is { } before && before != isTranscription)
                    throw WireDiscriminator.CreateAmbiguity("The session has two different values for the member object.");
                transcription = isTranscription;
            }
            reader.Skip();
        }
        if (transcription == true)
            return SessionShape.LegacyTranscription;
        if (!nested)
            return SessionShape.Legacy;
        return translation ? SessionShape.Translation : SessionShape.Realtime;
    }

    /// <summary>Returns whether a session has a <c>type</c>, and whether that is <c>translation</c>.</summary>
    public static bool HasType(Utf8JsonReader reader, out bool isTranslation)
    {
        isTranslation = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                // Only the first one matters: a second one with another value makes the session malformed, whichever reader is chosen.
                isTranslation = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("translation"u8);
                return reader.TokenType != JsonTokenType.Null;
            }
            reader.Skip();
        }
        return false;
    }

    /// <summary>Returns whether a member belongs to realtime sessions, nested or flat, and not to translation sessions.</summary>
    private static bool IsUnknownToTranslation(string? name) => name is "object" or "output_modalities" or "modalities" or "instructions" or "voice" or "speed"
        or "tools" or "tool_choice" or "parallel_tool_calls" or "turn_detection" or "include" or "tracing" or "truncation" or "prompt" or "reasoning"
        or "temperature" or "max_output_tokens" or "max_response_output_tokens" or "input_audio_format" or "output_audio_format"
        or "input_audio_transcription" or "input_audio_noise_reduction" or "client_secret";
}
