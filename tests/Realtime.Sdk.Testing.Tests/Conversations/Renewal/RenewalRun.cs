using System.Text.Json;
using Realtime.Sdk.Testing.Tests.Conversations.Agents;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>One conversation with the emulator in virtual time, whose sessions are lost at random, and what its servers and its app have seen.</summary>
internal sealed class RenewalRun : IAsyncDisposable
{
    private static readonly TimeSpan MaxEnd = TimeSpan.FromMinutes(12);

    private readonly Random _random;
    private readonly VirtualTime _time = new() { ExpectTimeout = TimeSpan.FromSeconds(20) };
    private readonly RunLog _log;
    private readonly List<(string Name, Task Task)> _tasks = [];
    private readonly List<ConversationReply> _replies = [];
    private readonly List<string> _failures = [];
    private readonly Lock _lock = new();
    private readonly List<SessionEntry> _wire = [];
    private RealtimeEmulator? _emulator;
    private RealtimeClient? _client;
    private RealtimeConversation? _conversation;
    private UpdateLog? _updates;
    private int _questions, _words;
    private bool _isListening;
    private TurnDetection? _detection;

    private RenewalRun(int seed) => (_random, _log) = (new(seed), new(_time));

    private RealtimeConversation Conversation => _conversation!;

    /// <summary>Runs a seed and checks everything.</summary>
    /// <returns>What was violated, and the log; null if nothing was.</returns>
    public static async Task<(string Failures, string Log)?> CheckAsync(int seed)
    {
        await using var run = new RenewalRun(seed);
        try
        {
            await run.RunAsync(seed);
            run.Check();
        }
        catch (Exception exception)
        {
            run.Fail($"The run failed: {exception}");
        }
        return run._failures.Count == 0 ? null : ($"Seed {seed}:\n{string.Join('\n', run._failures.Take(10))}", $"The log of seed {seed}:\n{run._log}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_conversation is not null)
            await _conversation.DisposeAsync();
        _client?.Dispose();
        if (_emulator is not null)
            await _emulator.DisposeAsync();
    }

    private async Task RunAsync(int seed)
    {
        _emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = _time,
            Seed = seed,
            OnTraffic = Observe,
            Model = new() { Pace = _random.Next(5) == 0 ? EmulatorPace.Instant : EmulatorPace.AtFactor(1 + (_random.NextDouble() * 9)), SpeaksInTones = true },
        });
        var rule = _emulator.Model.When("");
        for (var i = 0; i < 30; i++)
        {
            for (var calls = Math.Max(0, _random.Next(6) - 3); calls > 0; calls--)
                rule.Calls(_random.Next(7) switch { 0 => "fast", 1 => "slow", 2 => "careful", 3 or 4 => "errand", 5 => "transfer_to_second", _ => "transfer_back" });
            rule.Says(string.Join(' ', Enumerable.Range(0, _random.Next(1, 12)).Select(word => $"a{i}w{word}")));
        }
        _detection = _random.Next(4) switch { 0 => TurnDetection.Disabled, 1 => new ServerVad { CreateResponse = false }, _ => null };
        _client = _emulator.CreateClient();
        using (_time.Hold())
            await Posted(StartAsync).WithTimeout();
        await _time.RunUntilAsync(Posted(ScriptAsync));
        await _time.RunUntilAsync(Posted(EndAsync));
    }

    private async Task StartAsync()
    {
        _conversation = await _client!.StartConversationAsync(CreateAgent("first"), new()
        {
            Approve = async (_, cancellationToken) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(2), _time, cancellationToken);
                return true;
            },
            Limits = new() { MaxConcurrentFunctions = _random.Next(1, 4) },
            Renewal = new()
            {
                MaxSessionDuration = _random.Next(2) == 0 ? TimeSpan.FromSeconds(_random.Next(3, 60)) : null,
                Before = TimeSpan.FromSeconds(_random.Next(1, 20)),
                HistoryTokens = _random.Next(3) switch { 0 => 0, 1 => 60, _ => 4_000 },
                MaxBufferedAudio = _random.Next(3) == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(30),
                MaxAttempts = _random.Next(4) == 0 ? 2 : 1_000,
                FirstDelay = _random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1),
                ReplyAfterLoss = _random.Next(2) == 0 ? "Say that the connection was interrupted." : null,
                RewriteHistory = _random.Next(4) switch { 0 => (_, _, _) => throw new InvalidOperationException("No."), 1 => (items, _, _) => new(items), _ => null },
            },
        });
        _updates = new(Conversation);
        _ = Conversation.Completion.ContinueWith(_ => _log.Note(Notes.End), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ScriptAsync()
    {
        for (var steps = _random.Next(4, 16); steps > 0; steps--)
        {
            Step();
            if (_random.Next(4) > 0)
                await Task.Delay(Delay(3_000), _time);
        }
        if (_random.Next(3) > 0)
            await Task.Delay(Delay(30_000), _time);
        if (_random.Next(3) == 0)
            Lose();
        if (_random.Next(3) == 0)
            await Task.Delay(Delay(500), _time);
        if (_random.Next(2) == 0)
            Track("EndAsync", () => Conversation.EndAsync(_random.Next(2) == 0 ? "Say goodbye." : null), ConversationScript.EndOfConnection);
        else
            Track("DisposeAsync", () => Conversation.DisposeAsync().AsTask());
    }

    private void Step()
    {
        switch (_random.Next(27))
        {
            case < 6:
                Say();
                break;
            case < 9:
                Ask();
                break;
            case < 12:
                Respond();
                break;
            case 12:
                Track("InterruptAsync", () => Conversation.InterruptAsync(), ConversationScript.EndOfConnection);
                break;
            case 13:
                Track("AddAsync", () => Conversation.AddAsync(ConversationItem.SystemText("Remember this.")), ConversationScript.EndOfConnection);
                break;
            case 14:
                Track("SwitchAgentAsync", () => Conversation.SwitchAgentAsync(CreateAgent($"agent{_random.Next(9)}")), [.. ConversationScript.EndOfConnection, typeof(InvalidOperationException)]);
                break;
            case 15 when _replies.Count > 0:
                Track("CancelAsync", () => _replies[_random.Next(_replies.Count)].CancelAsync(), ConversationScript.EndOfConnection);
                break;
            case 16:
                Track("DeleteAsync", () => Conversation.DeleteAsync(Conversation.Items is { Count: > 0 } items ? items[_random.Next(items.Count)].Id! : "item_none"), ConversationScript.EndOfConnection);
                break;
            case > 24:
                var call = Conversation.OpenCalls is [var open, ..] ? open.CallId : "call_none";
                _log.Add(new(LogKind.CanceledByApp, "CancelCall") { CallId = call });
                Conversation.CancelCall(call);
                break;
            case 24:
                RunTask();
                break;
            default:
                Lose();
                break;
        }
    }

    private void RunTask()
    {
        var stop = new CancellationTokenSource();
        var delay = Delay(6_000);
        Track("RunAsync", () => Conversation.RunAsync(CreateAgent("task") with { Handoffs = [] }, TaskJson.Default.Int32, stop.Token), [.. ConversationScript.EndOfConnection, typeof(InvalidOperationException)]);
        Track("the end of the task", async () =>
        {
            await Task.Delay(delay, _time);
            Cancel();
        });

        // CancelAsync would call the registrations on the thread pool, where they do not count as work.
        void Cancel() => stop.Cancel();
    }

    private void Lose()
    {
        for (var refused = Math.Max(0, _random.Next(5) - 2); refused > 0; refused--)
        {
            _emulator!.RespondNext(_random.Next(3) switch
            {
                0 => new() { StatusCode = 503 },
                1 => new() { StatusCode = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } },
                _ => new() { Delay = Delay(8_000) },
            });
        }
        var session = _emulator!.Sessions[^1];
        _log.Note($"the connection of session {_emulator.Sessions.Count - 1} is lost");
        switch (_random.Next(5))
        {
            case 4:
                // What the client sends does not arrive anymore.
                session.StopReading();
                Track("the connection is lost later", async () =>
                {
                    await Task.Delay(Delay(2_000), _time);
                    session.End(ConnectionFailure.Reset);
                });
                break;
            case 0:
                session.End(ConnectionFailure.Fin, _random.Next(400));
                break;
            case 1:
                session.End(ConnectionFailure.Reset, _random.Next(400));
                break;
            case 2:
                session.End(ConnectionFailure.Reset);
                break;
            default:
                Track("close with an error", () => session.CloseAsync(_random.Next(4) switch { 0 => 1001, 1 => 1011, 2 => 1012, _ => 1013 }), typeof(Exception));
                break;
        }
    }

    private void Say()
    {
        if (_isListening)
            return;
        var words = string.Join(' ', Enumerable.Range(0, _random.Next(1, 8)).Select(_ => $"u{_words++}w"));
        Track($"the user says {words}", async () =>
        {
            _isListening = true;
            await Conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(ToneSpeech.Encode(words)), isLive: false));
            _isListening = false;
        }, ConversationScript.EndOfConnection);
    }

    private void Ask()
    {
        var question = $"question {_questions++}";
        Track($"AskAsync({question})", () => Conversation.AskAsync(question), [.. ConversationScript.EndOfConnection, typeof(InvalidOperationException)]);
    }

    private void Respond()
    {
        var isOutOfBand = _random.Next(5) == 0;
        _log.Note($"Respond({_replies.Count})");
        _replies.Add(Conversation.Respond(new()
        {
            OnBusy = (WhenBusy)_random.Next(4),
            Response = new()
            {
                Conversation = isOutOfBand ? ResponseConversation.None : ResponseConversation.Auto,
                Metadata = new Dictionary<string, string> { ["reply"] = $"{_replies.Count}" },
            },
        }));
    }

    private RealtimeAgent CreateAgent(string name) => ScriptedConversation.Agent with
    {
        Name = name,
        Handoffs = name == "first" ? [CreateAgent("second")] : [AgentHandoff.Back],
        Guardrails = [Guardrail.OnOutput("no_fours", CheckAsync), Guardrail.OnArguments("some_calls", async (call, _, cancellationToken) => await CheckAsync(call.CallId, null!, cancellationToken))],
        Session = ScriptedConversation.Agent.Session with
        {
            Instructions = $"You are {name}.",
            Audio = new() { Input = new() { TurnDetection = _detection, Transcription = new TranscriptionConfiguration { Model = "gpt-4o-transcribe" } } },
        },
        Functions = [Create("fast", 1_000), Create("slow", 20_000), Create("careful", 3_000) with { RequiresApproval = true }, Create("errand", 15_000) with { Background = true }],
    };

    private async Task<string?> CheckAsync(string text, AgentContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(text.Length * 10), _time, cancellationToken);
        return text.Contains(text.StartsWith("call_", StringComparison.Ordinal) ? "00" : "w4", StringComparison.Ordinal) ? "Not this." : null;
    }

    private AgentFunction Create(string name, int maxMilliseconds) => AgentFunction.Create(name, $"Function {name}.", async (call, cancellationToken) =>
    {
        _log.Add(new(LogKind.Began, name) { CallId = call.Call.CallId });
        await Task.Delay(TimeSpan.FromMilliseconds(new Random(call.Call.CallId.Sum(letter => letter)).Next(maxMilliseconds)), _time, cancellationToken);
        return $"output of {call.Call.CallId}";
    });

    private async Task EndAsync()
    {
        await WithinAsync(Conversation.Completion, "Completion");
        foreach (var (name, task) in _tasks.ToList())
            await WithinAsync(task, name);
        foreach (var reply in _replies)
            await WithinAsync(Task.WhenAll(reply.Completion, reply.Heard), "a reply");
        await WithinAsync(_updates!.Reading, "the reader");
        await Task.Delay(TimeSpan.FromSeconds(15), _time);
    }

    private async Task WithinAsync(Task task, string name)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            // What is not counted as work, such as the end of a socket, may need some real time.
            if (attempt > 0)
                await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
            if (await Task.WhenAny(task, Task.Delay(MaxEnd, _time)) == task)
                return;
        }
        Fail($"{name} did not end within {MaxEnd.TotalMinutes} minutes.");
    }

    private void Track(string name, Func<Task> work, params Type[] expected)
    {
        _log.Note($"{name} begins");
        _tasks.Add((name, ObserveAsync()));

        async Task ObserveAsync()
        {
            try
            {
                await work();
                _log.Note($"{name} ends");
            }
            catch (Exception exception)
            {
                _log.Note($"{name} ends with {exception.GetType().Name}: {exception.Message}");
                if (!expected.Any(type => type.IsInstanceOfType(exception)))
                    Fail($"{name} has thrown {exception}");
            }
        }
    }

    private void Observe(EmulatorTraffic traffic)
    {
        var json = JsonDocument.Parse(traffic.Bytes).RootElement;
        var type = json.Text("type") ?? "";
        if (type is "input_audio_buffer.append" or "response.output_audio.delta" or "response.output_audio_transcript.delta")
            return;
        lock (_lock)
            _wire.Add(new(traffic.Session.Id, _time.Elapsed, traffic.IsFromClient, type, json));
        _log.Add(new(traffic.IsFromClient ? LogKind.Sent : LogKind.Received, type) { Json = json });
    }

    private void Check()
    {
        if (!Conversation.Completion.IsCompleted)
            return;
        lock (_lock)
            _failures.AddRange(RenewalOracle.Check(_wire, _log.Entries, _updates!.All, Conversation, _replies));
        _failures.AddRange(_emulator!.Violations.Where(violation => !IsExpected(violation)).Select(violation => $"The emulator reports: {violation}"));
    }

    private static bool IsExpected(EmulatorViolation violation) => violation switch
    {
        // The script deletes what may be deleted already, and calls are lost with their sessions.
        { EventType: "conversation.item.delete" } or { Rule: EmulatorViolationRule.AudioAfterCommit } or { Rule: "item_truncate_invalid_item_id" } => true,
        { Rule: EmulatorViolationRule.UnansweredFunctionCall or EmulatorViolationRule.NoResponseAfterFunctionCallOutput } => true,
        { Rule: "invalid_tool_call_id" or EmulatorViolationRule.UndeclaredFunction } => true,
        _ => false,
    };

    private Task Posted(Func<Task> work)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _time.CallbackContext.Post(
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

    private TimeSpan Delay(int maxMilliseconds) => TimeSpan.FromMilliseconds(_random.Next(maxMilliseconds));

    private void Fail(string failure)
    {
        lock (_lock)
            _failures.Add(failure);
    }
}

/// <summary>A message of one session, as the server has received or sent it.</summary>
internal sealed record SessionEntry(string SessionId, TimeSpan At, bool IsFromClient, string Type, JsonElement Json);
