using System.Buffers.Text;
using System.Text.Unicode;

namespace Realtime.Sdk;

/// <summary>Handles a piece of the model's audio, which is valid only during the call. Copy it to keep it.</summary>
/// <param name="audio">The audio and its position in the response.</param>
public delegate void OutputAudioHandler(in OutputAudioDelta audio);

/// <summary>
/// A part of the model's audio, as a view over a buffer that the next part overwrites. It is valid only during the call of the handler. Copy the audio to
/// keep it. Wire: <c>response.output_audio.delta</c>.
/// </summary>
public readonly ref struct OutputAudioDelta
{
    /// <summary>The audio, in the session's output format.</summary>
    public ReadOnlySpan<byte> Audio { get; private init; }

    /// <inheritdoc cref="ResponseContentEvent.ResponseId"/>
    public string ResponseId { get; private init; }

    /// <inheritdoc cref="ResponseContentEvent.ItemId"/>
    public string ItemId { get; private init; }

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    public int OutputIndex { get; private init; }

    /// <inheritdoc cref="ResponseContentEvent.ContentIndex"/>
    public int ContentIndex { get; private init; }

    /// <summary>The server-assigned ID of the event as UTF-8; empty if it has none.</summary>
    public ReadOnlySpan<byte> EventId { get; private init; }

    internal static bool TryRead(ReadOnlySpan<byte> message, scoped in DeltaMessage members, DeltaIds ids, ref byte[] buffer, out OutputAudioDelta delta)
    {
        delta = default;
        if (!members.Delta.TryGetPlain(message, out var base64) || !members.EventId.TryGetPlain(message, out var eventId) || !Utf8.IsValid(eventId))
            return false;
        if (buffer.Length < Base64.GetMaxDecodedFromUtf8Length(base64.Length))
            buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (!WireAudio.TryDecode(base64, buffer, out var length))
            return false;
        delta = new()
        {
            Audio = buffer.AsSpan(0, length),
            ResponseId = members.ResponseId.GetString(message, ids.Responses),
            ItemId = members.ItemId.GetString(message, ids.Items),
            OutputIndex = members.OutputIndex ?? 0,
            ContentIndex = members.ContentIndex ?? 0,
            EventId = eventId,
        };
        return true;
    }
}
