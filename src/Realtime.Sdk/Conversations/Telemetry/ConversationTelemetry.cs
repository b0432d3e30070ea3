using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The spans and metrics of one conversation: a span for each turn of the agent, and below it one for each of its responses. Used under the conversation's
/// lock. Without listeners it only records when the user's turn ended.
/// </summary>
/// <remarks>
/// The spans are never <see cref="Activity.Current"/>, because they begin and end with events of the server. Their parent is the activity that was current at
/// the start.
/// </remarks>
internal sealed class ConversationTelemetry(Func<RealtimeSession?> session, Func<RealtimeAgent> agent, bool tracesContent, TimeProvider time)
{
    private const int MaxUserTexts = 16;

    private readonly ActivityContext _parent = Activity.Current?.Context ?? default;
    private readonly List<string> _userTexts = [];
    private string? _conversationId;

    /// <summary>When the last unanswered speech of the user ended; null if there is none.</summary>
    private long? _speechEndedAt;

    /// <summary>When the last turn of the user ended for which no response has begun; null if there is none.</summary>
    private long? _turnEndedAt;

    /// <summary>The turn that answers the unanswered speech; null until it begins.</summary>
    private TurnState? _answer;
    private int _newestTurn = -1;

    private string AgentName => PeerText.Sanitize(agent().Name);

    /// <summary>Called when earlier speech will not be answered, because the user speaks again or the speech was dropped.</summary>
    public void ForgetTurn() => (_speechEndedAt, _turnEndedAt, _answer) = (null, null, null);

    public void SpeechEnded() => _speechEndedAt = time.GetTimestamp();

    public void TurnEnded()
    {
        _turnEndedAt = time.GetTimestamp();
        _speechEndedAt ??= _turnEndedAt;
    }

    /// <summary>Called with each warning.</summary>
    public void Warned(WarningKind kind)
    {
        if (!ConversationMetrics.CountsWarnings)
            return;
        var tags = MetricTags(AgentName);
        tags.Add(TelemetryNames.WarningKindTag, kind.ToString());
        ConversationMetrics.Warned(tags);
    }

    /// <summary>Called when a response has begun, and for later events of it.</summary>
    public void Began(ResponseState response)
    {
        var awaitedSince = response.CreatedAt;
        if (response.Turn is { } turn && turn.Index > _newestTurn)
        {
            _newestTurn = turn.Index;
            if (_turnEndedAt is { } ended)
                (_answer, awaitedSince, _turnEndedAt) = (turn, ended, null);
        }
        if (response.Trace is not null || (!RealtimeDiagnostics.HasActivityListeners && !ConversationMetrics.IsEnabled))
            return;
        var startedAt = response.CreatedAt;
        if (response.Request is { SentAt: var sentAt })
            (startedAt, awaitedSince) = (sentAt, sentAt);
        BeginTurn(response.Turn, startedAt);
        response.Trace = new(StartResponse(response, startedAt), MetricTags(AgentName)) { Parent = ParentOf(response), StartedAt = startedAt, AwaitedSince = awaitedSince };
    }

    /// <summary>Called when audio of a response was received, for each piece.</summary>
    public void AudioReceived(ResponseState response)
    {
        if (response.Trace is not { HasAudio: false } trace)
            return;
        trace.HasAudio = true;
        ConversationMetrics.AudioBegan(time.GetElapsedTime(trace.AwaitedSince), trace.Tags);
    }

    /// <summary>Called when the playback of a response, or of an item of it, begins.</summary>
    public void SoundStarted(ResponseState response)
    {
        if (_speechEndedAt is not { } ended || response.Turn is null || response.Turn != _answer)
            return;
        _speechEndedAt = null;
        if (response.Trace is { } trace)
            ConversationMetrics.AnswerSounded(time.GetElapsedTime(ended), trace.Tags);
    }

    /// <summary>Called when speech of the user has interrupted responses.</summary>
    /// <param name="sounding">The response that is heard; null if none is.</param>
    /// <param name="interrupted">The responses.</param>
    public void Interrupted(ResponseState? sounding, List<ResponseState> interrupted)
    {
        if (sounding?.Trace is { } trace && interrupted.Contains(sounding))
            trace.InterruptedAt = time.GetTimestamp();
    }

    /// <summary>Called when the playback of a response was stopped before its end.</summary>
    public void SoundStopped(ResponseState response)
    {
        if (response.Trace is not { InterruptedAt: { } since } trace)
            return;
        trace.InterruptedAt = null;
        ConversationMetrics.InterruptionTookEffect(time.GetElapsedTime(since), trace.Tags);
    }

