using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>What the telemetry keeps of a response while it happens. It exists only if somebody listened when the response began.</summary>
/// <param name="span">The span; null if no listener samples it.</param>
/// <param name="tags">The tags of its measurements: the agent and the model when it began.</param>
internal sealed class ResponseTrace(Activity? span, in TagList tags)
{
    private readonly TagList _tags = tags;

    public Activity? Span => span;

    public ref readonly TagList Tags => ref _tags;

    /// <summary>When it was requested or, where nobody asked, created.</summary>
    public required long StartedAt { get; init; }

    /// <summary>When the wait for its first audio began: at the end of the user's turn, or with the request.</summary>
    public required long AwaitedSince { get; init; }

    public bool HasAudio { get; set; }

    /// <summary>When the user began to speak into it; null if that has not happened, or was measured.</summary>
    public long? InterruptedAt { get; set; }

    /// <summary>Whether the response was reported as ended.</summary>
    public bool IsOver { get; set; }
}
