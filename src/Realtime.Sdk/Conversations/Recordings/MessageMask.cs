using System.Buffers.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Copies a message into a recording: secrets are masked, and audio can be replaced by its size.</summary>
internal static class MessageMask
{
    private const string Expiry = "expires_at";

    /// <summary>Whether a message is a JSON object that can be copied.</summary>
    public static bool CanWrite(ReadOnlySpan<byte> message) =>
        WireMessage.FindTextFault(message) is null && message.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && WireMessage.IsJson(message);

    /// <summary>Writes a message for which <see cref="CanWrite"/> is true.</summary>
    public static void Write(ReadOnlySpan<byte> message, Utf8JsonWriter writer, bool includesAudio)
    {
        var isAudioDelta = WireMessage.PeekType(message).EndsWith("audio.delta"u8);
        var reader = new Utf8JsonReader(message);
        var (name, secretDepth, isNext) = ("", int.MaxValue, false);
        while (reader.Read())
        {
            // Members of a secret object are secrets too.
            var isSecret = isNext || secretDepth < int.MaxValue;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    isNext = SecretMask.IsSecret(name);
                    writer.WritePropertyName(SecretMask.Apply(name));
                    continue;
                case JsonTokenType.StartObject:
                    Enter(ref secretDepth, isNext, reader.CurrentDepth);
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.StartArray:
                    Enter(ref secretDepth, isNext, reader.CurrentDepth);
                    writer.WriteStartArray();
                    // The elements of an array are not the value of the member, so its name does not apply to them.
                    name = "";
                    break;
                case JsonTokenType.EndObject:
                    Leave(ref secretDepth, reader.CurrentDepth);
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.EndArray:
                    Leave(ref secretDepth, reader.CurrentDepth);
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.String when isSecret:
                case JsonTokenType.Number when isSecret && name != Expiry:
                    writer.WriteStringValue(SecretMask.Mask);
                    break;
                case JsonTokenType.String when IsAudio(name, reader.CurrentDepth, isAudioDelta) && Base64.IsValid(reader.ValueSpan, out var bytes):
                    WriteAudio(reader.ValueSpan, bytes, writer, includesAudio);
                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(SecretMask.Apply(reader.GetString()!));
                    break;
                default:
                    // CanWrite has validated the message.
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
            isNext = false;
        }
    }

    private static bool IsAudio(string name, int depth, bool isAudioDelta) => name == "audio" || (isAudioDelta && depth == 1 && name == "delta");

    private static void WriteAudio(ReadOnlySpan<byte> base64, int bytes, Utf8JsonWriter writer, bool includesAudio)
    {
        if (includesAudio)
        {
            writer.WriteStringValue(base64);
            return;
        }
        writer.WriteStartObject();
        writer.WriteNumber("omitted_bytes", bytes);
        writer.WriteEndObject();
    }

    private static void Enter(ref int secretDepth, bool isSecret, int depth)
    {
        if (isSecret && secretDepth == int.MaxValue)
            secretDepth = depth;
    }

    private static void Leave(ref int secretDepth, int depth)
    {
        if (secretDepth == depth)
            secretDepth = int.MaxValue;
    }
}
