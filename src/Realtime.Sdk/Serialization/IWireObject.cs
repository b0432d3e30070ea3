using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>A record of the wire, or the base of a family of them, that <see cref="RealtimeJson"/> can read. Only this SDK's records are.</summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface IWireObject<TSelf> where TSelf : WireObject, IWireObject<TSelf>
{
    /// <summary>Reads the value at the reader and leaves the reader at its last token; null is what <c>null</c> means to most.</summary>
    internal static abstract TSelf? Read(ref WireReader reader);
}

/// <summary>
/// Lets a record be read and written by <see cref="JsonSerializer"/> too, under any options and inside any context, exactly as
/// <see cref="RealtimeJson"/> does it: unknown members are kept, unset members left out.
/// </summary>
/// <typeparam name="T">The record, or the base of its family.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WireObjectConverter<T> : JsonConverter<T> where T : WireObject, IWireObject<T>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ForeignJson.Read(ref reader, static (ref json) => T.Read(ref json));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => WireWriter.Write(writer, value);
}
