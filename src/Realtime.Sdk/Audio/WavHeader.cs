namespace Realtime.Sdk.Internal;

/// <summary>The header of a WAV file: everything before the audio.</summary>
/// <param name="Format">The format of the audio.</param>
/// <param name="DataStart">The position of the first byte of audio in the file.</param>
/// <param name="DataLength">The declared length of the audio in bytes; null if the header has no length, or one that exceeds the file.</param>
/// <param name="RiffEnd">The end of the last chunk in the file according to the header; null if the header has no length.</param>
internal readonly record struct WavHeader(WavFormat Format, long DataStart, long? DataLength, long? RiffEnd)
{
    /// <summary>
    /// Whether the lengths in the header are consistent. Then the declared length contains only audio. Otherwise other chunks may follow before that
    /// length is reached.
    /// </summary>
    public bool IsLengthConsistent => DataLength <= RiffEnd - DataStart;
}
