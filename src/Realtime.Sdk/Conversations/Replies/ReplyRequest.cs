namespace Realtime.Sdk.Internal;

/// <summary>A reply that the app requested, until it was heard. Its state is guarded by the conversation's lock.</summary>
internal sealed class ReplyRequest(ReplyOptions options, Func<ReplyRequest, CancellationToken, Task> cancel, WorkTrackingTimeProvider? clock)
{
    private readonly CountedSource<ReplyResult> _completion = new(clock);
    private readonly CountedSource<HeardSpeech> _heard = new(clock);

    public ReplyOptions Options { get; private set; } = options;

    public Task<ReplyResult> Completion => _completion.Task;

    public Task<HeardSpeech> Heard => _heard.Task;

    /// <summary>The entry of the response's metadata by which it is recognized.</summary>
    public string Tag { get; } = Guid.NewGuid().ToString("N")[..16];

    /// <summary>The instructions to add; those of combined replies are joined.</summary>
    public string? Instructions { get; set; } = options.Instructions;

    /// <summary>An item that is created immediately before the response; null for none.</summary>
    public ConversationItem? Item { get; init; }

    /// <summary>Completes with the turn of the response; null if the reply was not requested with <see cref="RealtimeConversation.AskAsync"/>.</summary>
    public CountedSource<ConversationTurn>? Answer { get; init; }

    /// <summary>Whether it is the last one of a conversation that ends.</summary>
    public bool IsLast { get; init; }

    public bool IsOutOfBand => Options.Response?.Conversation == ResponseConversation.None;

    /// <summary>The ID of the last <c>response.create</c> that was sent for it.</summary>
    public string? EventId { get; set; }

    /// <summary>When it was sent.</summary>
    public long SentAt { get; set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    public ResponseState? Response { get; set; }

    /// <summary>Whether it was canceled while its response was not known yet.</summary>
    public bool IsCancelWanted { get; set; }

    /// <summary>Whether the agent was interrupted; otherwise only this reply was canceled.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>The handle of the app.</summary>
    public ConversationReply Handle => field ??= new(this);

    /// <summary>Whether its generation has ended. The task may complete a moment later.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether what was heard of it is known. The task may complete a moment later.</summary>
    public bool IsHeard { get; private set; }

    /// <summary>Copies the options, so that later changes of their collections have no effect.</summary>
    public void Freeze() => Options = Options.Copy();

    /// <summary>How the generation ended.</summary>
    public void Complete(ReplyResult result)
    {
        if (!IsOver)
        {
            _completion.SetResult(result);
            FailAnswer(result);
        }
        IsOver = true;
        if (Response is null)
            SetHeard(new() { WasInterrupted = result.Status != ReplyStatus.Completed });
    }

    public void SetHeard(HeardSpeech heard)
    {
        if (!IsHeard)
            _heard.SetResult(heard);
        IsHeard = true;
    }

    public Task CancelAsync(CancellationToken cancellationToken) => cancel(this, cancellationToken);

    private void FailAnswer(ReplyResult result)
    {
        if (result.Exception is { } exception)
            Answer?.SetException(exception);
        else if (Response is null)
            Answer?.SetException(new InvalidOperationException("The message was not answered: its reply was replaced or withdrawn, or the conversation ended."));
    }
}
