using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>The telemetry of a function call that runs. It exists only if there was a listener when the call began to run.</summary>
/// <param name="span">The span; null if no listener samples it.</param>
/// <param name="tags">The tags of its measurement.</param>
internal sealed class CallTrace(Activity? span, in TagList tags)
{
    private readonly TagList _tags = tags;

    public Activity? Span => span;

    public ref readonly TagList Tags => ref _tags;

    /// <summary>Why the call has failed; null if it has not, or was canceled by the end of the conversation.</summary>
    public string? Error { get; set; }
}
