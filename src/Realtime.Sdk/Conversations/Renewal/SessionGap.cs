namespace Realtime.Sdk.Internal;

/// <summary>The time between two sessions, with a list of the losses.</summary>
internal sealed record SessionGap(RenewalReason Reason, Exception? Exception, long StartedAt)
{
    private readonly List<RenewalLoss> _losses = [];

    /// <summary>The losses.</summary>
    public IEnumerable<RenewalLoss> Losses => [.. _losses, .. HistoryLosses];

    /// <summary>The losses of the history that the latest attempt has sent.</summary>
    public IReadOnlyList<RenewalLoss> HistoryLosses { get; set; } = [];

    public int HistoryItems { get; set; }

    /// <summary>The duration of the user's speech that had not become part of a turn.</summary>
    public TimeSpan LostSpeech { get; set; }

    /// <summary>Whether a response, a function call, or speech of the user was cut off.</summary>
    public bool IsCutOff { get; private set; }

    public void AddLostResponse(string? id, string message) => AddLoss(RenewalLossKind.Response, message, id);

    public void AddLostSpeech(TimeSpan duration)
    {
        IsCutOff |= duration > TimeSpan.Zero;
        LostSpeech = duration;
    }

    public void AddLostAudio(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero)
            _losses.Add(new() { Kind = RenewalLossKind.Audio, Message = $"{duration.TotalSeconds:0.###} seconds of the user's audio were lost.", Duration = duration });
    }

    public void AddLoss(RenewalLossKind kind, string message, string? id = null)
    {
        IsCutOff |= kind is RenewalLossKind.Response or RenewalLossKind.Reply or RenewalLossKind.FunctionCall;
        _losses.Add(new() { Kind = kind, Message = message, Id = id });
    }
}
