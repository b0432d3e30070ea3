using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Testing.Tests.Sockets;

public sealed class ScriptTests
{
    private const string Commit = """{"type":"input_audio_buffer.commit","event_id":"mine"}""";

    [Fact]
    public async Task A_script_sends_and_expects_in_the_records_of_the_sdk()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var commit = await session.ExpectAsync<InputAudioBufferCommitEvent>();
            await session.SendAsync(new InputAudioBufferCommittedEvent { ItemId = commit.EventId + "-item" });
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);

        var created = await caller.ReceiveAsync();
        await caller.SendAsync(Commit);
        var committed = await caller.ReceiveAsync();

        ((string)created["type"]!).Should().Be("session.created");
        ((string)committed["type"]!).Should().Be("input_audio_buffer.committed");
        ((string)committed["item_id"]!).Should().Be("mine-item");
        ((string)committed["event_id"]!).Should().StartWith("event_");
    }

    [Fact]
    public async Task A_test_drives_a_session_itself_when_the_script_returns_at_once()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(_ => Task.CompletedTask);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();

        await caller.SendAsync(Commit);
        var commit = await session.ExpectAsync<InputAudioBufferCommitEvent>();
        await session.SendTextAsync("one");
        await session.SendBytesAsync(Encoding.UTF8.GetBytes("two"));

        commit.EventId.Should().Be("mine");
        (await caller.ReceiveTextAsync()).Should().Be("one");
        (await caller.ReceiveTextAsync()).Should().Be("two");
    }

    [Fact]
    public async Task The_ledger_has_every_message_as_it_came()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);

        await caller.SendAsync([0xFF], WebSocketMessageType.Binary);
        await caller.SendAsync("""{"type":"tomorrow","süß":1}"""u8.ToArray(), end: false);
        await caller.SendAsync([], end: true);
        await caller.SendAsync("[1]");
        await caller.SendAsync(Commit);
        var session = await emulator.WhenConnectedAsync();
        await session.WhenReceivedAsync<InputAudioBufferCommitEvent>(e => e.EventId == "mine");

        session.Received.Select(m => (m.Type, m.IsBinary, m.Frames, m.Event is null)).Should().Equal(
            ("", true, 1, true),
            ("tomorrow", false, 2, false),
            ("", false, 1, false),
            ("input_audio_buffer.commit", false, 1, false));
        session.Received[1].Event.Should().BeOfType<UnknownClientEvent>();
        session.Received[3].Text.Should().Be(Commit);
    }

    [Fact]
    public async Task Scripts_for_one_session_come_before_the_script_for_all()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.SendTextAsync("all"));
        emulator.OnNextConnect(session => session.SendTextAsync("first"));
        emulator.OnNextConnect(session => session.SendTextAsync("second"));

        var heard = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            using var caller = await SocketCaller.ConnectAsync(emulator);
            heard.Add(await caller.ReceiveTextAsync());
        }

        heard.Should().Equal("first", "second", "all", "all");
        (await emulator.WhenConnectedAsync(4)).Should().BeSameAs(emulator.Sessions[3]);
    }

    [Fact]
    public async Task The_clients_close_is_answered_and_remembered()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();
        await caller.ReceiveAsync();

        await caller.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "gone");
        await session.Completion.WithTimeout();

        session.CloseCode.Should().Be(1001);
        session.CloseReason.Should().Be("gone");
        caller.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.EndpointUnavailable);
    }

    [Theory]
    [InlineData(1000, "")]
    [InlineData(1001, "Your session hit the maximum duration of 60 minutes.")]
    [InlineData(4999, "süß")]
    public async Task A_script_closes_with_any_code_and_reason(int code, string reason)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.CloseAsync(code, reason));
        using var caller = await SocketCaller.ConnectAsync(emulator);

        var close = await caller.ReceiveBytesAsync();

        close.Should().BeNull();
        ((int)caller.Socket.CloseStatus!).Should().Be(code);
        caller.Socket.CloseStatusDescription.Should().Be(reason);
    }

    [Fact]
    public async Task Updates_are_applied_to_the_session_and_answered_with_all_of_it()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var created = await caller.ReceiveAsync();

        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null}}}}""");
        await caller.ReceiveAsync();
        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief.","audio":{"output":{"voice":"marin"}}}}""");
        var updated = await caller.ReceiveAsync();

        var expected = created["session"]!.DeepClone();
        expected["instructions"] = "Be brief.";
        expected["audio"]!["input"]!["turn_detection"] = null;
        expected["audio"]!["output"]!["voice"] = "marin";
        ((string)updated["type"]!).Should().Be("session.updated");
        updated["session"]!.ToJsonString().Should().Be(expected.ToJsonString());
    }

    [Theory]
    [InlineData("""{"instructions":"x"}""", "missing_required_parameter", "session.type")]
    [InlineData("""{"type":"transcription"}""", "invalid_parameter", "session.type")]
    [InlineData("""{"type":"realtime","model":"another"}""", "model_not_found", "session.model")]
    [InlineData("""{"type":"realtime","temperature":1}""", "unknown_parameter", "session.temperature")]
    public async Task An_update_the_service_refuses_gets_an_error_that_names_its_event(string session, string code, string param)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        await caller.SendAsync($$"""{"type":"session.update","event_id":"mine","session":{{session}}}""");
        var error = (await caller.ReceiveAsync())["error"]!;

        ((string)error["code"]!).Should().Be(code);
        ((string)error["param"]!).Should().Be(param);
        ((string)error["event_id"]!).Should().Be("mine");
    }
}
