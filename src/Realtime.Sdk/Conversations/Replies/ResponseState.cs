namespace Realtime.Sdk.Internal;

/// <summary>A response of the server, until it is generated and was heard or cut. Used under the conversation's lock.</summary>
internal sealed class ResponseState(string id, bool isOutOfBand)
{
    public string Id => id;

    /// <summary>Whether it is out of band: it has no turn and is never truncated.</summary>
    public bool IsOutOfBand => isOutOfBand;

    /// <summary>The reply that it answers; null if the server or another client asked for it.</summary>
    public ReplyRequest? Request { get; set; }

    /// <summary>Its turn; null out of band.</summary>
    public TurnState? Turn { get; set; }

    /// <summary>The number of consecutive responses with function calls before it.</summary>
    public int Round => Request?.Round ?? 0;

    /// <summary>Its function calls; null if there are none.</summary>
    public CallGroup? Calls { get; set; }

    /// <summary>Whether it is done, in a way that a reply can follow.</summary>
    public bool CanContinue { get; set; }

    /// <summary>The agent that was in charge when it began.</summary>
    public RealtimeAgent? Agent { get; set; }

    /// <summary>Whether the service has begun it to make an approved call.</summary>
    public bool IsForApprovedCall { get; set; }

    /// <summary>The items of its messages, in order.</summary>
    public List<TurnItem> Items { get; } = [];

    /// <summary>The items whose audio was neither heard nor cut yet.</summary>
    public HashSet<string> Unheard { get; } = [];

    /// <summary>The items of which nothing was heard, to be deleted once the response is done.</summary>
    public List<string> ToDelete { get; } = [];

    public bool IsDone { get; private set; }

    /// <summary>When it was done.</summary>
    public long DoneAt { get; private set; }

    /// <summary>Whether it was interrupted before it began.</summary>
    public bool IsUnwanted { get; set; }

    /// <summary>Whether it was interrupted. Later content of it is dropped.</summary>
    public bool IsCut { get; private set; }

    /// <summary>When it was first interrupted.</summary>
    public long CutAt { get; private set; }

    /// <summary>Whether the user or the app interrupted the agent; otherwise only this response was canceled.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Whether it exceeded the limit of audio that waits for the player. The audio received until then is played.</summary>
    public bool IsOverflowed { get; set; }

    /// <summary>Whether its session is over. The rest of its audio may still be played, but the server does not know its items.</summary>
    public bool IsOfLostSession { get; set; }

    /// <summary>Whether it can be interrupted. A response that exceeded the limit of audio can be, while its remaining audio is played.</summary>
    public bool CanBeCut => !IsCut || IsOverflowed;

    /// <summary>Whether a cancellation was sent.</summary>
    public bool IsCanceled { get; set; }

    /// <summary>Whether the service plays it: started, and neither stopped nor cleared.</summary>
    public bool IsPlayedByService { get; set; }

    /// <summary>When the service began to play it.</summary>
    public long PlayedSince { get; set; }

    /// <summary>Whether the player is being stopped, so that it is not known yet what was heard.</summary>
    public bool IsBeingCut { get; set; }

    public bool IsHeard => Unheard.Count == 0 && !IsPlayedByService && !IsBeingCut;

    /// <summary>The number of responses that were known before it.</summary>
    public int Number { get; init; }

    /// <summary>When it was requested or, if the conversation did not request it, created.</summary>
    public long CreatedAt { get; init; }

    public bool HasAudio { get; set; }

    /// <summary>When the server sent its last event, or when it was last busy.</summary>
    public long LastEventAt { get; set; }

    /// <summary>Whether a call of it has not ended, or the service plays it, so that no event of it is expected.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Whether it was reported that the server sends no events of it.</summary>
    public bool IsStalled { get; set; }

    public void NoteEvent(long now)
    {
        LastEventAt = now;
        if (!IsCut)
            IsStalled = false;
    }

    public void SetBusy(bool isBusy, TimeProvider time)
    {
        if (IsBusy && !isBusy)
            LastEventAt = time.GetTimestamp();
        IsBusy = isBusy;
    }

    public void SetCut(long cutAt)
    {
        if (!IsCut)
            (IsCut, CutAt) = (true, cutAt);
    }

    public void SetDone(long doneAt) => (IsDone, DoneAt) = (true, doneAt);

    /// <summary>The telemetry of the response; null without a listener.</summary>
    public ResponseTrace? Trace { get; set; }
}
