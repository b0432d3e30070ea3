using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>Base64 audio: the decoded bytes, or the original text if it is not valid base64.</summary>
internal readonly record struct WireAudio
{
    // A single reference keeps events small: byte[], the text if it is not valid base64, or a boxed ReadOnlyMemory<byte> of the caller.
    private readonly object? _value;

    // An array that is used as a whole is stored without boxing the memory.
    public WireAudio(ReadOnlyMemory<byte> bytes) =>
        _value = MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Count == part.Array!.Length ? part.Array : bytes;

    private WireAudio(object? value) => _value = value;

    public ReadOnlyMemory<byte> Bytes => _value switch
    {
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> bytes => bytes,
        _ => default,
    };

    public string? Error => Text is null ? null : "The audio is not valid base64.";

    private string? Text => _value as string;

    /// <summary>Checks audio that will be sent: it must be present and valid base64.</summary>
    public void CheckSent(Constraints constraints, string name)
    {
        if (Error is not null)
            constraints.Error(name, null, "must be valid base64");
        else if (Bytes.IsEmpty)
            constraints.Error(name, null, "is required");
    }

    /// <summary>Checks the audio of an append event. Its size is an error if it exceeds the limit, and a warning if only its base64 text exceeds it.</summary>
    public void CheckAppend(Constraints constraints, string name)
    {
        CheckSent(constraints, name);
        if (Bytes.Length > Limits.AppendBytes)
            constraints.Error(name, $"{Bytes.Length} bytes", $"must be at most {Limits.AppendBytes} bytes");
        else if (Base64.GetMaxEncodedToUtf8Length(Bytes.Length) > Limits.AppendBytes)
            constraints.Warning(name, $"{Bytes.Length} bytes", $"should be at most {Limits.AppendBytes} bytes in base64");
    }

    /// <summary>Decodes the audio directly from a message. Returns false if the text is not valid base64 or contains escapes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> message, JsonStringSlice text, out WireAudio audio)
    {
        audio = default;
        if (!text.TryGetPlain(message, out var base64) || !TryDecode(base64, out var bytes))
            return false;
        audio = FromBytes(bytes);
        return true;
    }

    /// <summary>Decodes base64 into an array of its size. Returns false if the text is anything else, or contains white space or escapes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> base64, out byte[] bytes)
    {
        bytes = [];
        if (base64.Length % 4 != 0)
            return false;
        bytes = GC.AllocateUninitializedArray<byte>(GetDecodedLength(base64));

        // If the text contains white space, fewer bytes are decoded than its length suggests. Then the platform decodes it.
        return Base64.DecodeFromUtf8(base64, bytes, out _, out var length) == OperationStatus.Done && length == bytes.Length;
    }

    /// <summary>Decodes the content of a JSON string into a buffer. Returns false if it is not valid base64, or is not valid in a string.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> base64, Span<byte> buffer, out int length)
    {
        if (Base64.DecodeFromUtf8(base64, buffer, out _, out length) != OperationStatus.Done)
            return false;

        // White space is skipped, but a string must not contain line breaks.
        return (base64.Length % 4 == 0 && length == GetDecodedLength(base64)) || !base64.ContainsAnyInRange((byte)0, (byte)0x1F);
    }

    /// <summary>Writes a whole message around the audio directly to a buffer, without allocating.</summary>
    /// <param name="upToAudio">The message before the base64 text, including the opening quote.</param>
    /// <param name="audio">The audio.</param>
    /// <param name="output">Receives the message.</param>
    public static void WriteMessage(ReadOnlySpan<byte> upToAudio, ReadOnlySpan<byte> audio, IBufferWriter<byte> output)
    {
        var end = "\"}"u8;
        var length = upToAudio.Length + Base64.GetMaxEncodedToUtf8Length(audio.Length) + end.Length;
        var message = output.GetSpan(length);
        upToAudio.CopyTo(message);
        Base64.EncodeToUtf8(audio, message[upToAudio.Length..], out _, out var encoded);
        end.CopyTo(message[(upToAudio.Length + encoded)..]);
        output.Advance(length);
    }

    /// <summary>Whether both have the same bytes, or the same invalid text. Missing audio is not equal to empty audio.</summary>
    public bool Equals(WireAudio other) =>
        _value is null || other._value is null ? _value == other._value : Text == other.Text && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Text);
        // The first bytes suffice to distinguish audio, so a long chunk need not be hashed as a whole.
        hash.Add(Bytes.Length);
        hash.AddBytes(Bytes.Span[..Math.Min(Bytes.Length, 64)]);
        return hash.ToHashCode();
    }

    private static WireAudio FromBytes(byte[] bytes) => new((object)bytes);

    private static int GetDecodedLength(ReadOnlySpan<byte> base64) =>
        base64.Length / 4 * 3 - (base64 is [.., (byte)'=', (byte)'='] ? 2 : base64 is [.., (byte)'='] ? 1 : 0);

    public static WireAudio Read(ref WireReader reader)
    {
        if (reader.IsNull)
            return default;
        if (reader.TokenType != JsonTokenType.String)
            throw reader.CreateUnexpected("Base64 text");
        if (reader.IsDryRun)
            return default;
        return reader.TryGetBytesFromBase64(out var bytes) ? FromBytes(bytes) : new((object)reader.GetText()!);
    }

    public void Write(Utf8JsonWriter writer)
    {
        if (Text is { } text)
            writer.WriteStringValue(text);
        else
            writer.WriteBase64StringValue(Bytes.Span);
    }
}
