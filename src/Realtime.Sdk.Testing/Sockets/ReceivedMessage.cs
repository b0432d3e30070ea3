using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A WebSocket message from a client.</summary>
public sealed record ReceivedMessage
{
    private const int MaxTypeLength = 200;

    /// <summary>The payload of the message, unchanged.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The message as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The <c>type</c> of the message; empty if the message is not a JSON object with a type.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// The message as a <see cref="ClientEvent"/>, or in a translation session as a <see cref="TranslationClientEvent"/>; null if it cannot be deserialized.
    /// </summary>
    public WireObject? Event { get; init; }

    /// <summary>Whether the message is binary. The service uses only text messages.</summary>
    public required bool IsBinary { get; init; }

    /// <summary>The number of frames of the message.</summary>
    public required int Frames { get; init; }

    /// <summary>The time at which the message was received completely, by the emulator's clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Returns the type and the size, but not the content. Keys are masked, and control characters are replaced.</summary>
    public override string ToString() => $"{(Type.Length == 0 ? "a message without a type" : PeerText.Sanitize(Type, maxLength: MaxTypeLength))} ({Bytes.Length} bytes)";

    internal static ReceivedMessage Create(ReadOnlyMemory<byte> bytes, bool isTranslation, bool isBinary, int frames, DateTimeOffset at)
    {
        var read = TryRead(bytes.Span, isTranslation);
        var type = (read as ClientEvent)?.Type ?? (read as TranslationClientEvent)?.Type ?? "";
        return new() { Bytes = bytes, Type = type, Event = read, IsBinary = isBinary, Frames = frames, ReceivedAt = at };
    }

    private static WireObject? TryRead(ReadOnlySpan<byte> bytes, bool isTranslation)
    {
        try
        {
            return isTranslation ? RealtimeJson.Deserialize<TranslationClientEvent>(bytes) : RealtimeJson.Deserialize<ClientEvent>(bytes);
        }
        catch (RealtimeProtocolException)
        {
            return null;
        }
    }
}
