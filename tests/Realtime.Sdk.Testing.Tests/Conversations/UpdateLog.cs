namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Reads the updates of a conversation and keeps them.</summary>
internal sealed class UpdateLog
{
    private readonly Lock _lock = new();
    private readonly List<ConversationUpdate> _updates = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public UpdateLog(RealtimeConversation conversation) => Reading = ReadAsync(conversation);

    /// <summary>Completes when the reading has ended, or fails as it does.</summary>
    public Task Reading { get; }

    public IReadOnlyList<ConversationUpdate> All
    {
        get
        {
            lock (_lock)
                return [.. _updates];
        }
    }

    public IReadOnlyList<WarningUpdate> Warnings => [.. All.OfType<WarningUpdate>()];

    public IReadOnlyList<ConversationTurn> Completed => [.. All.OfType<TurnUpdate>().Select(update => update.Turn).Where(turn => turn.IsComplete)];

    public IReadOnlyList<ConversationStatus> Statuses => [.. All.OfType<StatusUpdate>().Select(update => update.Status)];

    /// <summary>Returns the first update that fits, once it has come.</summary>
    public async Task<T> WhenAsync<T>(Func<T, bool>? where = null) where T : ConversationUpdate
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_updates.OfType<T>().FirstOrDefault(where ?? (_ => true)) is { } update)
                    return update;
                changed = _changed.Task;
            }
            await changed.WithTimeout();
        }
    }

    public async Task<ConversationTurn> WhenCompletedAsync(TurnRole role, int count = 1)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (Completed.Where(turn => turn.Role == role).Skip(count - 1).FirstOrDefault() is { } turn)
                return turn;
            await changed.WithTimeout();
        }
    }

    private async Task ReadAsync(RealtimeConversation conversation)
    {
        await foreach (var update in conversation.ReadUpdatesAsync())
        {
            lock (_lock)
            {
                _updates.Add(update);
                _changed.TrySetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
