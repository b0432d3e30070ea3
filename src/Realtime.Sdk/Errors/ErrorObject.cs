namespace Realtime.Sdk.Internal;

/// <summary>A record for an error object. Some servers send errors in other shapes.</summary>
internal interface IErrorObject<T> where T : WireObject, IErrorObject<T>
{
    /// <summary>Reads null, or an object whose members have the expected types.</summary>
    static abstract T? ReadObject(ref WireReader reader);

    /// <summary>Creates the record for JSON of any other shape.</summary>
    /// <param name="words">The error that was found in the JSON.</param>
    /// <param name="json">The JSON, so that it can be written back unchanged.</param>
    static abstract T FromWords(RealtimeError words, KeptJson json);
}

/// <summary>Reads errors of any shape and writes them back unchanged.</summary>
internal static class ErrorObject
{
    public static T? Read<T>(ref WireReader reader) where T : WireObject, IErrorObject<T>
    {
        if (reader.IsNull || ErrorWords.IsErrorObject(reader.Copy))
            return T.ReadObject(ref reader);
        var json = KeptJson.Read(ref reader);
        return reader.IsDry ? null : FromJson<T>(json);
    }

    /// <summary>Writes the JSON that the record was read from, if it was kept and the record was not changed.</summary>
    /// <returns><see langword="false"/> if nothing was written: the caller must write the members.</returns>
    public static bool TryWriteUnread<T>(T error, KeptJson? unread, Utf8JsonWriter writer) where T : WireObject, IErrorObject<T>
    {
        if (unread is null || !error.Equals(FromJson<T>(unread)))
            return false;
        unread.Write(writer);
        return true;
    }

    private static T FromJson<T>(KeptJson json) where T : WireObject, IErrorObject<T> => T.FromWords(ErrorWords.Read(json.Utf8), json);
}
