namespace Realtime.Sdk.Internal;

/// <summary>A response of the server, until it was generated, and was heard or stopped. Used under the conversation's lock.</summary>
internal sealed class ResponseState(string id, bool isOutOfBand)
{
    public string Id => id;

    /// <summary>Whether it is out of band: it has no turn and is never truncated.</summary>
    public bool IsOutOfBand => isOutOfBand;

    /// <summary>The request that it belongs to; null if the server or another client requested it.</summary>
    public ReplyRequest? Request { get; set; }

    /// <summary>Whether another client of the session has requested it, and this was not reported yet.</summary>
    public bool IsForeign { get; set; }

    /// <summary>Its turn; null out of band.</summary>
    public TurnState? Turn { get; set; }

    /// <summary>The number of consecutive responses with function calls before it.</summary>
    public int Round => Request?.Round ?? 0;

    /// <summary>Its function calls; null if there are none.</summary>
    public CallGroup? Calls { get; set; }

    /// <summary>Whether it ended in a way that allows a reply to follow its function calls.</summary>
    public bool CanContinue { get; set; }

    /// <summary>The agent that was in charge when it began.</summary>
    public RealtimeAgent? Agent { get; set; }

    /// <summary>The checks of its text; null or empty if there are none.</summary>
    public OutputCheck[]? Checks { get; set; }

    /// <summary>Whether a check of its text is running, so that its reply and its turn are not complete.</summary>
    public bool IsBeingChecked
    {
        get
        {
            foreach (var check in Checks ?? [])
            {
                if (check.IsRunning)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether a guardrail has stopped it.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Whether a guardrail has stopped it after it had made calls. A reply follows them although it was canceled, because the user has not interrupted it.</summary>
    public bool IsFollowedAfterBlock { get; set; }

    /// <summary>Whether the service began it to make an approved call.</summary>
    public bool IsForApprovedCall { get; set; }

    /// <summary>The items of its messages, in order.</summary>
    public List<TurnItem> Items { get; } = [];

    /// <summary>The IDs of the items whose audio was neither played to its end nor stopped.</summary>
    public HashSet<string> PendingAudio { get; } = [];

    /// <summary>The IDs of the items of which nothing was heard. They are deleted when the response is done.</summary>
    public List<string> ItemsToDelete { get; } = [];

    public bool IsDone { get; private set; }

    /// <summary>The timestamp at which it was done.</summary>
    public long DoneAt { get; private set; }

    /// <summary>Whether it was interrupted before it began, so that it is canceled now.</summary>
    public bool IsCancelPending { get; set; }

    /// <summary>Whether it was interrupted or canceled. Its later content is dropped.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The timestamp at which it was first stopped.</summary>
    public long StoppedAt { get; private set; }

    /// <summary>Whether the user or the app interrupted the agent; otherwise only this response was canceled.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Whether it exceeded the limit of audio that waits for the player. The audio received until then is played.</summary>
    public bool IsOverflowed { get; set; }

    /// <summary>Whether its session was lost. The rest of its audio may still be played, but the next session does not have its items.</summary>
    public bool IsFromLostSession { get; set; }

    /// <summary>Whether it can be stopped. A response that exceeded the limit of audio can be, while its remaining audio is played.</summary>
    public bool CanBeStopped => !IsStopped || IsOverflowed;

    /// <summary>Whether a cancellation was sent.</summary>
    public bool IsCanceled { get; set; }

    /// <summary>Whether the service plays it: started, and neither stopped nor cleared.</summary>
    public bool IsPlayingElsewhere { get; set; }

    /// <summary>The timestamp at which the service began to play it.</summary>
    public long PlaybackStartedAt { get; set; }

    /// <summary>Whether the player is being stopped, so that it is not yet known what was heard.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Whether it is known what was heard: no audio waits, is being played or is being stopped.</summary>
    public bool HasFinishedPlayback => PendingAudio.Count == 0 && !IsPlayingElsewhere && !IsStopping;

    /// <summary>Whether it was generated, and was heard or stopped, and only its text is still being checked.</summary>
    public bool AwaitsOnlyChecks => IsDone && HasFinishedPlayback && IsBeingChecked;

    /// <summary>The number of responses that began before it.</summary>
    public int Number { get; init; }

    /// <summary>The timestamp at which it was created.</summary>
    public long CreatedAt { get; init; }

    public bool HasAudio { get; set; }

    /// <summary>The timestamp of its last event, or of the end of the last time in which no event was expected.</summary>
    public long LastEventAt { get; set; }

    /// <summary>Whether a call of it has not ended, or the service plays it, so that no event of it is expected.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Whether it was reported as stalled.</summary>
    public bool IsStalled { get; set; }

    public void RecordEvent(long now)
    {
        LastEventAt = now;
        if (!IsStopped)
            IsStalled = false;
    }

    public void SetBusy(bool isBusy, TimeProvider time)
    {
        if (IsBusy && !isBusy)
            LastEventAt = time.GetTimestamp();
        IsBusy = isBusy;
    }

    public void MarkStopped(long stoppedAt)
    {
        if (!IsStopped)
            (IsStopped, StoppedAt) = (true, stoppedAt);
    }

    public void MarkDone(long doneAt) => (IsDone, DoneAt) = (true, doneAt);

    /// <summary>The telemetry of the response; null without a listener.</summary>
    public ResponseTrace? Trace { get; set; }
}
