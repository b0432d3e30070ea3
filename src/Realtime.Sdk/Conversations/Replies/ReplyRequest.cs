namespace Realtime.Sdk.Internal;

/// <summary>
/// The request of one response. The first request of a reply has its handle; when the response has function calls, further requests continue the reply, which ends
/// with the last of them. Its state is guarded by the conversation's lock.
/// </summary>
internal sealed class ReplyRequest(ReplyOptions options, IReplyHost host)
{
    private readonly CountedSource<ReplyResult> _completion = new(host.Work);
    private readonly CountedSource<HeardSpeech> _heard = new(host.Work);
    private ReplyResult? _result;
    private HeardSpeech? _speech;
    private bool _isHeardFinished;

    public ReplyOptions Options { get; private set; } = options;

    /// <summary>Completes when the reply was generated, including responses that continue it.</summary>
    public Task<ReplyResult> Completion => _completion.Task;

    /// <summary>Completes when it is known which part of the reply was heard, including responses that continue it.</summary>
    public Task<HeardSpeech> Heard => _heard.Task;

    /// <summary>The entry of the response's metadata by which it is recognized.</summary>
    public string Tag => field ??= ReplyTag.Create(IsExtraction);

    /// <summary>The instructions to add; those of combined replies are joined.</summary>
    public string? Instructions { get; set; } = options.Instructions;

    /// <summary>An item that is created immediately before the response; null for none.</summary>
    public ConversationItem? Item { get; init; }

    /// <summary>Completes with the turn in which the reply ends; null if it was not requested with <see cref="RealtimeConversation.AskAsync"/>.</summary>
    public CountedSource<ConversationTurn>? Answer { get; init; }

    /// <summary>Whether it is the last reply of a conversation that is ending.</summary>
    public bool IsLast { get; init; }

    /// <summary>Whether only the SDK reads its output, which is not part of the conversation. The user cannot interrupt it.</summary>
    public bool IsExtraction { get; init; }

    /// <summary>Whether it fills the silence while a function runs. Replies in the conversation wait for its end.</summary>
    public bool IsFiller { get; init; }

    /// <summary>The response of an extraction; null before its end.</summary>
    public RealtimeResponse? Output { get; set; }

    /// <summary>The first request of the reply that this request continues; null if there is none, or if the app did not request the reply.</summary>
    public ReplyRequest? Origin { get; init; }

    /// <summary>The first request of the reply.</summary>
    public ReplyRequest Root => Origin ?? this;

    /// <summary>Whether it follows function calls.</summary>
    public bool IsFollowUp { get; init; }

    /// <summary>The number of consecutive responses with function calls before it.</summary>
    public int Round { get; init; }

    /// <summary>The turn that it continues; null if it begins one.</summary>
    public TurnState? Turn { get; set; }

    /// <summary>The number of times that the reply was requested again because a guardrail has stopped it.</summary>
    public int Corrections { get; init; }

    /// <summary>Whether its text is checked, so that the reply is not complete.</summary>
    public bool IsBeingChecked { get; set; }

    /// <summary>Whether a guardrail has stopped it, so that its text is not part of the reply.</summary>
    public bool IsRetracted { get; set; }

    /// <summary>The text that was to be said; null if the model chooses what it says.</summary>
    public string? Verbatim { get; init; }

    /// <summary>Whether the model was to say a given text.</summary>
    public bool IsVerbatim => Verbatim is not null;

    /// <summary>Whether a request that follows the function calls of the response continues the reply.</summary>
    public bool IsContinued { get; set; }

    /// <summary>The request that continues the reply; null if there is none yet.</summary>
    public ReplyRequest? Next { get; set; }

    public bool IsOutOfBand => Options.Response?.Conversation == ResponseConversation.None;

    /// <summary>The ID of the last <c>response.create</c> that was sent for it.</summary>
    public string? EventId { get; set; }

    /// <summary>The ID of the event that creates <see cref="Item"/>; null until it was sent.</summary>
    public string? ItemEventId { get; set; }

    /// <summary>The timestamp of the last attempt to send it.</summary>
    public long SentAt { get; set; }

    /// <summary>The number of times that it was sent.</summary>
    public int Attempts { get; set; }

    public ResponseState? Response { get; set; }

    /// <summary>Whether it was canceled before its response was known.</summary>
    public bool IsCancelRequested { get; set; }

