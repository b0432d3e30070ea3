using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>The telemetry of a function call that runs. It exists only if there was a listener when the call began to run.</summary>
/// <param name="span">The span; null if no listener samples it.</param>
/// <param name="tags">The tags of its measurement.</param>
/// <param name="startedAt">When it began to run.</param>
internal sealed class CallTrace(Activity? span, in TagList tags, long startedAt)
{
    private readonly TagList _tags = tags;

    public Activity? Span => span;

    public long StartedAt => startedAt;

    public ref readonly TagList Tags => ref _tags;
}
