using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>One random conversation with a budget, and a server that the test moves step by step.</summary>
internal sealed class BudgetRun : IAsyncDisposable
{
    private static readonly ReplyOptions Beside = new() { Instructions = "Classify.", Response = new() { Conversation = ResponseConversation.None } };

    private readonly FakeTimeProvider _time = new();
    private readonly TestFunction _cook = new();
    private readonly List<Task> _tasks = [];
    private readonly Random _random;
    private readonly BudgetWorld _world;
    private readonly RealtimeEmulator _emulator;
    private readonly RealtimeClient _client;
    private readonly DateTimeOffset _start;
    private RealtimeConnection? _connection;
    private RealtimeConversation? _conversation;
    private EmulatorSession? _session;
    private BudgetServer? _server;
    private UpdateLog? _updates;
    private int _marks;
    private bool _isEndedByApp;

    private BudgetRun(int seed, RealtimeEmulator emulator)
    {
        (_world, _random, _emulator, _client) = (BudgetWorld.Create(seed), new(seed), emulator, emulator.CreateClient());
        _start = _time.GetUtcNow();
    }

    private RealtimeConversation Conversation => _conversation!;

    private bool IsOver => Conversation.Completion.IsCompleted;

    private TimeSpan Elapsed => _time.GetUtcNow() - _start;

