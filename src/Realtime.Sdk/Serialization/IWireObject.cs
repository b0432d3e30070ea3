namespace Realtime.Sdk;

/// <summary>
/// A record of the API, or the base of a family of records, that <see cref="RealtimeJson"/> can read. Only records of this SDK can implement it.
/// </summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface IWireObject<TSelf> where TSelf : WireObject, IWireObject<TSelf>
{
    /// <summary>Reads the value and leaves the reader at its last token. In most families, JSON <c>null</c> returns null.</summary>
    internal static abstract TSelf? Read(ref WireReader reader);
}

/// <summary>
/// Makes <see cref="JsonSerializer"/> read and write a record exactly as <see cref="RealtimeJson"/> does, with any options or source-generated context:
/// unknown members are preserved, and members that are not set are omitted.
/// </summary>
/// <typeparam name="T">The record, or the base of its family.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WireObjectConverter<T> : JsonConverter<T> where T : WireObject, IWireObject<T>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializerReader.Read(ref reader, static (ref json) => T.Read(ref json));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => WireWriter.Write(writer, value);
}
