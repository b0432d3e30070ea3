using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>The telemetry of a response in progress. It exists only if there was a listener when the response began.</summary>
/// <param name="span">The span; null if no listener samples it.</param>
/// <param name="tags">The tags of its measurements: the agent and the model when it began.</param>
internal sealed class ResponseTrace(Activity? span, in TagList tags)
{
    private readonly TagList _tags = tags;

    public Activity? Span => span;

    public ref readonly TagList Tags => ref _tags;

    /// <summary>The span to which it belongs, which is that of its turn; the default if there is none. Calls belong to it too, even if they run later.</summary>
    public required ActivityContext Parent { get; init; }

    /// <summary>The timestamp at which it was requested or, if the conversation did not request it, created.</summary>
    public required long StartedAt { get; init; }

    /// <summary>The timestamp at which the wait for its first audio began: the end of the user's turn, or the request.</summary>
    public required long AwaitedSince { get; init; }

    public bool HasAudio { get; set; }

    /// <summary>The timestamp at which the user interrupted it; null if that has not happened or was already measured.</summary>
    public long? InterruptedAt { get; set; }

    /// <summary>Whether the response was reported as ended.</summary>
    public bool IsOver { get; set; }
}
