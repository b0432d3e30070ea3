namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Callbacks of an app that throw, block, or call back.</summary>
public sealed class HostileAppTests
{
    [Fact]
    public async Task A_source_whose_cancellation_throws_does_not_keep_the_conversation_from_ending()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var source = new CancelableSource(() => throw new InvalidOperationException("A bug of the app."));
        var listening = talk.Conversation.ListenAsync(source);
        await source.Reading.WithTimeout();

        await talk.Conversation.DisposeAsync().WithTimeout();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
        source.Release();
        await listening.WithTimeout();
    }

    [Fact]
    public async Task A_source_whose_cancellation_waits_for_the_end_does_not_keep_the_conversation_from_ending()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var source = new CancelableSource(() => talk.Conversation.Completion.Wait());
        var listening = talk.Conversation.ListenAsync(source);
        await source.Reading.WithTimeout();

        await talk.Conversation.DisposeAsync().WithTimeout();

        talk.Conversation.Completion.IsCompleted.Should().BeTrue();
        source.Release();
        await listening.WithTimeout();
    }

    [Fact]
    public async Task A_logger_may_wait_for_a_thread_that_reads_the_conversation()
    {
        var log = new CallbackLog();
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { LoggerFactory = log });
        var couldRead = false;
        log.OnLog = () => couldRead = Task.Run(() => talk.Conversation.Turns.Count).Wait(TestTimeout.Limit / 4);

        await talk.SendAsync(Wire.Error("odd"));

        couldRead.Should().BeTrue();
        log.Entries.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_logger_may_dispose_the_conversation()
    {
        var log = new CallbackLog();
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { LoggerFactory = log });
        log.OnLog = () => talk.Conversation.DisposeAsync().AsTask().Wait();

        await talk.Server.SendAsync(Wire.Error("odd"));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_may_wait_for_the_end_that_it_asks_for(bool disposes)
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var handler = talk.Conversation.OnEvent(_ =>
        {
            (disposes ? talk.Conversation.DisposeAsync().AsTask() : talk.Conversation.EndAsync()).Wait();
            ended.TrySetResult();
        });

        await talk.Server.SendAsync(Wire.Created("resp_1"));

        await ended.Task.WithTimeout();
        await talk.Conversation.Completion.WithTimeout();
    }

    [Fact]
    public async Task A_handler_may_call_everything()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var calls = 0;
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is not ResponseCreatedEvent)
                return;
            talk.Conversation.Respond("Go on.");
            _ = talk.Conversation.InterruptAsync();
            _ = (talk.Conversation.Turns, talk.Conversation.Items, talk.Conversation.Status, talk.Conversation.Usage);
            _ = new UpdateLog(talk.Conversation);
            talk.Conversation.OnEvent(_ => calls++);
        });

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", ResponseStatus.Cancelled));

        await talk.WhenRequestedAsync();
        calls.Should().BePositive();
    }

    [Fact]
    public async Task A_player_may_dispose_the_conversation_when_it_is_asked_for_its_position()
    {
        RealtimeConversation? conversation = null;
        var player = new CallingPlayer(() => conversation?.DisposeAsync().AsTask().Wait());
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Player = player });
        await talk.SpeakAsync("resp_1", "item_1", "Hello.", 500);
        conversation = talk.Conversation;

        await talk.Conversation.DisposeAsync().WithTimeout();

        talk.Conversation.Completion.IsCompleted.Should().BeTrue();
    }

    [Fact]
    public async Task A_player_may_hold_a_lock_that_another_thread_holds_while_it_reads_the_turns()
    {
        var gate = new Lock();
        var player = new CallingPlayer(() =>
        {
            lock (gate)
            {
            }
        });
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Player = player });
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                lock (gate)
                    _ = talk.Conversation.Turns;
            }
        });

        for (var i = 0; i < 50; i++)
            await talk.SendAsync([Wire.Created($"resp_{i}"), .. Wire.Speech($"resp_{i}", $"item_{i}", "Hello.", 100), Wire.SpeechStarted($"user_{i}"), Wire.Done($"resp_{i}", ResponseStatus.Cancelled)]);

        await stop.CancelAsync();
        await reading.WithTimeout();
        talk.Conversation.Turns.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Prepare_cannot_switch_the_agent()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var agent = ScriptedConversation.Agent with
        {
            Prepare = async (context, cancellationToken) =>
            {
                await talk.Conversation.SwitchAgentAsync(ScriptedConversation.Agent, cancellationToken);
                return context.Agent;
            },
        };

        await talk.Conversation.Invoking(conversation => conversation.SwitchAgentAsync(agent).WithTimeout()).Should().ThrowAsync<InvalidOperationException>().WithMessage("A Prepare callback*");

        var switching = talk.Conversation.SwitchAgentAsync(ScriptedConversation.Agent);
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await switching.WithTimeout();
    }

    [Fact]
    public async Task Waits_are_at_most_a_day()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        foreach (var limits in new ConversationLimits[] { new() { TranscriptTimeout = TimeSpan.MaxValue }, new() { ReplyTimeout = TimeSpan.MaxValue } })
        {
            await client.Invoking(start => start.StartConversationAsync(ScriptedConversation.Agent, new() { Limits = limits }))
                .Should().ThrowAsync<ArgumentOutOfRangeException>();
        }
        emulator.Sessions.Should().BeEmpty();
    }

    /// <summary>A source that gives no audio, and runs code of the test when it is canceled.</summary>
    private sealed class CancelableSource(Action canceled) : AudioSource
    {
        private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reading => _reading.Task;

        public override SampleFormat? Format => null;

        public override bool IsLive => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await using var registration = cancellationToken.Register(canceled);
            _reading.TrySetResult();
            return await _end.Task;
        }

        public void Release() => _end.TrySetResult(0);
    }

    /// <summary>A player that takes everything and calls the test whenever a member is called.</summary>
    private sealed class CallingPlayer(Action call) : AudioPlayer
    {
        public override SampleFormat Format => default;

        public override TimeSpan Played
        {
            get
            {
                call();
                return TimeSpan.Zero;
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
        {
            call();
            return ValueTask.CompletedTask;
        }

        public override ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default)
        {
            call();
            return new(TimeSpan.Zero);
        }

        public override Task DrainAsync(CancellationToken cancellationToken = default) => Task.Delay(Timeout.Infinite, cancellationToken);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
