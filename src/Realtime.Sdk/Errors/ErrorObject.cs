namespace Realtime.Sdk.Internal;

/// <summary>A record for an error object. Some servers send errors in other shapes.</summary>
internal interface IErrorObject<T> where T : WireObject, IErrorObject<T>
{
    /// <summary>Reads null, or an object whose members have the expected types.</summary>
    static abstract T? ReadObject(ref WireReader reader);

    /// <summary>Creates the record for JSON of any other shape.</summary>
    /// <param name="error">The error that was found in the JSON.</param>
    /// <param name="json">The JSON, so that it can be written back unchanged.</param>
    static abstract T FromError(RealtimeError error, RawJson json);
}

/// <summary>Reads errors of any shape and writes them back unchanged.</summary>
internal static class ErrorObject
{
    public static T? Read<T>(ref WireReader reader) where T : WireObject, IErrorObject<T>
    {
        if (reader.IsNull || ServerErrorParser.IsErrorObject(reader.Copy))
            return T.ReadObject(ref reader);
        var json = RawJson.Read(ref reader);
        return reader.IsDryRun ? null : FromJson<T>(json);
    }

    /// <summary>Writes the JSON that the record was read from, if it was kept and the record was not changed.</summary>
    /// <returns><see langword="false"/> if nothing was written: the caller must write the members.</returns>
    public static bool TryWriteOriginal<T>(T error, RawJson? originalJson, Utf8JsonWriter writer) where T : WireObject, IErrorObject<T>
    {
        if (originalJson is null || !error.Equals(FromJson<T>(originalJson)))
            return false;
        originalJson.Write(writer);
        return true;
    }

    private static T FromJson<T>(RawJson json) where T : WireObject, IErrorObject<T> => T.FromError(ServerErrorParser.Read(json.Utf8), json);
}
