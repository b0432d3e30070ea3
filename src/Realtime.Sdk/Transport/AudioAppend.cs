using System.Buffers.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Writes an event that carries nothing but audio straight into the buffer that is sent.</summary>
internal static class AudioAppend
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(100);

    public static void Write(PooledWriter message, ReadOnlySpan<byte> type, ReadOnlySpan<byte> audio)
    {
        if (audio.IsEmpty)
            throw new RealtimeValidationException([new("audio", null, "is required", ConstraintSeverity.Error)]);
        if (audio.Length > Limits.AppendBytes)
            throw new RealtimeValidationException([new("audio", $"{audio.Length} bytes", $"at most {Limits.AppendBytes} bytes", ConstraintSeverity.Error)]);
        var head = "{\"type\":\""u8;
        var middle = "\",\"audio\":\""u8;
        var tail = "\"}"u8;
        var base64 = Base64.GetMaxEncodedToUtf8Length(audio.Length);
        var span = message.GetSpan(head.Length + type.Length + middle.Length + base64 + tail.Length);
        var length = Put(head, span, 0);
        length = Put(type, span, length);
        length = Put(middle, span, length);
        Base64.EncodeToUtf8(audio, span[length..], out _, out _);
        message.Advance(Put(tail, span, length + base64));
    }

    /// <summary>How the session's input audio is cut: whole samples, about 100 ms.</summary>
    public static (int SampleBytes, int PieceBytes) Cut(RealtimeSession? session)
    {
        var format = session?.Configuration switch
        {
            RealtimeSessionConfiguration realtime => realtime.Audio?.Input?.Format,
            TranscriptionSessionConfiguration transcription => transcription.Audio?.Input?.Format,
            LegacySessionConfiguration legacy => legacy.InputAudioFormat,
            LegacyTranscriptionSessionConfiguration legacy => legacy.InputAudioFormat,
            _ => null,
        };
        var samples = format is null or UnknownAudioFormat ? SampleFormat.Pcm() : format.ToSampleFormat();
        return (format is UnknownAudioFormat ? 1 : samples.BytesPerSample, (int)samples.BytesIn(Piece));
    }

    private static int Put(ReadOnlySpan<byte> part, Span<byte> into, int at)
    {
        part.CopyTo(into[at..]);
        return at + part.Length;
    }
}
