using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// Reads and writes every record of this SDK exactly as it stands on the wire: unknown members kept, unset members left out,
/// no reflection. Safe to use from any thread, under trimming and Native AOT.
/// </summary>
public static class RealtimeJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a record from UTF-8 JSON.</summary>
    /// <typeparam name="T">A wire record or the base of a family, for example <see cref="TurnDetection"/>.</typeparam>
    /// <exception cref="RealtimeProtocolException">The bytes are not valid JSON, or not the JSON of a <typeparamref name="T"/>.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8Json) where T : WireObject, IWireObject<T>
    {
        var reader = new WireReader(utf8Json);
        try
        {
            return reader.ReadWhole<T>() ?? throw CreateUnreadable<T>(new("Null has no meaning here.", null), utf8Json.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw CreateUnreadable<T>(MessageFault.From(e, "It is not valid JSON.", JsonPath.Find(utf8Json, reader.Position)), utf8Json.Length);
        }
    }

    /// <summary>Reads a record from JSON text.</summary>
    /// <exception cref="RealtimeProtocolException">The text is not valid JSON, or not the JSON of a <typeparamref name="T"/>.</exception>
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
            throw CreateUnreadable<T>(new("The text holds half of a surrogate pair.", null), json.Length);
        }
    }

    /// <summary>Reads a record from a stream of UTF-8 JSON, with or without a byte order mark, to the stream's end.</summary>
    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public static Task<T> DeserializeAsync<T>(Stream utf8Json, CancellationToken cancellationToken = default) where T : WireObject, IWireObject<T>
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        return ReadAsync<T>(utf8Json, cancellationToken);
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
    /// A number in the record is not finite, a member of <see cref="WireObject.AdditionalProperties"/> is one that the record writes
    /// itself, or the JSON of an unknown variant names another type than the record.
    /// </exception>
    public static string Serialize(WireObject value) => Encoding.UTF8.GetString(SerializeToUtf8Bytes(value));

    /// <summary>Writes a record as UTF-8 JSON.</summary>
    /// <inheritdoc cref="Serialize(WireObject)"/>
    public static byte[] SerializeToUtf8Bytes(WireObject value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WireWriter.ToUtf8(value);
    }

    /// <summary>Writes a record as UTF-8 JSON to the end of a buffer.</summary>
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

    /// <summary>The platform's own exception is not carried along: it quotes literals and the names of members.</summary>
    private static RealtimeProtocolException CreateUnreadable<T>(MessageFault fault, long length) =>
        new($"The JSON could not be read as {typeof(T).Name}{fault.ToClause()}.", fault.Path, length);
}