    /// <summary>Called when a response was generated or has failed.</summary>
    public void Done(ResponseState state, RealtimeResponse response, ReplyResult result)
    {
        if (state.Trace is not { IsOver: false } trace)
            return;
        var reason = FinishReason(response, result.Status);
        if (trace.Span is { IsAllDataRequested: true } span)
        {
            if (response.Usage is not null)
                AddUsage(span, result.Usage);
            if (tracesContent && result.Text.Length > 0)
                span.SetTag(TelemetryNames.OutputMessages, ConversationContent.Output(result.Text, reason));
        }
        End(state, trace, reason, result.Status == ReplyStatus.Failed ? FailureReason.From(result.Exception) : null);
        ConversationMetrics.TokensUsed(result.Usage, ChatTags(trace));
        ConversationMetrics.Charged(result.Usage, ChatTags(trace));
    }

    /// <summary>Called when a transcript was billed.</summary>
    public void Transcribed(ConversationUsage usage)
    {
        if (usage.Cost is null || !ConversationMetrics.IsEnabled)
            return;
        var tags = MetricTags(AgentName);
        tags.Add(TelemetryNames.Operation, TelemetryNames.TranscribeOperation);
        ConversationMetrics.Charged(usage, tags);
    }

    /// <summary>Called when the conversation has ended before a response.</summary>
    public void Abandoned(ResponseState state, Exception? exception)
    {
        if (state.Trace is { IsOver: false } trace)
            End(state, trace, exception is null ? TelemetryNames.FinishedByCancellation : TelemetryNames.FinishedByError, exception is null ? null : FailureReason.From(exception));
    }

    /// <summary>Called when a turn of either side is complete.</summary>
    public void TurnCompleted(TurnState turn)
    {
        if (turn.Role == TurnRole.User)
        {
            if (tracesContent && RealtimeDiagnostics.HasActivityListeners && turn.Show().Text is { Length: > 0 } text)
                Keep(text);
            return;
        }
        if (turn == _answer)
            (_speechEndedAt, _answer) = (null, null);
        if (turn.Span is { } span)
            EndTurn(turn, span);
        _userTexts.Clear();
    }

    private void Keep(string userText)
    {
        if (_userTexts.Count == MaxUserTexts)
            _userTexts.RemoveAt(0);
        _userTexts.Add(userText);
    }

    private void BeginTurn(TurnState? turn, long startedAt)
    {
        if (turn is not { Span: null })
            return;
        var tags = SpanTags(TelemetryNames.InvokeAgentOperation);
        tags.Add(TelemetryNames.AgentName, AgentName);
        turn.Span = RealtimeDiagnostics.StartDetached($"{TelemetryNames.InvokeAgentOperation} {AgentName}", ActivityKind.Internal, _parent, At(startedAt), tags);
    }

    private void EndTurn(TurnState turn, Activity span)
    {
        if (span.IsAllDataRequested)
        {
            span.SetTag(TelemetryNames.TurnInterrupted, turn.WasInterrupted);
            if (tracesContent && _userTexts.Count > 0)
                span.SetTag(TelemetryNames.InputMessages, ConversationContent.Input(_userTexts));
            if (tracesContent && turn.Show().Text is { Length: > 0 } text)
                span.SetTag(TelemetryNames.OutputMessages, ConversationContent.Output(text, FinishReason(turn, span)));
        }
        turn.Span = null;
        RealtimeDiagnostics.Stop(span, time.GetUtcNow());
    }

    private Activity? StartResponse(ResponseState response, long startedAt)
    {
        if (!RealtimeDiagnostics.HasActivityListeners)
            return null;
        var tags = SpanTags(TelemetryNames.ChatOperation);
        tags.Add(TelemetryNames.ResponseId, PeerText.Sanitize(response.Id).ToString());
        if ((session()?.Configuration as RealtimeSessionConfiguration)?.Model is { } model)
            tags.Add(TelemetryNames.ResponseModel, PeerText.Sanitize(model).ToString());
        var name = agent().Session.Model is { } requested ? $"{TelemetryNames.ChatOperation} {requested}" : TelemetryNames.ChatOperation;
        return RealtimeDiagnostics.StartDetached(name, ActivityKind.Client, ParentOf(response), At(startedAt), tags);
    }

    private void End(ResponseState state, ResponseTrace trace, string finishReason, string? error)
    {
        trace.IsOver = true;
        var tags = ChatTags(trace);
        if (error is not null)
        {
            tags.Add(TelemetryNames.ErrorType, error);
            trace.Span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
            state.Turn?.Span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
        }
        trace.Span?.SetTag(TelemetryNames.FinishReasons, new[] { finishReason });
        RealtimeDiagnostics.Stop(trace.Span, time.GetUtcNow());
        ConversationMetrics.ResponseEnded(time.GetElapsedTime(trace.StartedAt), tags);
    }

