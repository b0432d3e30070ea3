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

    /// <summary>The timestamp at which the last unanswered speech of the user ended; null if there is none.</summary>
    private long? _speechEndedAt;

    /// <summary>The timestamp at which the last turn of the user ended for which no response has begun; null if there is none.</summary>
    private long? _turnEndedAt;

    /// <summary>The turn that answers the unanswered speech; null until it begins.</summary>
    private TurnState? _answer;
    private int _newestTurn = -1;

    private string AgentName => PeerText.Sanitize(agent().Name);

    /// <summary>Discards the times of earlier speech, which will not be answered, because the user speaks again or the speech was dropped.</summary>
    public void ResetTurn() => (_speechEndedAt, _turnEndedAt, _answer) = (null, null, null);

    public void RecordSpeechEnd() => _speechEndedAt = time.GetTimestamp();

    public void RecordTurnEnd()
    {
        _turnEndedAt = time.GetTimestamp();
        _speechEndedAt ??= _turnEndedAt;
    }

    /// <summary>Counts a warning.</summary>
    public void RecordWarning(WarningKind kind)
    {
        if (!ConversationMetrics.CountsWarnings)
            return;
        var tags = CreateMetricTags(AgentName);
        tags.Add(TelemetryNames.WarningKindTag, kind.ToString());
        ConversationMetrics.RecordWarning(tags);
    }

    /// <summary>Begins the telemetry of a response, if it has not begun yet.</summary>
    public void BeginResponse(ResponseState response)
    {
        var awaitedSince = response.CreatedAt;

        // Only the first response of a turn ends the wait of the user.
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
        response.Trace = new(StartResponse(response, startedAt), CreateMetricTags(AgentName)) { Parent = GetParent(response), StartedAt = startedAt, AwaitedSince = awaitedSince };
    }

    /// <summary>Records that audio of a response was received. Only the first call has an effect.</summary>
    public void RecordAudio(ResponseState response)
    {
        if (response.Trace is not { HasAudio: false } trace)
            return;
        trace.HasAudio = true;
        ConversationMetrics.RecordFirstAudio(time.GetElapsedTime(trace.AwaitedSince), trace.Tags);
    }

    /// <summary>Records that the playback of a response, or of an item of it, has begun.</summary>
    public void RecordPlaybackStart(ResponseState response)
    {
        if (_speechEndedAt is not { } ended || response.Turn is null || response.Turn != _answer)
            return;
        _speechEndedAt = null;
        if (response.Trace is { } trace)
            ConversationMetrics.RecordTurnLatency(time.GetElapsedTime(ended), trace.Tags);
    }

    /// <summary>Records that speech of the user has interrupted responses.</summary>
    /// <param name="playing">The response that is being played; null if none is.</param>
    /// <param name="interrupted">The responses that were interrupted.</param>
    public void RecordInterruption(ResponseState? playing, List<ResponseState> interrupted)
    {
        if (playing?.Trace is { } trace && interrupted.Contains(playing))
            trace.InterruptedAt = time.GetTimestamp();
    }

    /// <summary>Records that the playback of a response was stopped before its end.</summary>
    public void RecordPlaybackStop(ResponseState response)
    {
        if (response.Trace is not { InterruptedAt: { } since } trace)
            return;
        trace.InterruptedAt = null;
        ConversationMetrics.RecordInterruption(time.GetElapsedTime(since), trace.Tags);
    }

    /// <summary>Ends the telemetry of a response that was generated or has failed.</summary>
    public void EndResponse(ResponseState state, RealtimeResponse response, ReplyResult result)
    {
        if (state.Trace is not { IsOver: false } trace)
            return;
        var reason = GetFinishReason(response, result.Status);
        if (trace.Span is { IsAllDataRequested: true } span)
        {
            if (response.Usage is not null)
                AddUsage(span, result.Usage);
            if (tracesContent && result.Text.Length > 0)
                span.SetTag(TelemetryNames.OutputMessages, ConversationContent.FormatOutput(result.Text, reason));
        }
        EndSpan(state, trace, reason, result.Status == ReplyStatus.Failed ? FailureReason.From(result.Exception) : null);
        ConversationMetrics.RecordTokens(result.Usage, CreateChatTags(trace));
        ConversationMetrics.RecordCost(result.Usage, CreateChatTags(trace));
    }

    /// <summary>Records the cost of a transcript.</summary>
    public void RecordTranscription(ConversationUsage usage)
    {
        if (usage.Cost is null || !ConversationMetrics.IsEnabled)
            return;
        var tags = CreateMetricTags(AgentName);
        tags.Add(TelemetryNames.Operation, TelemetryNames.TranscribeOperation);
        ConversationMetrics.RecordCost(usage, tags);
    }

    /// <summary>Ends the telemetry of a response whose end the server will not report.</summary>
    public void AbandonResponse(ResponseState state, Exception? exception)
    {
        if (state.Trace is { IsOver: false } trace)
            EndSpan(state, trace, exception is null ? TelemetryNames.FinishedByCancellation : TelemetryNames.FinishedByError, exception is null ? null : FailureReason.From(exception));
    }

    /// <summary>Ends the telemetry of a turn of either side.</summary>
    public void CompleteTurn(TurnState turn)
    {
        if (turn.Role == TurnRole.User)
        {
            if (tracesContent && RealtimeDiagnostics.HasActivityListeners && turn.ToSnapshot().Text is { Length: > 0 } text)
                AddUserText(text);
            return;
        }
        if (turn == _answer)
            (_speechEndedAt, _answer) = (null, null);
        if (turn.Span is { } span)
            EndTurn(turn, span);

        // The next answer has its own input.
        _userTexts.Clear();
    }

    private void AddUserText(string userText)
    {
        // The user may speak any number of times without an answer.
        if (_userTexts.Count == MaxUserTexts)
            _userTexts.RemoveAt(0);
        _userTexts.Add(userText);
    }

    private void BeginTurn(TurnState? turn, long startedAt)
    {
        if (turn is not { Span: null })
            return;
        var tags = CreateSpanTags(TelemetryNames.InvokeAgentOperation);
        tags.Add(TelemetryNames.AgentName, AgentName);
        turn.Span = RealtimeDiagnostics.StartDetached($"{TelemetryNames.InvokeAgentOperation} {AgentName}", ActivityKind.Internal, _parent, ToDateTime(startedAt), tags);
    }

    private void EndTurn(TurnState turn, Activity span)
    {
        if (span.IsAllDataRequested)
        {
            span.SetTag(TelemetryNames.TurnInterrupted, turn.WasInterrupted);
            if (tracesContent && _userTexts.Count > 0)
                span.SetTag(TelemetryNames.InputMessages, ConversationContent.FormatInput(_userTexts));
            if (tracesContent && turn.ToSnapshot().Text is { Length: > 0 } text)
                span.SetTag(TelemetryNames.OutputMessages, ConversationContent.FormatOutput(text, GetFinishReason(turn, span)));
        }
        turn.Span = null;
        RealtimeDiagnostics.Stop(span, time.GetUtcNow());
    }

    private Activity? StartResponse(ResponseState response, long startedAt)
    {
        if (!RealtimeDiagnostics.HasActivityListeners)
            return null;
        var tags = CreateSpanTags(TelemetryNames.ChatOperation);
        tags.Add(TelemetryNames.ResponseId, PeerText.Sanitize(response.Id).ToString());
        if ((session()?.Configuration as RealtimeSessionConfiguration)?.Model is { } model)
            tags.Add(TelemetryNames.ResponseModel, PeerText.Sanitize(model).ToString());
        var name = agent().Session.Model is { } requested ? $"{TelemetryNames.ChatOperation} {requested}" : TelemetryNames.ChatOperation;
        return RealtimeDiagnostics.StartDetached(name, ActivityKind.Client, GetParent(response), ToDateTime(startedAt), tags);
    }

    private void EndSpan(ResponseState state, ResponseTrace trace, string finishReason, string? error)
    {
        trace.IsOver = true;
        var tags = CreateChatTags(trace);
        if (error is not null)
        {
            tags.Add(TelemetryNames.ErrorType, error);
            trace.Span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
            state.Turn?.Span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
        }
        trace.Span?.SetTag(TelemetryNames.FinishReasons, new[] { finishReason });
        RealtimeDiagnostics.Stop(trace.Span, time.GetUtcNow());
        ConversationMetrics.RecordResponse(time.GetElapsedTime(trace.StartedAt), tags);
    }

    private static string GetFinishReason(TurnState turn, Activity span) =>
        span.Status == ActivityStatusCode.Error ? TelemetryNames.FinishedByError
        : turn.WasInterrupted ? TelemetryNames.FinishedByCancellation
        : TelemetryNames.FinishedByStop;

    private static string GetFinishReason(RealtimeResponse response, ReplyStatus status) => status switch
    {
        ReplyStatus.Completed => response.GetFunctionCalls().Count > 0 ? TelemetryNames.FinishedByToolCall : TelemetryNames.FinishedByStop,
        ReplyStatus.Failed => TelemetryNames.FinishedByError,
        ReplyStatus.Incomplete when response.StatusDetails?.Reason == ResponseStatusReason.MaxOutputTokens => TelemetryNames.FinishedByLength,
        ReplyStatus.Incomplete when response.StatusDetails?.Reason == ResponseStatusReason.ContentFilter => TelemetryNames.FinishedByContentFilter,
        ReplyStatus.Incomplete => TelemetryNames.FinishedIncomplete,
        _ => TelemetryNames.FinishedByCancellation,
    };

    /// <summary>Adds token counts to a span. Cached tokens are part of the input, in total and by modality; zero counts are omitted.</summary>
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

    /// <summary>Returns the span to which the calls of a response belong.</summary>
    public ActivityContext GetParent(ResponseState response) => response.Trace?.Parent ?? response.Turn?.Span?.Context ?? _parent;

    /// <summary>Creates the tags of a span.</summary>
    public TagList CreateSpanTags(string operation)
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

    /// <summary>Creates the tags of a measurement.</summary>
    public TagList CreateMetricTags(string agentName)
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

    private static TagList CreateChatTags(ResponseTrace trace)
    {
        var tags = trace.Tags;
        tags.Add(TelemetryNames.Operation, TelemetryNames.ChatOperation);
        return tags;
    }

    private DateTimeOffset ToDateTime(long timestamp) => time.GetUtcNow() - time.GetElapsedTime(timestamp);
}
