namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>One conversation with the emulator in virtual time: a world and a script, both from a seed, and what was observed.</summary>
internal sealed class ConversationRun : IAsyncDisposable
{
    private static readonly TimeSpan MaxEnd = TimeSpan.FromMinutes(8), Grace = TimeSpan.FromMilliseconds(200);

    private const int Attempts = 5;

    private readonly List<(string Name, Task Task)> _tasks = [];
    private readonly List<UpdateReading> _readings = [];
    private readonly List<ConversationReply> _replies = [];
    private readonly List<string> _failures = [];
    private readonly HashSet<ConversationEndReason> _possibleEnds = [];
    private readonly RealtimeEmulator _emulator;
    private readonly RealtimeClient _client;
    private readonly CancellationTokenSource _over = new();
    private RealtimeConnection? _connection;
    private RealtimeConversation? _conversation;

    private ConversationRun(ConversationWorld world, VirtualTime time, RunLog log, RealtimeEmulator emulator)
    {
        (World, Time, Log, _emulator) = (world, time, log, emulator);
        _client = emulator.CreateClient();
        Player = world.Player == PlayerKind.None ? null : new(world.Player, time, log, world.PlayerFailsAfter);
    }

    public ConversationWorld World { get; }

    public VirtualTime Time { get; }

    public RunLog Log { get; }

    public TestPlayer? Player { get; }

    public RealtimeConversation Conversation => _conversation!;

    public RealtimeConnection Connection => _connection!;

    public EmulatorSession Session => _emulator.Sessions[0];

    public IReadOnlyList<EmulatorViolation> Violations => _emulator.Violations;

    public IReadOnlyList<UpdateReading> Readings => _readings;

    public RandomFunctions Functions => field ??= new(this);

    public RandomAgents Agents => field ??= new(this);

    public IReadOnlyList<ConversationReply> Replies
    {
        get
        {
            lock (_tasks)
                return [.. _replies];
        }
    }

    /// <summary>Whether requests may arrive when a response has begun that the client could not know of, or the server has lied.</summary>
    public bool MayCross { get; set; }

    /// <summary>Adds reasons for which the conversation may have ended.</summary>
    public void MayEnd(params ReadOnlySpan<ConversationEndReason> reasons)
    {
        Log.Note(Notes.Ending);
        lock (_possibleEnds)
            _possibleEnds.UnionWith(reasons.ToArray());
    }

