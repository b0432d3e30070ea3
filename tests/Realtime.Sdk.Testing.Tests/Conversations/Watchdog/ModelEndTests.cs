namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Models and stored prompts whose last day is near.</summary>
public sealed class ModelEndTests
{
    private static readonly DateOnly LastDay = new(2027, 1, 20);

    [Theory]
    [InlineData(31, null)]
    [InlineData(30, "ends")]
    [InlineData(0, "ends")]
    [InlineData(-1, "ended")]
    public async Task The_last_day_of_a_model_is_reported_at_the_start(int daysLeft, string? verb)
    {
        var world = At(LastDay.AddDays(-daysLeft), new() { Model = "gpt-realtime-2025-08-28" });

        await world.RunAsync(WatchdogWorld.Silent, world.Wait(60));

        world.Warnings.Where(warning => warning.Kind == WarningKind.ModelEnd).Select(warning => warning.Message).Should().Equal(
            verb is null ? [] : [$"The model \"gpt-realtime-2025-08-28\" should be replaced by gpt-realtime-2.1: the model {verb} on 2027-01-20."]);
    }

    [Fact]
    public async Task The_model_of_the_transcription_and_a_stored_prompt_are_reported_once()
    {
        var session = new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime-2.1",
            Prompt = new StoredPrompt { Id = "pmpt_1" },
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "whisper-1" } } },
        };
        var world = At(new(2026, 11, 27), session, TimeSpan.FromDays(100));

        await world.RunAsync(async server => await server.AnswerUpdateAsync(await server.SkipToAsync<SessionUpdateEvent>()), async conversation =>
            await world.Time.RunUntilAsync(conversation.SwitchAgentAsync(world.Agent with { Name = "other" })).WithTimeout());

        world.Warnings.Where(warning => warning.Kind == WarningKind.ModelEnd).Select(warning => warning.Message).Should().Equal(
            "The model \"whisper-1\" should be replaced by gpt-live-transcribe or gpt-transcribe: the model ends on 2027-02-26.",
            "The session has a stored prompt, which should be replaced by instructions: stored prompts end on 2026-11-30.");
    }

    [Fact]
    public async Task The_check_can_be_turned_off()
    {
        var world = At(LastDay, new() { Model = "gpt-realtime" }, notice: null);

        (await world.RunAsync(WatchdogWorld.Silent, world.Wait(1))).Should().BeEmpty();
    }

    private static WatchdogWorld At(DateOnly day, RealtimeSessionConfiguration session) => At(day, session, new ConversationWatchdogOptions().ModelNotice);

    private static WatchdogWorld At(DateOnly day, RealtimeSessionConfiguration session, TimeSpan? notice) => new()
    {
        Time = new(new(day, TimeOnly.MinValue, TimeSpan.Zero)),
        Agent = new() { Name = "watched", Session = session },
        Watchdog = new() { ModelNotice = notice },
    };
}
