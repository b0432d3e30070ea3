namespace Realtime.Sdk.Internal;

/// <summary>Every bound of the Realtime API that is checked before sending, with the rule it comes from.</summary>
internal static class Limits
{
    /// <summary>C13: <c>audio.*.format.rate</c>.</summary>
    public const int PcmRate = 24_000;

    /// <summary>C25: <c>turn_detection.threshold</c>.</summary>
    public const double LeastThreshold = 0, MostThreshold = 1;

    /// <summary>C27: <c>turn_detection.idle_timeout_ms</c>.</summary>
    public static readonly TimeSpan LeastIdleTimeout = TimeSpan.FromSeconds(5), MostIdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>C01: <c>event_id</c> of client events.</summary>
    public const int EventIdLength = 512;

    /// <summary>C68: the audio of one append event, 15 MiB.</summary>
    public const int AppendBytes = 15 * 1024 * 1024;

    /// <summary>C51: <c>metadata</c>.</summary>
    public const int MetadataPairs = 16, MetadataKeyLength = 64, MetadataValueLength = 512;

    /// <summary>C66: <c>content_index</c> of <c>conversation.item.truncate</c>.</summary>
    public const int TruncateContentIndex = 0;

    /// <summary>The largest number of milliseconds the wire's integers are taken to hold (2³¹−1).</summary>
    public static readonly TimeSpan MostMilliseconds = TimeSpan.FromMilliseconds(int.MaxValue);
}