    /// <summary>Requests a reply, and gives its response metadata by which it is recognized.</summary>
    public void Respond(ReplyOptions options, string how, string? verbatim = null)
    {
        lock (_tasks)
        {
            var metadata = new Dictionary<string, string> { ["waits"] = options.WaitForUser ? "yes" : "no", ["reply"] = $"{_replies.Count}" };
            if (options.OnBusy == WhenBusy.Replace)
                Log.Note(Notes.Withdrawn);
            Log.Note($"Respond({_replies.Count} {how})");
            options = options with { Response = (options.Response ?? new()) with { Metadata = metadata } };
            var reply = verbatim is null ? Conversation.Respond(options) : Conversation.Say(verbatim, options);
            _replies.Add(reply);
            _ = reply.Completion.ContinueWith(
                completion => Log.Add(new(LogKind.ReplyCompleted, metadata["reply"]) { Checked = completion.Result.Text }),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Runs a seed and checks everything.</summary>
    /// <returns>What was violated, and the log; null if nothing was.</returns>
    public static async Task<(string Failures, string Log)?> CheckAsync(int seed)
    {
        var world = ConversationWorld.Create(seed);
        var time = new VirtualTime { ExpectTimeout = TimeSpan.FromSeconds(20) };
        var log = new RunLog(time);
        await using var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = time,
            Seed = seed,
            Model = new() { Pace = world.Pace, SpeaksInTones = true, ShowsMetadataInCreated = world.ShowsMetadata, SessionDuration = TimeSpan.FromDays(30) },
        });
        AddAnswers(emulator.Model, world.Functions, new(seed));
        await using var run = new ConversationRun(world, time, log, emulator);
        List<string> failures;
        try
        {
            await run.RunAsync();
            failures = run.Check();
        }
        catch (Exception exception)
        {
            failures = [$"The run failed: {exception}"];
        }
        return failures.Count == 0 ? null : ($"Seed {seed}:\n{string.Join('\n', failures.Take(10))}", $"The log of seed {seed} in {world}:\n{log}");
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Player?.Release();
        if (_connection is not null)
            await _connection.DisposeAsync();
        _client.Dispose();
        _over.Dispose();
    }

    /// <summary>Notes work that must end, with an exception only where that is expected.</summary>
    public void Track(string name, Func<Task> work, params Type[] expected)
    {
        Log.Note($"{name} begins");
        lock (_tasks)
            _tasks.Add((name, ObserveAsync()));

        async Task ObserveAsync()
        {
            try
            {
                await work();
                Log.Note($"{name} ends");
            }
            catch (Exception exception)
            {
                Log.Note($"{name} ends with {exception.GetType().Name}: {exception.Message}");
                if (!expected.Any(type => type.IsInstanceOfType(exception)))
                    Fail($"{name} has thrown {exception}");
            }
        }
    }

    public void Read(TimeSpan pause, int leavesAfter)
    {
        var reading = new UpdateReading(_readings.Count == 0, pause, leavesAfter);
        _readings.Add(reading);
        var number = _readings.Count;
        Track($"reader {number}", () => reading.ReadAsync(Conversation, Time, update => Answer(update, number)));
    }

    private void Answer(ConversationUpdate update, int reader)
    {
        if (update is HandoffUpdate handoff)
            Log.Add(new(LogKind.HandoffRead, handoff.To) { CallId = $"{reader}" });
        if (update is ApprovalUpdate approval && Functions.Answer(approval) is { } answer)
            Track($"the answer to {approval.Call.CallId}", answer);
    }

    private void Fail(string failure)
    {
        lock (_failures)
            _failures.Add(failure);
    }

    private async Task RunAsync()
    {
        _connection = await _client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1" });
        _connection.OnMessage((in RealtimeMessage message) => Log.Add(message));
        var starting = Posted(async () => _conversation = await _connection.StartConversationAsync(Agents.First, new()
        {
            TimeProvider = Time,
            Player = Player,
            LeaveConnectionOpen = World.LeavesConnectionOpen,
            Input = World.Input,
            Services = World.Functions.HasServices ? new ScopeLog(Log) : null,
            Approve = Functions.Approve,
            Limits = new()
            {
                FunctionTimeout = World.Functions.FunctionTimeout,
                BackgroundFunctionTimeout = World.Functions.BackgroundTimeout,
                ApprovalTimeout = World.Functions.ApprovalTimeout,
                MaxConcurrentFunctions = World.Functions.MaxConcurrentFunctions,
                MaxFunctionRounds = World.Functions.MaxFunctionRounds,
            },
        }));
        using (Time.Hold())
            await starting.WithTimeout();
        _ = Conversation.Completion.ContinueWith(_ => Log.Note(Notes.End), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var script = new ConversationScript(this, new(World.Seed));
        await Time.RunUntilAsync(Posted(() => WithinAsync(script.RunAsync(), "the script")));
        await Time.RunUntilAsync(Posted(EndAsync));
    }

    private async Task EndAsync()
    {
        await WithinAsync(Conversation.Completion, "Completion");
        List<(string Name, Task Task)> tasks;
        lock (_tasks)
            tasks = [.. _tasks];
        foreach (var (name, task) in tasks)
            await WithinAsync(task, name);
        foreach (var reply in Replies)
        {
            await WithinAsync(reply.Completion, "Completion of a reply");
            await WithinAsync(reply.Heard, "Heard of a reply");
        }
        Read(TimeSpan.Zero, int.MaxValue);
        await WithinAsync(_tasks[^1].Task, "a reader after the end");
        await Task.Delay(TimeSpan.FromSeconds(15), Time);
    }

    private async Task WithinAsync(Task task, string name)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // What is not counted as work, such as the end of a socket, may need some real time.
            if (attempt > 0)
                await Task.WhenAny(task, Task.Delay(Grace, TimeProvider.System, _over.Token));
            if (await Task.WhenAny(task, Task.Delay(MaxEnd, Time, _over.Token)) == task)
            {
                await task;
                return;
            }
        }
        Fail($"{name} did not end within {MaxEnd.TotalMinutes} minutes.");
    }