    private static string FinishReason(TurnState turn, Activity span) =>
        span.Status == ActivityStatusCode.Error ? TelemetryNames.FinishedByError
        : turn.WasInterrupted ? TelemetryNames.FinishedByCancellation
        : TelemetryNames.FinishedByStop;

    private static string FinishReason(RealtimeResponse response, ReplyStatus status) => status switch
    {
        ReplyStatus.Completed => response.GetFunctionCalls().Count > 0 ? TelemetryNames.FinishedByToolCall : TelemetryNames.FinishedByStop,
        ReplyStatus.Failed => TelemetryNames.FinishedByError,
        ReplyStatus.Incomplete when response.StatusDetails?.Reason == ResponseStatusReason.MaxOutputTokens => TelemetryNames.FinishedByLength,
        ReplyStatus.Incomplete when response.StatusDetails?.Reason == ResponseStatusReason.ContentFilter => TelemetryNames.FinishedByContentFilter,
        ReplyStatus.Incomplete => TelemetryNames.FinishedIncomplete,
        _ => TelemetryNames.FinishedByCancellation,
    };

    /// <summary>Cached tokens are part of the input, in all and by modality. A part that is zero is left out.</summary>
    private static void AddUsage(Activity span, ConversationUsage usage)
    {
        var cached = usage.CachedTextInputTokens + usage.CachedAudioInputTokens + usage.CachedImageInputTokens;
        span.SetTag(TelemetryNames.UsageInput, usage.TextInputTokens + usage.AudioInputTokens + usage.ImageInputTokens + cached);
        span.SetTag(TelemetryNames.UsageOutput, usage.TextOutputTokens + usage.AudioOutputTokens);
        Add(TelemetryNames.UsageCached, cached);
        Add(TelemetryNames.UsageTextInput, usage.TextInputTokens + usage.CachedTextInputTokens);
        Add(TelemetryNames.UsageAudioInput, usage.AudioInputTokens + usage.CachedAudioInputTokens);
        Add(TelemetryNames.UsageImageInput, usage.ImageInputTokens + usage.CachedImageInputTokens);
        Add(TelemetryNames.UsageCachedText, usage.CachedTextInputTokens);
        Add(TelemetryNames.UsageCachedAudio, usage.CachedAudioInputTokens);
        Add(TelemetryNames.UsageCachedImage, usage.CachedImageInputTokens);
        Add(TelemetryNames.UsageTextOutput, usage.TextOutputTokens);
        Add(TelemetryNames.UsageAudioOutput, usage.AudioOutputTokens);

        void Add(string name, long tokens)
        {
            if (tokens > 0)
                span.SetTag(name, tokens);
        }
    }

    /// <summary>The span to which the calls of a response belong.</summary>
    public ActivityContext ParentOf(ResponseState response) => response.Trace?.Parent ?? response.Turn?.Span?.Context ?? _parent;

    /// <summary>The tags of a span.</summary>
    public TagList SpanTags(string operation)
    {
        // If the server shows no session, the spans of the conversation share a generated ID.
        _conversationId ??= session() is { Id.Length: > 0 } first ? PeerText.Sanitize(first.Id) : $"conversation_{Guid.NewGuid():N}";
        var tags = new TagList
        {
            { TelemetryNames.Operation, operation },
            { TelemetryNames.ProviderName, TelemetryNames.OpenAIProvider },
            { TelemetryNames.ConversationId, _conversationId },
        };
        if (agent().Session.Model is { } model)
            tags.Add(TelemetryNames.RequestModel, model);
        return tags;
    }

    /// <summary>The tags of a measurement.</summary>
    public TagList MetricTags(string agentName)
    {
        var tags = new TagList
        {
            { TelemetryNames.ProviderName, TelemetryNames.OpenAIProvider },
            { TelemetryNames.AgentName, agentName },
        };
        if (agent().Session.Model is { } model)
            tags.Add(TelemetryNames.RequestModel, model);
        return tags;
    }

    private static TagList ChatTags(ResponseTrace trace)
    {
        var tags = trace.Tags;
        tags.Add(TelemetryNames.Operation, TelemetryNames.ChatOperation);
        return tags;
    }

    private DateTimeOffset At(long timestamp) => time.GetUtcNow() - time.GetElapsedTime(timestamp);
}