    /// <summary>Runs a seed; returns what was violated, or null.</summary>
    public static async Task<string?> CheckAsync(int seed)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        await using var run = new BudgetRun(seed, emulator);
        try
        {
            var failures = await run.RunAsync();
            return failures.Count == 0 ? null : run.Describe(string.Join('\n', failures.Take(5)));
        }
        catch (Exception exception)
        {
            return run.Describe($"The run failed: {exception}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_conversation is not null)
            await _conversation.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        _client.Dispose();
    }

    private async Task<IReadOnlyList<string>> RunAsync()
    {
        await StartAsync();
        for (var step = 0; step < _world.Steps && !IsOver; step++)
        {
            await ActAsync();
            await SettleAsync();
        }
        await EndAsync();
        await Conversation.Completion.WithTimeout();
        await Task.WhenAll(_tasks).WithTimeout();
        await _updates!.Reading.WithTimeout();
        return new BudgetOracle(_world, _server!.Log) { IsEndedByApp = _isEndedByApp }.Check(
            (await Conversation.Completion).Reason, Elapsed, [.. _updates.All.OfType<UsageUpdate>().Select(update => (update.Usage, update.Total))],
            [.. _updates.Warnings.Where(warning => warning.Kind == WarningKind.BudgetLow).Select(warning => warning.Message)]);
    }

    private string Describe(string failures) =>
        $"Seed {_world.Seed}: {failures}\n{_world}, {_conversation?.Status}, at {Elapsed}\n{string.Join('\n', _server?.Log.Select((entry, index) => $"  {index} {entry}") ?? [])}";

    private async Task StartAsync()
    {
        var connected = new TaskCompletionSource<EmulatorSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        _emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            connected.TrySetResult(session);
        });
        _connection = await _client.ConnectAsync("gpt-realtime-2").WithTimeout();
        var audio = new AudioConfiguration { Input = new() { TurnDetection = _world.TurnDetection, Transcription = new TranscriptionConfiguration { Model = "gpt-4o-transcribe" } } };
        _conversation = await _connection.StartConversationAsync(ScriptedConversation.Agent with { Session = new() { Audio = audio }, Functions = [_cook.Function] }, new()
        {
            TimeProvider = _time,
            Budget = _world.Budget,
            Prices = BudgetWorld.Prices,
            LeaveConnectionOpen = _world.LeavesConnectionOpen,
        }).WithTimeout();
        _updates = new(_conversation);
        _session = await connected.Task.WithTimeout();
        _server = new(_session, _world, _random, () => Elapsed);
    }

    private async Task ActAsync()
    {
        switch (_random.Next(24))
        {
            case 0 or 1 or 2:
                _tasks.Add(Conversation.Respond(new ReplyOptions { Instructions = "Go on.", OnBusy = (WhenBusy)_random.Next(4) }).Completion);
                break;
            case 3 or 4:
                _tasks.Add(Conversation.Respond(Beside with { OnBusy = _random.Next(3) == 0 ? WhenBusy.Refuse : WhenBusy.Queue }).Heard);
                break;
            case 5:
                _tasks.Add(AskAsync());
                break;
            case 6:
                _tasks.Add(Conversation.InterruptAsync().ContinueWith(_ => { }, TaskScheduler.Default));
                break;
            case 7 or 8 or 9 when _world.TurnDetection is ServerVad:
                await TryAsync(() => _server!.HearAsync());
                break;
            case 10 or 11:
                await ReturnAsync();
                break;
            case 12:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 1_500)));
                break;
            case 13 when _random.Next(10) == 0:
                BeginEnd(_random.Next(2) == 0 ? BudgetWorld.Last : null);
                break;
            default:
                await TryAsync(() => _server!.ProgressAsync());
                break;
        }
    }

    private void BeginEnd(string? instructions)
    {
        _isEndedByApp = true;
        _tasks.Add(Conversation.EndAsync(instructions).ContinueWith(_ => { }, TaskScheduler.Default));
    }

    private async Task AskAsync()
    {
        try
        {
            await Conversation.AskAsync("Soup?");
        }
        catch (Exception exception) when (exception is InvalidOperationException or RealtimeException)
        {
            // Replaced, refused, or not answered before the end.
        }
    }

    /// <summary>Lets a function return, if one runs, and waits until its output was sent.</summary>
    private async Task ReturnAsync()
    {
        if (_cook.Runs.FirstOrDefault(run => !run.Result.IsCompleted && !run.Token.IsCancellationRequested) is not { } run)
            return;
        var over = _updates!.WhenAsync<FunctionCallUpdate>(update => update.Call.IsOver && update.Call.CallId == run.Context.Call.CallId);
        run.Return("Done.");
        await Task.WhenAny(over, Conversation.Completion).WithTimeout();
    }

    /// <summary>Drives the conversation to its end. One that must end by itself gets no help.</summary>
    private async Task EndAsync()
    {
        for (var i = 0; i < 300 && !IsOver; i++)
        {
            await TryAsync(() => _server!.ProgressAsync());
            await ReturnAsync();
            await SettleAsync();
            if (_server!.IsIdle || i % 4 == 0)
                _time.Advance(TimeSpan.FromMilliseconds(500));
            await SettleAsync();
            if (i == 40 && !MustEnd())
                BeginEnd(instructions: null);
        }

        // What it still has to do needs no event and no time of the clock.
        await Conversation.Completion.WithTimeout();
    }

    private bool MustEnd()
    {
        var oracle = new BudgetOracle(_world, _server!.Log);
        oracle.Check(reason: null, Elapsed, [], []);
        return oracle.MustEnd;
    }

    /// <summary>Returns when the conversation has handled what was sent, and the server has taken what the conversation has sent since.</summary>
    private async Task SettleAsync()
    {
        for (var round = 0; round < 20 && !IsOver; round++)
        {
            await TryAsync(MarkAsync);
            await TryAsync(() => _server!.TakeAsync());

            // A request may be on its way.
            if (Conversation.Status != ConversationStatus.Thinking || _server!.HasConversationResponse || _server.OpenCalls.Count > 0)
                break;
        }
        if (!IsOver)
            _server!.Log.Add(new(BudgetEntryKind.Settled, Elapsed));
    }

    private async Task MarkAsync()
    {
        var marker = $"test.marker_{++_marks}";
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var handler = Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent.Type == marker)
                handled.TrySetResult();
        });
        await _session!.SendTextAsync($$"""{"type":"{{marker}}"}""");
        await Task.WhenAny(handled.Task, Conversation.Completion).WithTimeout();
        var ping = new InputAudioBufferClearEvent { EventId = marker };
        await _connection!.SendAsync(ping);
        await Task.WhenAny(_session.WhenReceivedAsync<InputAudioBufferClearEvent>(sent => sent.EventId == marker), Conversation.Completion).WithTimeout();
    }

    /// <summary>Does something that fails if the connection is closed meanwhile.</summary>
    private async Task TryAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (_session!.Completion.IsCompleted || IsOver || exception is RealtimeException or ObjectDisposedException)
        {
            await Conversation.Completion.WithTimeout();
        }
    }
}
