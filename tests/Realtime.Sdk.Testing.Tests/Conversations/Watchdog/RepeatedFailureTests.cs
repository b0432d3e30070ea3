namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Responses that fail again and again.</summary>
public sealed class RepeatedFailureTests
{
    [Fact]
    public async Task Three_failures_in_a_row_are_one_warning_with_the_code_of_the_server()
    {
        var world = new WatchdogWorld();

        await world.RunAsync(async session =>
        {
            for (var i = 0; i < 5; i++)
                await WatchdogWorld.FailAsync(session, $"resp_{i}", "insufficient_quota");
        }, world.RespondAndWait(10, replies: 5));

        world.Warnings.Select(warning => warning.Kind).Should().Equal(
            WarningKind.ResponseFailed, WarningKind.ResponseFailed, WarningKind.ResponseFailed, WarningKind.RepeatedFailures, WarningKind.ResponseFailed, WarningKind.ResponseFailed);
        var warning = world.Warnings.Single(warning => warning.Kind == WarningKind.RepeatedFailures);
        warning.Error!.Code.Should().Be("insufficient_quota");
        warning.Exception.Should().BeOfType<RealtimeApiException>().Which.Kind.Should().Be(RealtimeApiErrorKind.QuotaExceeded);
        warning.Message.Should().StartWith("3 responses in a row have failed or are incomplete.").And.Contain("insufficient_quota");
    }

    [Fact]
    public async Task A_completed_response_begins_a_new_count()
    {
        var world = new WatchdogWorld { Watchdog = new() { RepeatedFailures = 2 } };

        var warnings = await world.RunAsync(async session =>
        {
            await WatchdogWorld.FailAsync(session, "resp_1", "rate_limit_exceeded");
            await WatchdogWorld.AnswerAsync(session, "resp_2");
            await WatchdogWorld.FailAsync(session, "resp_3", "rate_limit_exceeded");
            await WatchdogWorld.FailAsync(session, "resp_4", "", ResponseStatus.Incomplete);
            await WatchdogWorld.AnswerAsync(session, "resp_5");
            await WatchdogWorld.FailAsync(session, "resp_6", "rate_limit_exceeded");
            await WatchdogWorld.FailAsync(session, "resp_7", "rate_limit_exceeded");
        }, world.RespondAndWait(10, replies: 7));

        warnings.Count(warning => warning == "RepeatedFailures 0").Should().Be(2);
        var repeated = world.Warnings.Where(warning => warning.Kind == WarningKind.RepeatedFailures).ToArray();
        (repeated[0].Error, repeated[1].Error!.Code).Should().Be((null, "rate_limit_exceeded"));
    }

    [Fact]
    public async Task Requests_that_the_server_refuses_count()
    {
        var world = new WatchdogWorld();

        var warnings = await world.RunAsync(async session =>
        {
            for (var i = 0; i < 3; i++)
                await session.SendAsync(Wire.Error("insufficient_quota", (await session.SkipToAsync<ResponseCreateEvent>()).EventId));
        }, world.RespondAndWait(10, replies: 3));

        warnings.Should().Equal("RepeatedFailures 0");
        world.Warnings[0].Error!.Code.Should().Be("insufficient_quota");
    }

    [Fact]
    public async Task Interrupted_responses_do_not_count()
    {
        var world = new WatchdogWorld { Watchdog = new() { RepeatedFailures = 1 } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(
                session, Wire.Created("resp_1", request.Response!.Metadata), Wire.SpeechStarted("item_u"), Wire.Done("resp_1", ResponseStatus.Cancelled, request.Response.Metadata));
        }, world.RespondAndWait(10));

        warnings.Should().BeEmpty();
    }
}
