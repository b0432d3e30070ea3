using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>
/// Reads and writes every record of this SDK exactly as it stands on the wire: unknown members kept, unset members left out,
/// no reflection. Safe to use from any thread, under trimming and Native AOT.
/// </summary>
public static class RealtimeJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Options =
        Wire.OptionsFor(JsonTypeInfoResolver.Combine(SessionJsonContext.Default, EventJsonContext.Default));

    /// <summary>Reads a record from UTF-8 JSON.</summary>
    /// <typeparam name="T">A wire record or the base of a family, for example <see cref="TurnDetection"/>.</typeparam>
    /// <exception cref="RealtimeProtocolException">The bytes are no JSON, or not the JSON of a <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is no record of this SDK.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> utf8Json) where T : WireObject
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, Info<T>()) ?? throw Unreadable<T>(null, utf8Json.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            throw Unreadable<T>(JsonPath.Of(utf8Json, e), utf8Json.Length);
        }
    }

    /// <summary>Reads a record from JSON text.</summary>
    /// <exception cref="RealtimeProtocolException">The text is no JSON, or not the JSON of a <typeparamref name="T"/>.</exception>
    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public static T Deserialize<T>([StringSyntax(StringSyntaxAttribute.Json)] string json) where T : WireObject
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return Deserialize<T>(StrictUtf8.GetBytes(json));
        }
        catch (EncoderFallbackException)
        {
            throw Unreadable<T>(null, json.Length);
        }
    }

    /// <summary>Reads a record from a stream of UTF-8 JSON, with or without a byte order mark, to the stream's end.</summary>
    /// <inheritdoc cref="Deserialize{T}(ReadOnlySpan{byte})"/>
    public static async Task<T> DeserializeAsync<T>(Stream utf8Json, CancellationToken cancellationToken = default) where T : WireObject
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        using var buffer = new MemoryStream();
        await utf8Json.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        return Deserialize<T>(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
    }

    /// <summary>Writes a record as JSON text.</summary>
    /// <typeparam name="T">A wire record or the base of a family.</typeparam>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is no record of this SDK, or a number in it is not finite.</exception>
    public static string Serialize<T>(T value) where T : WireObject => Encoding.UTF8.GetString(Written(value).WrittenSpan);

    /// <summary>Writes a record as UTF-8 JSON.</summary>
    /// <inheritdoc cref="Serialize{T}(T)"/>
    public static byte[] SerializeToUtf8Bytes<T>(T value) where T : WireObject => Written(value).WrittenSpan.ToArray();

    /// <summary>Writes a record as UTF-8 JSON to the end of a buffer.</summary>
    /// <inheritdoc cref="Serialize{T}(T)"/>
    public static void Serialize<T>(IBufferWriter<byte> destination, T value) where T : WireObject
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(value);
        using var writer = new Utf8JsonWriter(destination, Plain);
        if (value is IUnknownVariant { Json: var json })
            json.WriteTo(writer);
        else
            JsonSerializer.Serialize(writer, value, Info<T>());
        writer.Flush();
    }

    /// <summary>Writes a record as UTF-8 JSON to a stream, which stays open.</summary>
    /// <inheritdoc cref="Serialize{T}(T)"/>
    public static async Task SerializeAsync<T>(Stream destination, T value, CancellationToken cancellationToken = default) where T : WireObject
    {
        ArgumentNullException.ThrowIfNull(destination);
        await destination.WriteAsync(Written(value).WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    private static ArrayBufferWriter<byte> Written<T>(T value) where T : WireObject
    {
        var buffer = new ArrayBufferWriter<byte>();
        Serialize(buffer, value);
        return buffer;
    }

    private static JsonTypeInfo<T> Info<T>() =>
        Options.TryGetTypeInfo(typeof(T), out var info) ? (JsonTypeInfo<T>)info : throw new ArgumentException($"{typeof(T).Name} is no record of the wire.");

    /// <summary>The platform's own exception is not carried along: it quotes literals and the names of members.</summary>
    private static RealtimeProtocolException Unreadable<T>(string? path, long length) =>
        new($"{length} bytes could not be read as {typeof(T).Name}{(path is null ? "" : $" at {path}")}.", path, length);
}
