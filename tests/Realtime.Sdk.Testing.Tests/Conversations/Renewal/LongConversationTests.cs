using System.Collections.Concurrent;
using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>The memory of other tests must not be measured.</summary>
[CollectionDefinition(nameof(LongConversationTests), DisableParallelization = true)]
public sealed class LongConversationCollection;

/// <summary>
/// Conversations that outlive many sessions, in virtual time. REALTIME_SDK_EXHAUSTIVE=1 runs a day with 288 losses, and 10,000 losses in a row.
/// </summary>
[Collection(nameof(LongConversationTests))]
public sealed class LongConversationTests
{
    private const int CyclesOfHour = 12;

    private static readonly bool IsExhaustive = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1";

    private readonly ConcurrentDictionary<string, int> _runs = [];
    private readonly ConcurrentDictionary<string, int> _outputs = [];
    private readonly List<string> _failures = [];
    private readonly Lock _lock = new();
    private readonly HashSet<(TurnRole Role, string Text)> _said = [];
    private IReadOnlyList<RenewalLossKind> _lost = [];
    private int _renewals;
    private int _requests;
    private int _lastChunk = -1;
    private int _replies;
    private int _losses;

    [Fact]
    public async Task For_hours_nothing_is_said_or_run_twice_and_every_loss_is_listed()
    {
        var cycles = (IsExhaustive ? 24 : 1) * CyclesOfHour;
        await using var talk = await StartAsync(new() { MaxSessionDuration = TimeSpan.FromHours(1) });
        talk.Emulator.Model.When("question").Says(words => $"Answer to {words}");
        talk.Emulator.Model.When("slow").Calls("cook", """{"waits":true}""").Says("Never.");
        talk.Emulator.Model.When("fast").Calls("cook").Says(words => $"Cooked for {words}");
        talk.Emulator.Model.When("long").Says(words => string.Join(' ', Enumerable.Repeat(words, 30)));
        var microphone = new NumberedMicrophone(talk.Time);
        var listening = talk.Conversation.ListenAsync(microphone);
        var (memory, timers) = (0L, 0);
        for (var i = 0; i < cycles; i++)
        {
            if (i == cycles / 3)
                (memory, timers) = (MemoryOf(), talk.Time.Timers);
            await RunCycleAsync(talk, i);
        }
        var (grown, timersAtEnd) = (MemoryOf() - memory, talk.Time.Timers);
        await talk.Conversation.DisposeAsync().WithTimeout();
        await listening.WithTimeout();

        _failures.Should().BeEmpty();
        grown.Should().BeLessThan(4 * 1024 * 1024);
        timersAtEnd.Should().BeCloseTo(timers, 4);
        _runs.Values.Should().OnlyContain(runs => runs == 1);
        _outputs.Values.Should().OnlyContain(outputs => outputs == 1);
        _requests.Should().Be(_replies);
        microphone.Given.Should().BeInRange((cycles * 3_000) - 10, (cycles * 3_000) + 10);
        _renewals.Should().Be(_losses);
    }

    [Fact]
    public async Task Thousands_of_losses_in_a_row_leave_nothing_behind()
    {
        var losses = IsExhaustive ? 10_000 : 150;
        await using var talk = await StartAsync(new() { MaxAttempts = int.MaxValue });
        await talk.AskAsync("Hello.");
        var (memory, timers) = (0L, 0);
        for (var i = 0; i < losses; i++)
        {
            if (i == losses / 3)
                (memory, timers) = (MemoryOf(), talk.Time.Timers);
            await talk.LoseAsync(i % 2 == 0 ? ConnectionFailure.Reset : ConnectionFailure.Fin);
            for (var waits = 0; _renewals <= i && waits < 5_000; waits++)
                await Task.Delay(1);
        }
        var (grown, timersAtEnd) = (MemoryOf() - memory, talk.Time.Timers);

        grown.Should().BeLessThan(2 * 1024 * 1024);
        timersAtEnd.Should().BeCloseTo(timers, 4);
        (await talk.AskAsync("Are you still there?")).Text.Should().NotBeEmpty();
        talk.Conversation.Items.Should().HaveCount(4);
        _renewals.Should().Be(losses);
    }

