using System.Net.WebSockets;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class SidebandTests
{
    [Fact]
    public async Task All_who_join_a_call_share_its_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var call = await client.Calls.CreateAsync(Offers.Browser, new RealtimeSessionConfiguration { Instructions = "Hello." });
        using var first = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={call.CallId}");
        var created = await first.ReceiveAsync();
        await first.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":"Bye."}}""");
        await first.ReceiveAsync();

        using var second = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={call.CallId}");
        var joined = await second.ReceiveAsync();
        await second.SendAsync("""{"type":"response.create"}""");

        created["session"]!["instructions"]!.ToString().Should().Be("Hello.");
        joined["session"]!["instructions"]!.ToString().Should().Be("Bye.");
        joined["session"]!["id"]!.ToString().Should().Be(created["session"]!["id"]!.ToString());
        (await TypesUntilAsync(first, "rate_limits.updated")).Should().Equal(await TypesUntilAsync(second, "rate_limits.updated")).And.NotContain("response.output_audio.delta");
    }

    [Fact]
    public async Task Who_leaves_a_call_leaves_it_running()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var call = await client.Calls.CreateAsync(Offers.Browser);
        using (var first = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={call.CallId}"))
        {
            await first.SendAsync("""{"type":"conversation.item.create","item":{"id":"kept","type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}}""");
            await TypesUntilAsync(first, "conversation.item.done");
            await first.CloseAsync();
        }

        using var second = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={call.CallId}");
        await second.SendAsync("""{"type":"conversation.item.retrieve","item_id":"kept"}""");

        (await TypesUntilAsync(second, "conversation.item.retrieved")).Should().Equal("session.created", "conversation.item.retrieved");
    }

    [Fact]
    public async Task A_connection_whose_call_ends_before_it_is_attended_is_closed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var callId = (await emulator.PlaceCallAsync()).CallId;
        await client.Calls.AcceptAsync(callId, new RealtimeSessionConfiguration { Model = "gpt-realtime" });
        emulator.OnConnect(async session =>
        {
            await client.Calls.HangUpAsync(callId);
            await session.RunModelAsync();
        });

        using var caller = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={callId}");

        (await caller.ReceiveTextAsync()).Should().BeNull();
        caller.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task A_call_that_is_hung_up_closes_its_connections()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var call = await client.Calls.CreateAsync(Offers.Browser);
        using var caller = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={call.CallId}");
        await caller.ReceiveAsync();

        await client.Calls.HangUpAsync(call.CallId!);

        (await caller.ReceiveTextAsync()).Should().BeNull();
        caller.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
    }

    private static async Task<List<string>> TypesUntilAsync(SocketCaller caller, string type)
    {
        var types = new List<string>();
        while (types.Count == 0 || types[^1] != type)
            types.Add(ModelDriver.Type(await caller.ReceiveAsync()));
        return types;
    }
}
