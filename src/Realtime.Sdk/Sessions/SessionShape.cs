namespace Realtime.Sdk.Internal;

/// <summary>Where a session stands, which decides what it is where its <c>type</c> does not.</summary>
internal enum SessionPlace
{
    /// <summary>A request of any endpoint, or a configuration on its own.</summary>
    Request,

    /// <summary>An answer of any endpoint, or a session on its own.</summary>
    Answer,

    /// <summary>An event of a realtime connection: nothing is a translation session there.</summary>
    RealtimeEvent,

    /// <summary>An event of a translation connection, or an answer of a translation endpoint: everything is a translation session there.</summary>
    TranslationEvent,
}

/// <summary>What a session that names no <c>type</c> is.</summary>
internal enum SessionShape
{
    /// <summary>The flat shape of the beta.</summary>
    Legacy,

    /// <summary>The flat shape of the beta's transcription sessions: their <c>object</c> says so.</summary>
    LegacyTranscription,

    /// <summary>Nested <c>audio</c>, perhaps with flat members beside it.</summary>
    Realtime,

    /// <summary>Nested <c>audio</c> in a request, and no member that other sessions have. Requests for translation name no type; answers always do.</summary>
    Translation,
}

/// <summary>Tells what a session is before it is read.</summary>
internal static class SessionShapes
{
    /// <summary>The shape of a session that names no <c>type</c>, by the members it has.</summary>
    public static SessionShape Of(Utf8JsonReader reader, SessionPlace place)
    {
        bool nested = false, translation = place == SessionPlace.Request;
        bool? transcription = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isObject = reader.ValueTextEquals("object"u8);
            var isAudio = reader.ValueTextEquals("audio"u8);
            nested |= isAudio || reader.ValueTextEquals("output_modalities"u8);
            translation &= !IsOfOtherSessions(reader.GetString());
            reader.Read();
            if (isObject)
            {
                var isTranscription = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("realtime.transcription_session"u8);
                // What tells sessions apart must not say two things, as a type must not.
                if (transcription is { } before && before != isTranscription)
                    throw WireDiscriminator.CreateAmbiguity("The session names two kinds of object.");
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

    /// <summary>Whether a session names its <c>type</c>, and whether that is <c>translation</c>.</summary>
    public static bool NamesType(Utf8JsonReader reader, out bool isTranslation)
    {
        isTranslation = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                // The first one: a second one that differs makes the session malformed, whoever reads it.
                isTranslation = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("translation"u8);
                return reader.TokenType != JsonTokenType.Null;
            }
            reader.Skip();
        }
        return false;
    }

    /// <summary>Whether a member is one of realtime sessions, nested or flat, that translation sessions do not have.</summary>
    private static bool IsOfOtherSessions(string? name) => name is "object" or "output_modalities" or "modalities" or "instructions" or "voice" or "speed"
        or "tools" or "tool_choice" or "parallel_tool_calls" or "turn_detection" or "include" or "tracing" or "truncation" or "prompt" or "reasoning"
        or "temperature" or "max_output_tokens" or "max_response_output_tokens" or "input_audio_format" or "output_audio_format"
        or "input_audio_transcription" or "input_audio_noise_reduction" or "client_secret";
}
