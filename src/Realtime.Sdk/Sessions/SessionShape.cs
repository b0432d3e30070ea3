namespace Realtime.Sdk.Internal;

/// <summary>What a session that names no <c>type</c> is.</summary>
internal enum SessionShape
{
    /// <summary>The flat shape of the beta.</summary>
    Legacy,

    /// <summary>The flat shape of the beta's transcription sessions: their <c>object</c> says so.</summary>
    LegacyTranscription,

    /// <summary>Nested <c>audio</c> in an answer: only those carry <c>object</c>.</summary>
    Realtime,

    /// <summary>Nested <c>audio</c> in a request: of these only translation sessions have no <c>type</c>.</summary>
    Translation,
}

/// <summary>Tells sessions that name no <c>type</c> by the members they have.</summary>
internal static class SessionShapes
{
    public static SessionShape Of(Utf8JsonReader reader)
    {
        bool nested = false, answer = false;
        bool? transcription = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isObject = reader.ValueTextEquals("object"u8);
            answer |= isObject || reader.ValueTextEquals("output_modalities"u8);
            nested |= reader.ValueTextEquals("audio"u8);
            reader.Read();
            if (isObject)
            {
                var isTranscription = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("realtime.transcription_session"u8);
                // What tells sessions apart must not say two things, as a type must not.
                if (transcription is { } before && before != isTranscription)
                    throw new JsonException("The session names two kinds of object.");
                transcription = isTranscription;
            }
            reader.Skip();
        }
        if (transcription == true)
            return SessionShape.LegacyTranscription;
        if (!nested)
            return SessionShape.Legacy;
        return answer ? SessionShape.Realtime : SessionShape.Translation;
    }
}
