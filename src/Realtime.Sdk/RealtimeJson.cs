using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// Reads and writes all records of this SDK as on the wire: unrecognized members are kept, and members that are not set are omitted. No reflection is used, so
/// trimming and Native AOT are supported. Thread-safe.
/// </summary>
public static class RealtimeJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a record from UTF-8 JSON.</summary>
    /// <typeparam name="T">The type of the record, or a base type such as <see cref="TurnDetection"/>.</typeparam>
    /// <exception cref="RealtimeProtocolException">The bytes are not valid JSON, or cannot be read as a <typeparamref name="T"/>.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8Json) where T : WireObject, IWireObject<T> =>
        T.ReadDirectly(utf8Json, DeltaIds.Shared, out var type) ?? ReadGenerated<T>(utf8Json, type);

    /// <summary>Reads a record from JSON text.</summary>
    /// <exception cref="RealtimeProtocolException">The text is not valid JSON, or cannot be read as a <typeparamref name="T"/>.</exception>
    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public static T Deserialize<T>([StringSyntax(StringSyntaxAttribute.Json)] string json) where T : WireObject, IWireObject<T>
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return Deserialize<T>(StrictUtf8.GetBytes(json));
        }
        catch (EncoderFallbackException)
        {
            throw CreateUnreadable<T>(new("The text contains a lone surrogate.", null), json.Length);
        }
    }

    /// <summary>Reads a record from a stream of UTF-8 JSON, with or without a byte order mark. The stream is read to its end.</summary>
    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public static Task<T> DeserializeAsync<T>(Stream utf8Json, CancellationToken cancellationToken = default) where T : WireObject, IWireObject<T>
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        return ReadAsync<T>(utf8Json, cancellationToken);
    }

    /// <summary>Reads a record with the generated readers only.</summary>
    /// <param name="utf8Json">The JSON.</param>
    /// <param name="type">The first type of the JSON; empty if it was not searched for.</param>
    internal static T ReadGenerated<T>(ReadOnlySpan<byte> utf8Json, ReadOnlySpan<byte> type) where T : WireObject, IWireObject<T>
    {
        var reader = new WireReader(utf8Json, rootType: type);
        try
        {
            return reader.ReadWhole<T>() ?? throw CreateUnreadable<T>(new("Null is not a valid value.", null), utf8Json.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw CreateUnreadable<T>(MessageFault.From(e, "It is not valid JSON.", JsonPath.Find(utf8Json, reader.Position)), utf8Json.Length);
        }
    }

    private static async Task<T> ReadAsync<T>(Stream utf8Json, CancellationToken cancellationToken) where T : WireObject, IWireObject<T>
    {
        using var buffer = new MemoryStream();
        await utf8Json.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        return Deserialize<T>(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    /// <summary>Writes a record as JSON text.</summary>
    /// <exception cref="ArgumentException">
    /// A number in the record is not finite, a member of <see cref="WireObject.AdditionalProperties"/> has the name of a property of the record, or the JSON of
    /// an unrecognized variant has another type than the record.
    /// </exception>
    public static string Serialize(WireObject value) => Encoding.UTF8.GetString(SerializeToUtf8Bytes(value));

    /// <summary>Writes a record as UTF-8 JSON.</summary>
    /// <inheritdoc cref="Serialize(WireObject)"/>
    public static byte[] SerializeToUtf8Bytes(WireObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WireWriter.ToUtf8(value);
    }

    /// <summary>Writes a record as UTF-8 JSON to a buffer.</summary>
    /// <inheritdoc cref="Serialize(WireObject)"/>
    public static void Serialize(IBufferWriter<byte> destination, WireObject value)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(value);
        WireWriter.Write(destination, value);
    }

    /// <summary>Writes a record as UTF-8 JSON to a stream, which stays open.</summary>
    /// <inheritdoc cref="Serialize(WireObject)"/>
    public static Task SerializeAsync(Stream destination, WireObject value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return destination.WriteAsync(SerializeToUtf8Bytes(value), cancellationToken).AsTask();
    }

    /// <summary>
    /// Creates the exception for unreadable JSON. It has no inner exception, because the message of the platform's exception contains values and names from the
    /// JSON.
    /// </summary>
    private static RealtimeProtocolException CreateUnreadable<T>(MessageFault fault, long length) =>
        new($"The JSON could not be read as {typeof(T).Name}{fault.ToClause()}.", fault.Path, length);
}
