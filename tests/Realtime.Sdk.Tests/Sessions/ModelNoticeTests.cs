using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

/// <summary>Models that end on a day that OpenAI has announced, and models of another API.</summary>
public sealed class ModelNoticeTests
{
    private static readonly DateTimeOffset Before = new(2026, 11, 27, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("gpt-realtime", "2027-01-20", "gpt-realtime-2.1")]
    [InlineData("gpt-realtime-2025-08-28", "2027-01-20", "gpt-realtime-2.1")]
    [InlineData("gpt-realtime-mini-2025-12-15", "2027-01-20", "gpt-realtime-2.1-mini")]
    [InlineData("gpt-audio-mini", "2027-01-20", "gpt-realtime-2.1-mini")]
    [InlineData("whisper-1", "2027-02-26", "gpt-live-transcribe or gpt-transcribe")]
    [InlineData("gpt-4o-mini-transcribe-2025-12-15", "2027-02-26", "gpt-live-transcribe or gpt-transcribe")]
    [InlineData("gpt-4o-transcribe-diarize", "2027-02-26", "gpt-live-transcribe or gpt-transcribe")]
    public void A_model_with_a_known_last_day_is_named_with_its_successor(string model, string lastDay, string successor)
    {
        var time = new FakeTimeProvider(Before);

        var warnings = new Internal.ModelNotices(time).AddTo([], "session", new RealtimeSessionConfiguration { Model = model });

        warnings.Should().ContainSingle().Which.ToString().Should().Be($"session.model is \"{model}\", should be replaced by {successor}: the model ends on {lastDay}");
    }

    [Theory]
    [InlineData("gpt-realtime-2")]
    [InlineData("gpt-realtime-2.1-mini")]
    [InlineData("gpt-realtime-1.5")]
    [InlineData("gpt-realtime-whisper")]
    [InlineData("gpt-live-transcribe")]
    [InlineData("my-gpt-realtime")]
    [InlineData("gpt-realtime-2027")]
    [InlineData("gpt-realtimes")]
    public void Another_model_is_not_mentioned(string model) =>
        new Internal.ModelNotices(new FakeTimeProvider(Before)).AddTo([], "", null, model).Should().BeEmpty();

    [Theory]
    [InlineData("2027-01-20T23:59:59Z", "ends on")]
    [InlineData("2027-01-21T00:00:00Z", "ended on")]
    public void The_clock_tells_whether_the_last_day_has_passed(string now, string verb)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        var warnings = new Internal.ModelNotices(time).AddTo([], "", null, "gpt-realtime");

        warnings.Should().ContainSingle().Which.ToString().Should().Contain($"the model {verb} 2027-01-20");
    }

    [Theory]
    [InlineData("2026-11-30T23:59:59Z", "end")]
    [InlineData("2026-12-01T00:00:00Z", "ended")]
    public void Stored_prompts_end_on_the_same_day_for_every_model(string now, string verb)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        Internal.ModelLifetimes.GetStoredPromptsRule(time).Should().Be($"should be replaced by instructions: stored prompts {verb} on 2026-11-30");
    }

    [Fact]
    public async Task A_client_says_once_of_each_model_that_it_ends_wherever_it_is_named()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var log = new FakeLoggerProvider();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        using var client = emulator.CreateClient(options => (options.LoggerFactory, options.TimeProvider) = (factory, new FakeTimeProvider(Before)));

        for (var i = 0; i < 2; i++)
        {
            await client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-mini" }).WithTimeout();
            await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
            await connection.UpdateSessionAndWaitAsync(
                new RealtimeSessionConfiguration { Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "whisper-1" } } } }).WithTimeout();
        }

        log.Collector.GetSnapshot().Where(entry => entry.Id.Id == 4).Select(entry => $"{entry.Level}: {entry.Message}").Should().Equal(
            "Warning: Sending create_client_secret despite a validation warning: session.model is \"gpt-realtime-mini\", should be replaced by gpt-realtime-2.1-mini: the model ends on 2027-01-20.",
            "Warning: Sending connect despite a validation warning: model is \"gpt-realtime\", should be replaced by gpt-realtime-2.1: the model ends on 2027-01-20.",
            "Warning: Sending session.update despite a validation warning: session.audio.input.transcription.model is \"whisper-1\", should be replaced by "
            + "gpt-live-transcribe or gpt-transcribe: the model ends on 2027-02-26.");
    }

    [Fact]
    public void On_Azure_models_are_deployments_and_have_other_last_days()
    {
        using var client = new RealtimeClient(new RealtimeClientOptions { ApiKey = "k", BaseUrl = new("https://r.openai.azure.com/openai/v1") });

        client.ModelNotices.Should().BeNull();
    }

    [Fact]
    public async Task A_model_of_the_Live_API_is_a_warning()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AcceptsUnknownValues = true });
        var log = new FakeLoggerProvider();
        using var factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(log));
        using var client = emulator.CreateClient(options => options.LoggerFactory = factory);
        const string warning = "should be a Realtime model such as gpt-realtime-2.1: realtime sessions reject models of the Live API";

        await using var connection = await client.ConnectAsync("gpt-live-1").WithTimeout();

        new RealtimeSessionConfiguration { Model = "gpt-live-1" }.Validate().Warnings().Should().Equal($"model is \"gpt-live-1\", {warning}");
        log.Collector.GetSnapshot().Should().ContainSingle(entry => entry.Id.Id == 4).Which.Message.Should().Be($"Sending connect despite a validation warning: model is \"gpt-live-1\", {warning}.");
    }
}
