using System.Buffers;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads JSON from the reader of a <see cref="JsonSerializer"/>. That reader does not expose its text, which may be split into segments and contain
/// comments, so the JSON to keep is copied value by value through a document.
/// </summary>
internal static class JsonSerializerReader
{
    public static T? Read<T>(ref Utf8JsonReader reader, WireReading<T> read)
    {
        var wire = WireReader.From(reader);
        var value = read(ref wire);
        reader = wire.Copy;
        return value;
    }

    /// <summary>Moves the reader to the end of the value, and returns a copy of the value without comments.</summary>
    public static byte[] ReadRaw(ref Utf8JsonReader reader)
    {
        if (!reader.HasValueSequence && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return reader.TokenType == JsonTokenType.String ? [(byte)'"', .. reader.ValueSpan, (byte)'"'] : reader.ValueSpan.ToArray();
        var options = reader.CurrentState.Options;
        using var value = JsonDocument.ParseValue(ref reader);
        if (options is { CommentHandling: JsonCommentHandling.Disallow, AllowTrailingCommas: false })
            return JsonMarshal.GetRawUtf8Value(value.RootElement).ToArray();
        using var plain = new RentedBuffer();
        using (var writer = new Utf8JsonWriter(plain, WireWriter.Options))
            value.WriteTo(writer);
        return plain.Written.ToArray();
    }
}

/// <summary>Copies of the unknown members of an object that is read by <see cref="JsonSerializerReader"/>.</summary>
internal sealed class CopiedMembers
{
    private readonly ArrayBufferWriter<byte> _utf8 = new();

    public void Add(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader value)
    {
        _utf8.Write(_utf8.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        _utf8.Write(JsonEncodedText.Encode(name, WireWriter.Options.Encoder).EncodedUtf8Bytes);
        _utf8.Write("\":"u8);
        _utf8.Write(JsonSerializerReader.ReadRaw(ref value));
    }

    public byte[] ToUtf8() => [.. _utf8.WrittenSpan, (byte)'}'];
}