    /// <summary>Whether the agent was interrupted; otherwise only this reply was canceled.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>The handle that the app gets.</summary>
    public ConversationReply Handle => field ??= new(this);

    /// <summary>Whether the generation of its response has ended.</summary>
    public bool IsOver => _result is not null;

    /// <summary>Whether it is known which part of its response was heard.</summary>
    public bool IsHeard => _speech is not null;

    /// <summary>Whether the whole reply was generated. Its task may complete a moment later.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The last request of the reply so far.</summary>
    public ReplyRequest Last
    {
        get
        {
            var last = this;
            while (last.Next is { } next)
                last = next;
            return last;
        }
    }

    /// <summary>Copies the options, so that later changes of their collections have no effect.</summary>
    public void CopyOptions() => Options = Options.Copy();

    /// <summary>Records how the generation of the response ended.</summary>
    public void Complete(ReplyResult result)
    {
        // The first result counts: a late response.done does not change it.
        if (_result is null)
        {
            _result = result;
            host.OnCompleted(this, result);
        }
        if (Response is null)
            _speech ??= new() { WasInterrupted = result.Status != ReplyStatus.Completed };
        Root.TryFinish();
    }

    /// <summary>Records which part of the response was heard.</summary>
    public void SetHeard(HeardSpeech heard)
    {
        _speech ??= heard;
        Root.TryFinish();
    }

    /// <summary>Ends the reply without the request that would have continued it.</summary>
    /// <param name="status">How the reply ends; null if it ends like its last response.</param>
    /// <param name="exception">The exception if it fails.</param>
    public void EndContinuation(ReplyStatus? status, Exception? exception = null)
    {
        IsContinued = false;
        if (status is { } ended)
            _result = _result! with { Status = ended, Exception = exception };
        Root.TryFinish();
    }

    /// <summary>Completes the reply, if it waits only for its checks.</summary>
    public void EndChecks()
    {
        IsBeingChecked = false;
        if (IsOver)
            Root.TryFinish();
    }

    public Task CancelAsync(CancellationToken cancellationToken) => host.CancelAsync(this, cancellationToken);

    public void ThrowIfCalledByOwnFunction() => host.ThrowIfCalledByOwnFunction(this);

    private void TryFinish()
    {
        // The reply has ended when its last request has ended and no other one is to follow.
        var isHeard = true;
        for (var request = this; ; request = request.Next)
        {
            if (!request.IsOver)
                return;
            isHeard &= request.IsHeard;
            if (request.Next is not null)
                continue;
            if (request.IsContinued || request.IsBeingChecked)
                return;
            break;
        }
        if (!IsFinished)
        {
            IsFinished = true;
            var result = JoinResults();
            _completion.SetResult(result);
            FailAnswer(result);
        }
        if (isHeard && !_isHeardFinished)
        {
            _isHeardFinished = true;
            _heard.SetResult(JoinHeard());
        }
    }

    private ReplyResult JoinResults()
    {
        var joined = _result! with { Text = GetText() };
        for (var request = Next; request is not null; request = request.Next)
            joined = request._result! with { Text = Join(joined.Text, request.GetText()), Usage = joined.Usage + request._result!.Usage };
        return Verbatim is null || joined.Status != ReplyStatus.Completed ? joined : joined with { IsVerbatim = SpokenWords.AreEqual(Verbatim, joined.Text) };
    }

    /// <summary>Returns the text of this request as a part of the reply.</summary>
    private string GetText() => IsRetracted ? "" : _result!.Text;

    private HeardSpeech JoinHeard()
    {
        var joined = _speech!;
        for (var request = Next; request is not null; request = request.Next)
        {
            var speech = request._speech!;
            joined = new()
            {
                Text = Join(joined.Text, speech.Text),
                IsTextEstimated = joined.IsTextEstimated || speech.IsTextEstimated,
                Duration = joined.Duration + speech.Duration,
                WasInterrupted = joined.WasInterrupted || speech.WasInterrupted,
            };
        }
        return joined;
    }

    private void FailAnswer(ReplyResult result)
    {
        if (Answer is null)
            return;
        if (result.Exception is { } exception)
            Answer.SetException(exception);
        else if (Last.Response is null)
            Answer.SetException(new InvalidOperationException("The message was not answered, because its reply was replaced or withdrawn, or because the conversation ended."));
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : $"{first}\n{second}";
}
