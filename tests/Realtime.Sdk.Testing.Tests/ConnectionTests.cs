namespace Realtime.Sdk.Testing.Tests;

/// <summary>The SDK's own connection meets the emulator.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_configuration_is_applied_before_the_connection_is_handed_out()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var asked = new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Be brief.", Audio = new() { Output = new() { Voice = Voice.Cedar } } };

        await using var connection = await client.ConnectAsync(asked).WithTimeout();

        connection.Session!.DifferencesFrom(asked).Should().BeEmpty();
        var session = emulator.Sessions.Should().ContainSingle().Subject;
        connection.Session.Id.Should().Be(session.Id);
        session.Session.DifferencesFrom(asked).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Every_odd_message_is_an_event_and_the_session_goes_on(MalformedMessage kind)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.SendAsync(kind);
            await session.SendAsync(new InputAudioBufferClearedEvent());
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
        using var patience = new CancellationTokenSource(TestTimeout.Limit);

        var events = new List<ServerEvent>();
        await foreach (var received in connection.ReadEventsAsync(patience.Token))
        {
            events.Add(received);
            if (received is InputAudioBufferClearedEvent)
                break;
        }

        events.Should().HaveCount(3);
        events[0].Should().BeOfType<SessionCreatedEvent>();
    }

    public static TheoryData<MalformedMessage> Odd => [.. Enum.GetValues<MalformedMessage>().Where(kind => kind != MalformedMessage.BadUtf8)];

    [Fact]
    public async Task Text_that_is_no_utf8_ends_the_connection_with_a_reason_for_the_platform_reads_no_further()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.SendAsync(MalformedMessage.BadUtf8);
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
        using var patience = new CancellationTokenSource(TestTimeout.Limit);

        var events = new List<ServerEvent>();
        var end = await Record.ExceptionAsync(async () =>
        {
            await foreach (var received in connection.ReadEventsAsync(patience.Token))
                events.Add(received);
        });

        events.Should().ContainSingle().Which.Should().BeOfType<SessionCreatedEvent>();
        end.Should().BeOfType<RealtimeConnectionException>();
    }

    [Fact]
    public async Task Audio_the_client_appends_is_what_the_emulator_hears()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime",
            Audio = new() { Input = new() { TurnDetection = TurnDetection.Disabled } },
        }).WithTimeout();
        var audio = new byte[20_000];
        new Random(1).NextBytes(audio);

        await connection.AppendAudioAsync(audio);
        await connection.CommitAudioAndWaitAsync().WithTimeout();

        (await emulator.WhenConnectedAsync()).ReceivedAudio.ToArray().Should().Equal(audio);
        emulator.Violations.Should().BeEmpty();
    }
}
