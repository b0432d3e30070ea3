using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>Audio that was played in a call: a frame of at most 20 ms.</summary>
public sealed record EmulatedAudio
{
    /// <summary>The audio, in <see cref="Format"/>.</summary>
    public required ReadOnlyMemory<byte> Audio { get; init; }

    /// <summary>The format of the response it belongs to, by default that of the session's output.</summary>
    public required SampleFormat Format { get; init; }

    /// <summary>How long it plays.</summary>
    public TimeSpan Duration => Format.DurationOf(Audio.Length);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Audio = ({Audio.Length} bytes), Format = {Format}");
        return true;
    }
}