    /// <summary>Runs code in the clock's context, where all of it counts as work.</summary>
    private Task Posted(Func<Task> work)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Time.CallbackContext.Post(
            async _ =>
            {
                try
                {
                    await work();
                    completion.SetResult();
                }
                catch (Exception exception)
                {
                    completion.SetException(exception);
                }
            },
            null);
        return completion.Task;
    }

    private List<string> Check()
    {
        var failures = new List<string>(_failures);
        if (!Conversation.Completion.IsCompletedSuccessfully)
            return [.. failures, $"Completion is {Conversation.Completion.Status}."];
        if (Conversation.OpenCalls.Count > 0)
            failures.Add($"Calls are open after the end: {string.Join(", ", Conversation.OpenCalls)}.");
        failures.AddRange(new WireOracle(World, Log.Entries).Check());
        if (Player is not null)
            failures.AddRange(new PlayerOracle(Player, Log.Entries, Conversation.Turns).Check());
        failures.AddRange(UpdateOracle.Check(this));
        failures.AddRange(ItemOracle.Check(Conversation, Log.Entries));
        if (!World.Functions.IsEmpty)
            failures.AddRange(CheckFunctions(Log.Entries));
        if (!World.Agents.IsEmpty)
            failures.AddRange([.. AgentOracle.Check(this), .. GuardrailOracle.Check(this), .. new BackgroundOracle(World, Log.Entries).Check()]);

        failures.AddRange(Violations.Where(violation => !IsExpected(violation)).Select(violation => $"The emulator reports: {violation}"));
        if (Conversation.Completion.Result is { Reason: var reason } && !_possibleEnds.Contains(reason))
            failures.Add($"The conversation ended with {reason}, and not with one of {string.Join(", ", _possibleEnds)}.");
        return failures;
    }

    private IEnumerable<string> CheckFunctions(IReadOnlyList<LogEntry> log)
    {
        var calls = Conversation.Turns.SelectMany(turn => turn.Calls).ToList();
        EndedCall[] ended = [.. calls.Select(call => new EndedCall(call.CallId, call.Status))];
        var hasOneAgent = !log.Any(entry => entry.Kind == LogKind.Note && entry.Text.Contains("witch", StringComparison.Ordinal)) && World.Agents.IsEmpty;
        return [
            .. new ExecutionOracle(World.Functions, log, ended, hasOneAgent, World.Agents.Guardrails.Any(plan => !plan.IsOfOutput)).Check(),
            .. new FollowUpOracle(World.Functions, log, ended).Check(),
            .. CallUpdateOracle.Check(log, ended, [.. Readings.Select(CallReading.Of)]),
        ];
    }

    private bool IsExpected(EmulatorViolation violation) => violation switch
    {
        // The script deletes what may be deleted already or be truncated at that time, and speaks on before it asks for the answer.
        { EventType: "conversation.item.delete" } or { Rule: "item_truncate_invalid_item_id" } or { Rule: EmulatorViolationRule.AudioAfterCommit } => true,
        { Rule: "conversation_already_has_active_response" } => MayCross,

        // An agent has a session that must be refused.
        { EventType: "session.update" } => !World.Agents.IsEmpty,

        // A function may take longer than the user waits, or the conversation lasts; the oracles of functions know when an output or a request is missing. The server
        // forgets calls that were deleted, and does not know those that are injected.
        { Rule: EmulatorViolationRule.UnansweredFunctionCall or EmulatorViolationRule.NoResponseAfterFunctionCallOutput or EmulatorViolationRule.UndeclaredFunction } => true,
        { Rule: "invalid_tool_call_id" } => true,
        { Rule: EmulatorViolationRule.DuplicateFunctionCallOutput } => Log.Entries.Any(entry => entry.Kind == LogKind.Sent && !CallLog.IsOwn(entry)),
        _ => false,
    };

    /// <summary>Creates an agent, which may lack some of the functions.</summary>
    public RealtimeAgent CreateAgent(string name, Func<FunctionPlan, bool>? has = null) => new()
    {
        Name = name,
        Functions = [.. Functions.Create(has ?? (plan => (plan.Name[^1] + name.Length) % 3 > 0))],
        Session = new()
        {
            Instructions = $"You are {name}.",
            Tools = Functions.Tools(),
            ParallelToolCalls = World.Functions.CallsInParallel,
            Audio = new() { Input = new() { TurnDetection = World.TurnDetection, Transcription = World.IsTranscribed ? new TranscriptionConfiguration { Model = "gpt-live-transcribe" } : null } },
        },
    };

    /// <summary>Answers that differ from the first letter, so that audio tells whose it is.</summary>
    private static void AddAnswers(EmulatorModel model, FunctionWorld functions, Random random)
    {
        if (functions.Mcp is not null)
            model.AddMcpServer(new() { Label = FunctionWorld.McpLabel, Tools = [new() { Name = FunctionWorld.McpTool }] });
        var rule = model.When("");
        for (var i = 0; i < 40; i++)
        {
            foreach (var (name, arguments) in functions.Answers.ElementAtOrDefault(i) ?? [])
                rule.Calls(name, arguments);
            rule.Says(string.Join(' ', Enumerable.Range(0, random.Next(1, 9)).Select(_ => $"{(char)('A' + (i % 26))}{Word(random)}")));
        }
    }

    private static string Word(Random random) => new([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (char)('a' + random.Next(26)))]);
}
