namespace Realtime.Sdk.Internal;

/// <summary>What precedes the audio of a WAV file.</summary>
/// <param name="Format">What the audio is made of.</param>
/// <param name="DataStart">Where the audio begins, in bytes from the beginning of the file.</param>
/// <param name="DataLength">The declared bytes of audio; null when the header has no length, or one that exceeds the file.</param>
/// <param name="RiffEnd">Where the last chunk ends, in bytes from the beginning of the file; null when the header has no length.</param>
internal readonly record struct WavHeader(WavFormat Format, long DataStart, long? DataLength, long? RiffEnd)
{
    /// <summary>
    /// Whether the header does not contradict itself. Then nothing within the declared length is anything but audio; otherwise chunks
    /// may follow before that length is reached.
    /// </summary>
    public bool IsLengthConsistent => DataLength <= RiffEnd - DataStart;
}
