namespace Realtime.Sdk.Internal;

/// <summary>One call of <see cref="Playback.StopAsync(string?)"/>, and the items that it cuts.</summary>
internal sealed class PlaybackStop
{
    // Continuations run inline, while the stop still counts as work in progress.
    private readonly TaskCompletionSource<IReadOnlyList<StoppedItem>> _completion = new();

    public Task<IReadOnlyList<StoppedItem>> Task => _completion.Task;

    public void Complete(IReadOnlyList<StoppedItem> items) => _completion.SetResult(items);
}
