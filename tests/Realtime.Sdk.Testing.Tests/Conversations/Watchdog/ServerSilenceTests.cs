using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A server that sends nothing although it must.</summary>
[Collection(nameof(TelemetryWatch))]
public sealed class ServerSilenceTests
{
    private static readonly SampleFormat Pcm = SampleFormat.Pcm();

    [Fact]
    public async Task An_agent_that_has_fallen_silent_is_a_warning_a_log_message_and_a_measurement()
    {
        using var watch = new TelemetryWatch("watched");
        var world = new WatchdogWorld();

        var warnings = await world.RunAsync(WatchdogWorld.Silent, world.RespondAndWait(120));

        warnings.Should().Equal("ServerSilent 15");
        world.Warnings.Single().Message.Should().Be("The server has sent no event for 15 seconds, although a response was requested.");
        world.Log.Entries.Should().ContainSingle().Which.Should().Contain("ServerSilent").And.Contain("no event for 15 seconds");
        var measured = watch.Measured.Should().ContainSingle(measured => measured.Name == "realtime.conversation.warnings").Subject;
        (measured.Value, measured.Tags["realtime.warning.kind"]).Should().Be((1, "ServerSilent"));
    }

    [Fact]
    public async Task The_warning_comes_again_only_after_the_server_has_sent_an_event()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = TimeSpan.FromSeconds(5), ResponseTimeout = null } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, Wire.Created("resp_1", request.Response!.Metadata));
            await WatchdogWorld.DelayAsync(session, 20);
            await WatchdogWorld.SendAsync(session, Wire.Item("resp_1", "item_1"));
            await WatchdogWorld.DelayAsync(session, 20);
            await WatchdogWorld.SendAsync(session, Wire.Done("resp_1", metadata: request.Response.Metadata));
        }, world.RespondAndWait(120));

        warnings.Should().Equal("ServerSilent 5", "ServerSilent 25");
    }

    [Fact]
    public async Task Audio_of_the_agent_is_an_event()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = TimeSpan.FromSeconds(5), ResponseTimeout = TimeSpan.FromSeconds(6) } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, [Wire.Created("resp_1", request.Response!.Metadata), .. Wire.Item("resp_1", "item_1")]);
            for (var i = 0; i < 10; i++)
            {
                await WatchdogWorld.DelayAsync(session, 4);
                await WatchdogWorld.SendAsync(session, Wire.Audio("resp_1", "item_1", 20));
            }
        }, world.RespondAndWait(44.5));

        warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task In_a_call_a_turn_that_is_not_answered_is_a_warning()
    {
        var world = new WatchdogWorld { InCall = true };

        var warnings = await world.RunAsync(async session =>
        {
            await WatchdogWorld.DelayAsync(session, 60);
            await WatchdogWorld.SendAsync(session, [Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);
        }, world.Wait(180));

        warnings.Should().Equal("ServerSilent 75");
        world.Warnings.Single().Message.Should().EndWith("although an answer to the user is expected.");
    }

    [Fact]
    public async Task A_commit_that_is_not_confirmed_is_a_warning()
    {
        var world = new WatchdogWorld { Agent = WithInput(new() { TurnDetection = TurnDetection.Disabled }) };

        var warnings = await world.RunAsync(WatchdogWorld.Silent, async conversation =>
        {
            await world.Time.RunUntilAsync(conversation.ListenAsync(new MemoryStream(Sounds.Speech(2)))).WithTimeout();
            await world.Time.AdvanceAsync(TimeSpan.FromMinutes(2));
        });

        warnings.Should().Equal("ServerSilent 17");
    }

    [Fact]
    public async Task Without_turn_detection_the_server_need_not_report_speech()
    {
        var world = new WatchdogWorld { Agent = WithInput(new() { TurnDetection = TurnDetection.Disabled }) };

        (await world.RunAsync(WatchdogWorld.Silent, conversation => ListenAsync(world, conversation, Words(60)))).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Speech_that_the_server_does_not_report_is_one_warning(bool isTelephone)
    {
        var format = isTelephone ? SampleFormat.Pcmu() : Pcm;
        var world = new WatchdogWorld { Agent = WithInput(new() { Format = isTelephone ? AudioFormat.Pcmu : null }) };

        var warnings = await world.RunAsync(WatchdogWorld.Silent, conversation => ListenAsync(world, conversation, [.. Sounds.Silence(10, format), .. Words(60, format)]));

        warnings.Should().ContainSingle().Which.Should().MatchRegex("^ServerSilent 25(\\.\\d+)?$");
        world.Warnings.Single().Message.Should().EndWith("although the user's audio is loud enough to be speech.");
    }

    [Fact]
    public async Task The_end_of_speech_that_the_server_does_not_report_is_one_warning()
    {
        var world = new WatchdogWorld();

        var warnings = await world.RunAsync(async session =>
        {
            await WatchdogWorld.DelayAsync(session, 1);
            await session.SendAsync(Wire.SpeechStarted("item_u"));
        }, conversation => ListenAsync(world, conversation, [.. Words(180), .. Sounds.Silence(60)]));

        warnings.Should().ContainSingle().Which.Should().MatchRegex("^ServerSilent 19[45](\\.\\d+)?$", "the user has spoken for three minutes");
        world.Warnings.Single().Message.Should().EndWith("although the user has stopped speaking.");
    }

    [Fact]
    public async Task Silence_steady_noise_and_short_noises_are_not_speech()
    {
        var noise = Sounds.Speech(120);
        var knocks = Enumerable.Range(0, 40).SelectMany(_ => Sounds.Speech(0.3).Concat(Sounds.Silence(3.7)));
        var world = new WatchdogWorld();

        (await world.RunAsync(WatchdogWorld.Silent, conversation => ListenAsync(world, conversation, [.. Sounds.Silence(120), .. Scaled(noise, 0.1), .. knocks]))).Should().BeEmpty();
    }

    [Fact]
    public async Task Speech_of_a_muted_user_is_not_sent_and_not_expected()
    {
        var world = new WatchdogWorld();

        var warnings = await world.RunAsync(WatchdogWorld.Silent, conversation =>
        {
            conversation.IsMuted = true;
            return ListenAsync(world, conversation, Words(60));
        });

        warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_check_that_is_off_reports_nothing()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = null } };

        var warnings = await world.RunAsync(WatchdogWorld.Silent, async conversation =>
        {
            conversation.Respond();
            await ListenAsync(world, conversation, Words(60));
        });

        warnings.Should().BeEmpty();
    }

    private static RealtimeAgent WithInput(AudioInputConfiguration input) =>
        new() { Name = "watched", Session = new() { Model = "gpt-realtime-2.1", Audio = new() { Input = input } } };

    private static Task ListenAsync(WatchdogWorld world, RealtimeConversation conversation, byte[] audio) =>
        world.Time.RunUntilAsync(conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(audio))));

    /// <summary>Words of 0.7 seconds with pauses of 0.3 seconds.</summary>
    private static byte[] Words(int seconds, SampleFormat format = default) =>
        [.. Enumerable.Range(0, seconds).SelectMany(_ => Sounds.Speech(0.7, format).Concat(Sounds.Silence(0.3, format)))];

    private static byte[] Scaled(byte[] pcm, double factor)
    {
        foreach (ref var sample in MemoryMarshal.Cast<byte, short>(pcm.AsSpan()))
            sample = (short)(sample * factor);
        return pcm;
    }
}
