using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>One WebSocket message a client sent.</summary>
public sealed record ReceivedMessage
{
    private const int MaxTypeLength = 200;

    /// <summary>The message as it came.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The message as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The wire discriminator; empty when the message is no JSON object with one.</summary>
    public required string Type { get; init; }

    /// <summary>The message as a <see cref="ClientEvent"/>, or in a translation session as a <see cref="TranslationClientEvent"/>; null when it cannot be read as one.</summary>
    public WireObject? Event { get; init; }

    /// <summary>Whether it came as binary; the service speaks text only.</summary>
    public required bool IsBinary { get; init; }

    /// <summary>How many frames it came in.</summary>
    public required int Frames { get; init; }

    /// <summary>When its last byte came, by the emulator's time.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Type and size, not the content. Keys are masked and control characters replaced.</summary>
    public override string ToString() => $"{(Type.Length == 0 ? "a message without a type" : PeerText.Sanitize(Type, maxLength: MaxTypeLength))} ({Bytes.Length} bytes)";

    internal static ReceivedMessage Of(ReadOnlyMemory<byte> bytes, bool isTranslation, bool isBinary, int frames, DateTimeOffset at)
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
