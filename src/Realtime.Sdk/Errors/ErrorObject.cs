namespace Realtime.Sdk.Internal;

/// <summary>A record for an error object, which some servers send in other shapes.</summary>
internal interface IErrorObject<T> where T : WireObject, IErrorObject<T>
{
    /// <summary>Reads an object with the members of an error, or null.</summary>
    static abstract T? ReadObject(ref WireReader reader);

    /// <summary>Creates the record for JSON of another shape.</summary>
    /// <param name="words">The error found in the JSON.</param>
    /// <param name="json">The JSON, which is written back.</param>
    static abstract T FromWords(RealtimeError words, KeptJson json);
}

/// <summary>Reads error objects of any shape, and writes back what was read.</summary>
internal static class ErrorObject
{
    public static T? Read<T>(ref WireReader reader) where T : WireObject, IErrorObject<T>
    {
        if (reader.IsNull || ErrorWords.IsErrorObject(reader.Copy))
            return T.ReadObject(ref reader);
        var json = KeptJson.Read(ref reader);
        return reader.IsDry ? null : FromJson<T>(json);
    }

    /// <summary>Writes the JSON that the record was read from.</summary>
    /// <returns>False if there is none or the record was changed: then its members must be written.</returns>
    public static bool TryWriteUnread<T>(T error, KeptJson? unread, Utf8JsonWriter writer) where T : WireObject, IErrorObject<T>
    {
        if (unread is null || !error.Equals(FromJson<T>(unread)))
            return false;
        unread.Write(writer);
        return true;
    }

    private static T FromJson<T>(KeptJson json) where T : WireObject, IErrorObject<T> => T.FromWords(ErrorWords.Read(json.Utf8), json);
}
