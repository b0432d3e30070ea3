using Realtime.Sdk.Internal;
using ConversationPlayback = Realtime.Sdk.Internal.Playback;

namespace Realtime.Sdk.Tests.Conversations.Playback;

/// <summary>A playback under a clock that the test moves, and what it reported.</summary>
internal sealed class PlaybackHarness : IPlaybackHost, IAsyncDisposable
{
    private readonly List<string> _log = [];
    private readonly List<(Func<string, bool> IsMatch, TaskCompletionSource Signal)> _waiters = [];

    public PlaybackHarness(Func<CountingTime, AudioPlayer?> player, int maxBufferedBytes = 16 * 1024 * 1024)
    {
        Player = player(Time);
        Playback = new(Player, this, Time, maxBufferedBytes, Pool);
    }

    public CountingTime Time { get; } = new();

    public CountingPool Pool { get; } = new();

    public AudioPlayer? Player { get; }

    public ConversationPlayback Playback { get; }

    /// <summary>What was reported, as text: <c>started item</c>, <c>played item 200</c>, <c>idle</c>, <c>replaced</c>, <c>full response</c>.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    public List<(string ItemId, TimeSpan Played)> Played { get; } = [];

    public Exception? Failure { get; private set; }

    public bool ReportedOutsideWork { get; private set; }

    public static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    public static byte[] Speech(int milliseconds, SampleFormat format = default)
    {
        var audio = new byte[format.BytesIn(Ms(milliseconds))];
        for (var i = 0; i < audio.Length; i++)
            audio[i] = (byte)((i * 31) + 1);
        return audio;
    }

    public void Add(string item, int milliseconds, string response = "r") => Playback.Add(response, item, Speech(milliseconds), default);

    public void AddWhole(string item, int milliseconds, string response = "r")
    {
        Add(item, milliseconds, response);
        Playback.CompleteItem(response, item);
    }

    public async Task<IReadOnlyList<StoppedItem>> StopAsync(string? response = null) => await Playback.StopAsync(response).WithTimeout();

    public Task SeenAsync(string entry)
    {
        lock (_log)
        {
            if (_log.Contains(entry))
                return Task.CompletedTask;
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((text => text == entry, signal));
            return signal.Task.WithTimeout();
        }
    }

    public void OnPlaybackStarted(string responseId, string itemId) => Report($"started {itemId}");

    public void OnItemPlayed(string responseId, string itemId, TimeSpan played)
    {
        Played.Add((itemId, played));
        Report($"played {itemId} {Math.Floor(played.TotalMilliseconds)}");
    }

    public void OnPlaybackIdle() => Report("idle");

    public void OnPlayerReplaced(Exception? exception, string reason)
    {
        Failure = exception;
        Report("replaced");
    }

    public void OnBufferFull(string responseId) => Report($"full {responseId}");

    public ValueTask DisposeAsync() => Playback.DisposeAsync();

    private void Report(string entry)
    {
        lock (_log)
        {
            _log.Add(entry);
            ReportedOutsideWork |= Time.Work == 0 && !entry.StartsWith("full", StringComparison.Ordinal);
            foreach (var (_, signal) in _waiters.Where(waiter => waiter.IsMatch(entry)))
                signal.TrySetResult();
        }
    }
}
