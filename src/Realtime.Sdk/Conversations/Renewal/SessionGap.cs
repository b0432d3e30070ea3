namespace Realtime.Sdk.Internal;

/// <summary>The time between two sessions, with a list of the losses.</summary>
internal sealed record SessionGap(RenewalReason Reason, Exception? Exception, long StartedAt)
{
    private readonly List<RenewalLoss> _losses = [];

    /// <summary>The losses.</summary>
    public IEnumerable<RenewalLoss> Losses => [.. _losses, .. HistoryLosses];

    /// <summary>The items that the history of the latest attempt does not contain.</summary>
    public IReadOnlyList<RenewalLoss> HistoryLosses { get; set; } = [];

    public int HistoryItems { get; set; }

    /// <summary>The speech of the user that had not become a turn.</summary>
    public TimeSpan Speech { get; set; }

    /// <summary>Whether a response, a function call, or speech of the user was cut off.</summary>
    public bool IsCutOff { get; private set; }

    public void LoseResponse(string? id, string message) => Lose(RenewalLossKind.Response, message, id);

    public void LoseSpeech(TimeSpan duration)
    {
        IsCutOff |= duration > TimeSpan.Zero;
        Speech = duration;
    }

    public void LoseAudio(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero)
            _losses.Add(new() { Kind = RenewalLossKind.Audio, Message = $"{duration.TotalSeconds:0.###} seconds of the user's audio.", Duration = duration });
    }

    public void Lose(RenewalLossKind kind, string message, string? id = null)
    {
        IsCutOff |= kind is RenewalLossKind.Response or RenewalLossKind.Reply or RenewalLossKind.FunctionCall;
        _losses.Add(new() { Kind = kind, Message = message, Id = id });
    }
}
