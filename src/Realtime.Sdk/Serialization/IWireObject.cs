namespace Realtime.Sdk;

/// <summary>
/// A record of the API, or the base of a family of records, that <see cref="RealtimeJson"/> can read. Only records of this SDK can implement it.
/// </summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface IWireObject<TSelf> where TSelf : WireObject, IWireObject<TSelf>
{
    /// <summary>Reads the value and leaves the reader at its last token. In most families, JSON <c>null</c> returns null.</summary>
    internal static abstract TSelf? Read(ref WireReader reader);

    /// <summary>
    /// Reads a whole message of a frequent type directly from its bytes. Returns null for any other message, which <see cref="Read"/> then reads or refuses.
    /// Both return the same value for the same message. Never throws because of the content.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="ids">The caches for IDs.</param>
    /// <param name="type">The first type of the message; empty if it was not searched for, or not found.</param>
    internal static virtual TSelf? ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type)
    {
        type = default;
        return null;
    }
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
