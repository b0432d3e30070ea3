namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Rate limits that are nearly used up, and replies that wait for them.</summary>
public sealed class RateLimitTests
{
    private static readonly ConversationWatchdogOptions Waiting = new() { WaitForRateLimits = true };

    [Fact]
    public async Task A_limit_that_is_nearly_used_up_is_one_warning_until_it_has_recovered()
    {
        var world = new WatchdogWorld();

        var warnings = await world.RunAsync(async session =>
        {
            foreach (var remaining in new[] { 500, 100, 50, 0, 101, 90 })
            {
                await WatchdogWorld.SendAsync(session, Limits(remaining));
                await WatchdogWorld.DelayAsync(session, 1);
            }
        }, world.RespondAndWait(9));

        warnings.Should().Equal("RateLimit 1", "RateLimit 5");
        world.Warnings[0].Message.Should().Be("The rate limit \"tokens\" is nearly used up: 100 of 1000 remaining, reset in 20 seconds.");
        world.Sent.Should().Equal("response.create 0");
    }

    [Fact]
    public async Task Replies_wait_until_the_limit_is_reset()
    {
        var world = new WatchdogWorld { Watchdog = Waiting };

        await world.RunAsync(async session =>
        {
            await session.SendAsync(Limits(10));
            await WatchdogWorld.AnswerAsync(session, "resp_1");
        }, async conversation =>
        {
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            await world.RespondAndWait(40)(conversation);
        });

        world.Sent.Should().Equal("response.create 20");
        world.Statuses.Should().Equal(ConversationStatus.RateLimited, ConversationStatus.Thinking, ConversationStatus.Listening, ConversationStatus.Ended);
    }

    [Fact]
    public async Task A_limit_that_has_recovered_earlier_releases_the_replies()
    {
        var world = new WatchdogWorld { Watchdog = Waiting };

        await world.RunAsync(async session =>
        {
            await session.SendAsync(Limits(10));
            await WatchdogWorld.DelayAsync(session, 5);
            await session.SendAsync(Limits(500));
        }, async conversation =>
        {
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            await world.RespondAndWait(6)(conversation);
        });

        world.Sent.Should().Equal("response.create 5");
    }

    [Fact]
    public async Task A_server_that_never_resets_a_limit_holds_each_reply_for_the_maximum()
    {
        var world = new WatchdogWorld { Watchdog = Waiting with { MaxRateLimitWait = TimeSpan.FromSeconds(30) } };

        await world.RunAsync(async session =>
        {
            var answered = 0;
            for (var i = 0; i < 80; i++)
            {
                await session.SendAsync(Limits(0, 3600));
                await WatchdogWorld.DelayAsync(session, 1);
                if (session.Received.Count(message => message.Event is ResponseCreateEvent) == answered)
                    continue;
                await session.SendAsync(Limits(0, 3600));
                await WatchdogWorld.AnswerAsync(session, $"resp_{++answered}");
            }
        }, async conversation =>
        {
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(0.5));
            await world.RespondAndWait(90, replies: 2)(conversation);
        });

        world.Sent.Should().HaveCount(2);
        world.Sent[0].Should().Be("response.create 30");
        world.Sent[1].Should().MatchRegex("^response.create 6[012]$");
    }

    [Fact]
    public async Task A_reply_that_waits_can_be_canceled()
    {
        var world = new WatchdogWorld { Watchdog = Waiting };
        ConversationReply? reply = null;

        await world.RunAsync(session => session.SendAsync(Limits(10)), async conversation =>
        {
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            reply = conversation.Respond();
            await world.Time.RunUntilAsync(reply.CancelAsync()).WithTimeout();
            await world.Time.AdvanceAsync(TimeSpan.FromMinutes(1));
        });

        (await reply!.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Canceled);
        world.Sent.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""[{"name":"tokens","limit":0,"remaining":0,"reset_seconds":5}]""")]
    [InlineData("""[{"name":"tokens","limit":-5,"remaining":-7,"reset_seconds":5}]""")]
    [InlineData("""[{"name":"tokens","limit":1000,"remaining":"NaN","reset_seconds":"NaN"}]""")]
    [InlineData("""[{"name":"tokens","limit":1000}]""")]
    [InlineData("""[{"limit":1000,"remaining":0,"reset_seconds":-1}]""")]
    [InlineData("""[{"name":"tokens","limit":9223372036854775807,"remaining":9223372036854775807,"reset_seconds":1e300}]""")]
    [InlineData("""[{"name":null,"limit":1e400,"remaining":{},"reset_seconds":[]}]""")]
    [InlineData("""[null,7,"tokens"]""")]
    [InlineData("""{}""")]
    [InlineData("null")]
    public async Task Limits_that_say_nothing_hold_nothing(string limits)
    {
        var world = new WatchdogWorld { Watchdog = Waiting };

        await world.RunAsync(session => session.SendTextAsync($$"""{"type":"rate_limits.updated","event_id":"e","rate_limits":{{limits}}}"""), async conversation =>
        {
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            await world.RespondAndWait(5)(conversation);
        });

        world.Sent.Should().Equal("response.create 1");
    }

    [Theory]
    [InlineData("9223372036854775807", "-9223372036854775808", "922337203685")]
    [InlineData("1000", "-3", "1e9")]
    [InlineData("1", "0", "86400.5")]
    public async Task A_reset_in_the_far_future_holds_replies_for_the_maximum(string limit, string remaining, string reset)
    {
        var world = new WatchdogWorld { Watchdog = Waiting };

        var warnings = await world.RunAsync(
            session => session.SendTextAsync($$"""{"type":"rate_limits.updated","event_id":"e","rate_limits":[{"name":"x\u202E\n","limit":{{limit}},"remaining":{{remaining}},"reset_seconds":{{reset}}}]}"""),
            async conversation =>
            {
                await world.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
                await world.RespondAndWait(65)(conversation);
            });

        warnings[0].Should().Be("RateLimit 0");
        world.Warnings[0].Message.Should().NotContainAny("\u202E", "\n");
        world.Sent.Should().Equal("response.create 60");
    }

    [Fact]
    public async Task Only_some_of_countless_limits_are_reported()
    {
        var limits = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $$"""{"name":"limit{{i}}","limit":100,"remaining":1}"""));
        var world = new WatchdogWorld();

        var warnings = await world.RunAsync(session => session.SendTextAsync($$"""{"type":"rate_limits.updated","event_id":"e","rate_limits":[{{limits}}]}"""), world.Wait(5));

        warnings.Should().HaveCount(16);
    }

    private static RateLimitsUpdatedEvent Limits(long remaining, double reset = 20) => new()
    {
        RateLimits =
        [
            new() { Name = "requests", Limit = 1_000, Remaining = 999, Reset = TimeSpan.Zero },
            new() { Name = "tokens", Limit = 1_000, Remaining = remaining, Reset = TimeSpan.FromSeconds(reset) },
        ],
    };
}
