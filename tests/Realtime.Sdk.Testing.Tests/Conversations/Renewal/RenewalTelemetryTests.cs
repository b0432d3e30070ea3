using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>What logs and metrics show of renewals.</summary>
public sealed class RenewalTelemetryTests
{
    [Fact]
    public async Task A_renewal_is_logged_and_counted_without_content()
    {
        var reasons = new ConcurrentQueue<object?>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Realtime.Sdk", Name: "realtime.conversation.renewals" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, value, tags, _) => reasons.Enqueue(value == 1 ? tags.ToArray().Single().Value : null));
        meters.Start();
        using var log = new RenewalLog(_ => { });
        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = 0 }, configure: options => options with { LoggerFactory = log });
        talk.Emulator.Model.When("").Says("my-canary");
        await talk.AskAsync("my-canary");

        await talk.LoseAsync();
        await talk.AdvanceAsync(56 * 60);

        var entries = log.Entries.Where(entry => entry.Id == 203).Select(entry => entry.Message).ToList();
        entries.Should().HaveCount(2);
        entries[0].Should().Contain("Lost").And.Contain("losses: 1");
        entries[1].Should().Contain("Scheduled").And.Contain("losses: 0");
        log.Entries.Should().NotContain(entry => entry.Message.Contains("canary", StringComparison.Ordinal));
        reasons.Should().Contain("lost").And.Contain("scheduled").And.NotContainNulls();
    }

    [Fact]
    public async Task Loggers_are_called_outside_the_lock_of_the_conversation()
    {
        RealtimeConversation? conversation = null;
        var blocked = 0;
        using var log = new RenewalLog(_ =>
        {
            if (conversation is { } current && !Task.Run(() => current.Status).Wait(TimeSpan.FromSeconds(5)))
                Interlocked.Increment(ref blocked);
        });
        var cook = new TestFunction();
        await using var talk = await RenewingConversation.StartAsync(new() { ReplyAfterLoss = "Say that it did not work." }, cook.Agent, options => options with { LoggerFactory = log });
        conversation = talk.Conversation;
        talk.Emulator.Model.When("soup").Calls("cook");
        _ = talk.Conversation.AskAsync("A soup, please.").ContinueWith(_ => { }, TaskScheduler.Default);
        await talk.AdvanceAsync(1);
        talk.RefuseNext(TimeSpan.FromSeconds(1));

        await talk.LoseAsync();
        await talk.AdvanceAsync(5);

        blocked.Should().Be(0);
        log.Entries.Should().Contain(entry => entry.Id == 203);
        talk.Renewals.Should().ContainSingle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Callbacks_of_a_renewal_can_end_the_conversation(bool inPrepare)
    {
        RealtimeConversation? conversation = null;
        var agent = ScriptedConversation.Agent with
        {
            Prepare = async (context, _) =>
            {
                if (inPrepare && conversation is not null)
                    await conversation.EndAsync(cancellationToken: CancellationToken.None);
                return context.Agent;
            },
        };
        await using var talk = await RenewingConversation.StartAsync(
            new()
            {
                RewriteHistory = async (items, _, _) =>
                {
                    await conversation!.DisposeAsync();
                    return items;
                },
            },
            agent);
        conversation = talk.Conversation;

        await talk.LoseAsync();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(inPrepare ? ConversationEndReason.Ended : ConversationEndReason.Disposed);
        talk.Renewals.Should().BeEmpty();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All.OfType<EndUpdate>().Should().ContainSingle();
    }

    private sealed class RenewalLog(Action<string> written) : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<(int Id, string Message)> _entries = [];

        public IReadOnlyList<(int Id, string Message)> Entries => [.. _entries];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var message = formatter(state, exception);
            _entries.Enqueue((eventId.Id, message));
            written(message);
        }

        public void Dispose()
        {
        }
    }
}
