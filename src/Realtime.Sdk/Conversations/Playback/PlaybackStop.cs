namespace Realtime.Sdk.Internal;

/// <summary>One call of <see cref="Playback.StopAsync(string?)"/>, and the items that it cuts.</summary>
internal sealed class PlaybackStop
{
    // Continuations run inline, while the stop still counts as work in progress.
    private readonly TaskCompletionSource<IReadOnlyList<CutItem>> _completion = new();

    public Task<IReadOnlyList<CutItem>> Task => _completion.Task;

    public void Complete(IReadOnlyList<CutItem> items) => _completion.SetResult(items);
}
