using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ServedModelTests
{
    private const string Say = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"one two three four five six"}]}}""";

    [Fact]
    public async Task A_session_without_a_script_is_answered_by_the_model()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);

        await caller.SendAsync(Say);
        await caller.SendAsync("""{"type":"response.create"}""");

        var events = await UntilAsync(caller, "response.done");
        events[0]["type"]!.ToString().Should().Be("session.created");
        events[^1]["response"]!["output"]![0]!["content"]![0]!["transcript"]!.ToString().Should().Be("You said: one two three four five six");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Time_alone_lets_a_paced_answer_go_on()
    {
        var clock = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = clock, Model = new() { Pace = EmulatorPace.Speech } });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.SendAsync(Say);
        await caller.SendAsync("""{"type":"response.create"}""");
        await UntilAsync(caller, "response.created");
        await emulator.WhenIdleAsync().WithTimeout();

        clock.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(caller, "response.output_audio.delta");
        await caller.SendAsync("""{"type":"response.cancel"}""");

        var done = (await UntilAsync(caller, "response.done"))[^1];
        done["response"]!["status"]!.ToString().Should().Be("cancelled");
    }

    [Fact]
    public async Task An_expired_session_is_closed_with_the_services_words()
    {
        var clock = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = clock });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await UntilAsync(caller, "session.created");
        await emulator.WhenIdleAsync().WithTimeout();

        clock.Advance(TimeSpan.FromMinutes(60));

        (await caller.ReceiveTextAsync()).Should().BeNull();
        (caller.Socket.CloseStatus, caller.Socket.CloseStatusDescription).Should().Be((WebSocketCloseStatus.EndpointUnavailable, "Your session hit the maximum duration of 60 minutes."));
    }

    [Fact]
    public async Task A_script_may_hand_over_to_the_model()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.SendTextAsync("""{"type":"something.new"}""");
            await session.RunModelAsync(sendsSessionCreated: false);
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);

        await caller.SendAsync("""{"type":"response.create"}""");

        (await UntilAsync(caller, "response.done")).Select(ModelDriver.Type).Take(3).Should().Equal("session.created", "something.new", "response.created");
    }

    [Fact]
    public async Task A_failing_answer_ends_the_session_and_is_thrown_at_the_end()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("").Says(_ => throw new FormatException("mine"));
        using (var caller = await SocketCaller.ConnectAsync(emulator))
        {
            await caller.SendAsync(Say);
            await caller.SendAsync("""{"type":"response.create"}""");
            while (await caller.ReceiveTextAsync() is not null)
                continue;
            caller.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.InternalServerError);
        }

        await emulator.Invoking(async it => await it.DisposeAsync()).Should().ThrowAsync<FormatException>();
    }

    [Fact]
    public async Task What_a_client_does_wrong_is_listed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);

        await caller.SendAsync("""{"type":"response.create","event_id":"bad","response":{"temperature":1}}""");
        await UntilAsync(caller, "error");

        var violation = emulator.Violations.Should().ContainSingle().Subject;
        violation.Should().Be(new EmulatorViolation(emulator.Sessions[0].Id, "unknown_parameter", "Unknown parameter: 'response.temperature'.", "response.create", "bad"));
    }

    [Fact]
    public async Task A_beta_client_is_listed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime?model=gpt-realtime", options =>
        {
            options.SetRequestHeader("Authorization", $"Bearer {emulator.ApiKey}");
            options.SetRequestHeader("OpenAI-Beta", "realtime=v1");
        });

        await UntilAsync(caller, "error");

        emulator.Violations.Should().ContainSingle().Which.Rule.Should().Be("beta_header");
    }

    [Fact]
    public async Task An_emulator_that_keeps_no_history_forgets_what_is_over()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.SendAsync("""{"type":"response.create"}""");
        await UntilAsync(caller, "response.done");
        var session = emulator.Sessions.Should().ContainSingle().Subject;
        session.Received.Should().BeEmpty();

        await caller.CloseAsync();
        await session.Completion.WithTimeout();
        await emulator.WhenIdleAsync().WithTimeout();

        emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task An_emulator_that_keeps_no_history_counts_all_the_same()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false });
        for (var number = 1; number <= 3; number++)
        {
            var opening = emulator.WhenConnectedAsync(number);
            using var caller = await SocketCaller.ConnectAsync(emulator);
            var session = await opening.WithTimeout();
            await emulator.WhenReceivedAsync(number).WithTimeout();
            await caller.CloseAsync();
            await session.Completion.WithTimeout();
        }

        var late = () => emulator.WhenConnectedAsync(1);

        await late.Should().ThrowAsync<InvalidOperationException>().WithMessage("*KeepsHistory*");
    }

    [Fact]
    public async Task An_emulator_that_keeps_no_history_knows_the_newest_secrets_and_the_calls_that_are_not_over()
    {
        var time = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false, TimeProvider = time });
        using var client = emulator.CreateClient();
        var secrets = new List<string>();
        for (var i = 0; i < 1_001; i++)
            secrets.Add((await client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime" })).Value);
        using var oldest = new EmulatorCaller(emulator.BaseUrl, secrets[0]);
        using var second = new EmulatorCaller(emulator.BaseUrl, secrets[1]);
        (await oldest.PostAsync("realtime/calls")).ErrorCode.Should().Be("invalid_api_key");
        (await second.PostAsync("realtime/calls")).ErrorCode.Should().NotBe("invalid_api_key");

        await emulator.PlaceCallAsync();
        time.Advance(TimeSpan.FromMinutes(61));
        var ringing = (await emulator.PlaceCallAsync()).CallId;
        emulator.Calls.Select(call => call.Id).Should().Equal(ringing);
    }

    private static async Task<List<JsonNode>> UntilAsync(SocketCaller caller, string type)
    {
        var events = new List<JsonNode>();
        while (events.Count == 0 || ModelDriver.Type(events[^1]) != type)
            events.Add(await caller.ReceiveAsync());
        return events;
    }
}
