using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A frame of audio that was played in a call, at most 20 ms long.</summary>
public sealed record EmulatedAudioFrame
{
    /// <summary>The audio, in <see cref="Format"/>.</summary>
    public required ReadOnlyMemory<byte> Audio { get; init; }

    /// <summary>The format of the audio: the output format of its response if it has one, otherwise that of the session.</summary>
    public required SampleFormat Format { get; init; }

    /// <summary>The duration of the audio.</summary>
    public TimeSpan Duration => Format.DurationOf(Audio.Length);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Audio = ({Audio.Length} bytes), Format = {Format}");
        return true;
    }
}
