namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// A server that keeps the rules of responses: one at a time in the conversation, any number beside it, and those that turn detection begins. It only moves when it is
/// told to, and logs what was requested and used, in order.
/// </summary>
internal sealed class BudgetServer(EmulatorSession session, BudgetWorld world, Random random, Func<TimeSpan> elapsed)
{
    private readonly List<ServedResponse> _pending = [];
    private readonly Queue<string> _transcripts = [];
    private readonly Queue<SessionUpdateEvent> _updates = [];
    private bool _creates = world.CreatesResponses;
    private int _read, _begun;

    public List<BudgetEntry> Log { get; } = [];

    public bool IsIdle => _pending.Count == 0 && _transcripts.Count == 0 && _updates.Count == 0;

    /// <summary>The calls that were made and have no output yet.</summary>
    public List<string> OpenCalls { get; } = [];

    public bool HasConversationResponse => _pending.Any(response => !response.IsOutOfBand);

    /// <summary>Takes the events of the client that have arrived since.</summary>
    public async Task TakeAsync()
    {
        var received = session.Received;
        for (; _read < received.Count; _read++)
        {
            switch (received[_read].Event)
            {
                case ResponseCreateEvent request:
                    await TakeAsync(request);
                    break;
                case ResponseCancelEvent cancel:
                    foreach (var response in _pending.Where(response => response.Id == cancel.ResponseId))
                        response.IsCanceled = true;
                    break;
                case SessionUpdateEvent update when update.EventId?.StartsWith("conv_", StringComparison.Ordinal) == true:
                    _updates.Enqueue(update);
                    break;
                case ConversationItemCreateEvent { Item: FunctionCallOutputItem output }:
                    OpenCalls.Remove(output.CallId);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Sends the next event of something that is in progress.</summary>
    public async Task ProgressAsync()
    {
        var next = random.Next(4);
        if (_updates.Count > 0 && (next == 0 || _pending.Count == 0))
            await ApplyAsync(_updates.Dequeue());
        else if (_transcripts.Count > 0 && (next == 1 || _pending.Count == 0))
            await TranscribeAsync(_transcripts.Dequeue());
        else if (_pending.Count > 0)
            await ProgressAsync(_pending[random.Next(_pending.Count)]);
    }

    /// <summary>The user says something, which turn detection notices.</summary>
    public async Task HearAsync()
    {
        var id = $"user_{++_begun}";
        await session.SendAsync(Wire.SpeechStarted(id));
        if (world.Interrupts && _pending.Find(response => response is { IsOutOfBand: false, IsCreated: true }) is { } interrupted)
        {
            interrupted.IsCanceled = true;
            await EndAsync(interrupted);
        }
        foreach (var serverEvent in Wire.Committed(id))
            await session.SendAsync(serverEvent);
        if (world.IsTranscribed)
            _transcripts.Enqueue(id);
        if (_creates && !HasConversationResponse)
            _pending.Add(new($"resp_{++_begun}") { Request = null });
    }

    private async Task TakeAsync(ResponseCreateEvent request)
    {
        var isOutOfBand = request.Response?.Conversation == ResponseConversation.None;
        if (!isOutOfBand && HasConversationResponse)
        {
            Log.Add(new(BudgetEntryKind.Crossed, elapsed()) { Request = request });
            await session.SendAsync(Wire.Error("conversation_already_has_active_response", request.EventId));
            return;
        }
        Log.Add(new(BudgetEntryKind.Requested, elapsed()) { Request = request, InProgress = _pending.Count(response => response.IsCreated || response.Request is not null) });
        _pending.Add(new($"resp_{++_begun}") { Request = request });
    }

    private async Task ApplyAsync(SessionUpdateEvent update)
    {
        _creates = ((RealtimeSessionConfiguration)update.Session).Audio?.Input?.TurnDetection is ServerVad { CreateResponse: not false };
        await session.AnswerUpdateAsync(update);
    }

    private async Task TranscribeAsync(string itemId)
    {
        var tokens = random.Next(1, 200);
        Log.Add(new(BudgetEntryKind.Transcribed, elapsed()) { Tokens = tokens });
        await session.SendAsync(Wire.Transcript(itemId, "Soup.") with { Usage = new TranscriptionTokenUsage { TotalTokens = tokens, InputTokens = tokens - 1, OutputTokens = 1 } });
    }

    private async Task ProgressAsync(ServedResponse response)
    {
        if (response.IsCreated)
        {
            await EndAsync(response);
            return;
        }
        response.IsCreated = true;
        await session.SendAsync(Wire.Created(response.Id, world.ShowsMetadata ? response.Request?.Response?.Metadata : null, response.IsOutOfBand ? null : "conv_1"));
    }

    private async Task EndAsync(ServedResponse response)
    {
        _pending.Remove(response);
        var tokens = random.Next(random.Next(8) == 0 ? 4_000 : 600);
        Log.Add(new(BudgetEntryKind.Used, elapsed()) { Request = response.Request, Tokens = tokens, IsResponse = true });
        var done = Wire.Done(
            response.Id, response.IsCanceled ? ResponseStatus.Cancelled : ResponseStatus.Completed, response.Request?.Response?.Metadata ?? new Dictionary<string, string>(),
            response.IsOutOfBand ? null : "conv_1", usage: BudgetTests.Tokens(tokens));
        List<ConversationItem> output = [Wire.Message($"item_{response.Id}", "Soup.")];
        if (response is { IsCanceled: false, IsOutOfBand: false } && random.Next(4) == 0)
        {
            var call = Wire.Call($"call_{response.Id}");
            OpenCalls.Add(call.CallId!);
            output.Add(call);
        }
        await session.SendAsync(done with { Response = done.Response with { Output = output } });
    }
}

/// <summary>A response that is in progress; without a request, turn detection has begun it.</summary>
internal sealed record ServedResponse(string Id)
{
    public required ResponseCreateEvent? Request { get; init; }

    public bool IsOutOfBand => Request?.Response?.Conversation == ResponseConversation.None;

    public bool IsCreated { get; set; }

    public bool IsCanceled { get; set; }
}

internal enum BudgetEntryKind
{
    /// <summary>The client has requested a response, which begins.</summary>
    Requested,

    /// <summary>The client has requested a response when another had begun, and is refused.</summary>
    Crossed,

    /// <summary>A response has ended.</summary>
    Used,

    /// <summary>A transcript has ended.</summary>
    Transcribed,

    /// <summary>The conversation has handled everything before.</summary>
    Settled,
}

internal sealed record BudgetEntry(BudgetEntryKind Kind, TimeSpan At)
{
    public ResponseCreateEvent? Request { get; init; }

    /// <summary>The number of other responses that the client knew of.</summary>
    public int InProgress { get; init; }

    public int Tokens { get; init; }

    public bool IsResponse { get; init; }

    public override string ToString() => $"{Kind} {Tokens} at {At.TotalSeconds:0.000}{(Request is null ? "" : $": {Request.Response?.Instructions?.Split('\n')[^1]}, beside {InProgress}")}";

    public bool Is(string instructions) => Request?.Response?.Instructions?.EndsWith(instructions, StringComparison.Ordinal) == true;
}