    /// <summary>Five minutes: questions, then a loss in one of several states, with what must be listed.</summary>
    private async Task RunCycleAsync(RenewingConversation talk, int cycle)
    {
        var end = talk.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        await CheckAsync(talk, $"question {cycle}a", $"Answer to question {cycle}a");
        _replies++;
        await CheckAsync(talk, $"fast {cycle}b", $"Cooked for fast {cycle}b");
        HashSet<RenewalLossKind> expected = [];
        Task asking = Task.CompletedTask;
        switch (cycle % 4)
        {
            case 0:
                break;
            case 1:
                asking = Begin(talk, $"long {cycle}c");
                expected.Add(RenewalLossKind.Response);
                break;
            case 2:
                asking = Begin(talk, $"slow {cycle}c");
                expected.Add(RenewalLossKind.FunctionCall);
                break;
            default:
                talk.Emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromSeconds(5) });
                break;
        }
        if (!asking.IsCompleted)
            await talk.AdvanceAsync(1);
        _losses++;
        await talk.LoseAsync((cycle / 4 % 2) == 0 ? ConnectionFailure.Reset : ConnectionFailure.Fin);
        await CheckAsync(talk, $"question {cycle}d", $"Answer to question {cycle}d");
        await asking.WithTimeout();
        if (!_lost.Where(kind => kind != RenewalLossKind.History).ToHashSet().SetEquals(expected))
            Fail($"Cycle {cycle} lost {string.Join(", ", _lost)}.");
        while (talk.Time.GetUtcNow() < end)
            await talk.AdvanceAsync(Math.Min(60, (end - talk.Time.GetUtcNow()).TotalSeconds));
    }

    private async Task CheckAsync(RenewingConversation talk, string question, string answer)
    {
        _replies++;
        var turn = await talk.AskAsync(question);
        if (turn.Text != answer || turn.WasInterrupted)
            Fail($"The answer to '{question}' is '{turn.Text}'.");
    }

    /// <summary>Asks a question whose answer the loss cuts off.</summary>
    private async Task Begin(RenewingConversation talk, string question)
    {
        _replies++;
        try
        {
            await talk.Conversation.AskAsync(question);
            Fail($"'{question}' was answered.");
        }
        catch (RealtimeConnectionException)
        {
        }
    }

    private Task<RenewingConversation> StartAsync(RenewalOptions renewal) => RenewingConversation.StartAsync(
        renewal,
        ScriptedConversation.Agent with { Functions = [AgentFunction.Create("cook", "Cooks a dish.", CookAsync)] },
        options => options with { Limits = new() { MaxTurns = 50, MaxItems = 50 } },
        keepsHistory: false,
        onTraffic: Observe,
        onUpdate: Read);

    private void Read(ConversationUpdate update)
    {
        switch (update)
        {
            case RenewalUpdate { Reason: RenewalReason.Lost } renewal:
                _renewals++;
                _lost = [.. renewal.NotCarriedOver.Select(loss => loss.Kind)];
                break;
            case TurnUpdate { Turn: { IsComplete: true, Text.Length: > 0 } turn } when !_said.Add((turn.Role, turn.Text)):
                Fail($"'{turn.Text}' was said twice.");
                break;
            case WarningUpdate warning:
                Fail($"There is a warning: {warning}");
                break;
            default:
                break;
        }
    }

    private async Task<string> CookAsync(FunctionCallContext call, CancellationToken cancellationToken)
    {
        _runs.AddOrUpdate(call.Call.CallId, 1, (_, runs) => runs + 1);
        if (call.Call.Arguments.Contains("waits", StringComparison.Ordinal))
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return "Cooked.";
    }

    private void Observe(EmulatorTraffic traffic)
    {
        if (!traffic.IsFromClient)
            return;
        lock (_lock)
        {
            if (traffic.Bytes.Span.IndexOf("\"input_audio_buffer.append\""u8) >= 0)
                Heard(traffic.Bytes.Span);
            else if (traffic.Bytes.Span.IndexOf("\"response.create\""u8) >= 0)
                _requests++;
            else if (traffic.Bytes.Span.IndexOf("\"function_call_output\""u8) >= 0)
                Output(JsonDocument.Parse(traffic.Bytes).RootElement.GetProperty("item"));
        }
    }

    private void Heard(ReadOnlySpan<byte> appended)
    {
        var number = NumberedMicrophone.NumberOf(appended);
        if (number <= _lastChunk)
            Fail($"Chunk {number} came after chunk {_lastChunk}.");
        _lastChunk = number;
    }

    /// <summary>Notes an output; those of the history have an ID.</summary>
    private void Output(JsonElement item)
    {
        if (item.TryGetProperty("id", out _))
            return;
        var callId = item.GetProperty("call_id").GetString()!;
        _outputs.AddOrUpdate(callId, 1, (_, outputs) => outputs + 1);
        if (!_runs.ContainsKey(callId))
            Fail($"The output of {callId} was sent, which has not run.");
    }

    private void Fail(string failure)
    {
        lock (_lock)
            _failures.Add(failure);
    }

    private static long MemoryOf()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
