using System.Net.WebSockets;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>What a relay goes through whose client sends an event that is refused, which ends it.</summary>
internal static class RelayPhase
{
    private static readonly RealtimeAgent Agent = new() { Name = "waiter", Session = new() { Model = "gpt-realtime" } };

    public static async Task<string> RunAsync(PhaseRun run)
    {
        run.Script(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
        });
        using var client = run.Client();
        await using var relay = await client.OpenRelayAsync(Agent, new() { LoggerFactory = run.Sinks, TimeProvider = run.Time }, new() { MaxRefusedEvents = 0 }).WithTimeout();
        await using var sockets = await SocketPair.CreateAsync();
        var running = relay.RunAsync(sockets.Server);
        await sockets.Client.SendAsync("""{"type":"some.day"}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WithTimeout();
        var buffer = new byte[16 * 1024];
        while (sockets.Client.State == WebSocketState.Open)
            await sockets.Client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).WithTimeout();
        await sockets.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WithTimeout();
        var end = await running.WithTimeout();
        return $"{end.Reason}, {end.CloseCode}";
    }
}
