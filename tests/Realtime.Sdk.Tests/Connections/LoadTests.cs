using System.Collections.Concurrent;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>Many at once, and many one after the other.</summary>
[Collection(nameof(AloneCollection))]
public sealed class LoadTests
{
    [Fact]
    public async Task Sixty_four_senders_with_random_cancellation_agree_with_the_servers_ledger()
    {
        const int senders = 64, each = 20;
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.SendSessionCreatedAsync());
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = emulator.BaseUrl, ApiKey = emulator.ApiKey });
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
        var session = await emulator.WhenConnectedAsync();
        var sent = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(sender);
            for (var i = 0; i < each; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var id = $"{sender}/{i}";
                var text = new string('x', random.Next(4_000));
                var send = connection.SendAsync(new ConversationItemCreateEvent { EventId = id, Item = ConversationItem.UserText($"{id} {text}") }, cancellation.Token).AsTask();
                if (random.Next(2) == 0)
                    await cancellation.CancelAsync();
                try
                {
                    await send;
                    sent.Add(id);
                }
                catch (OperationCanceledException)
                {
                    // It was still in the queue: the ledger must not know it.
                }
            }
        }))).WithTimeout();
        await connection.SendAsync(new InputAudioBufferClearEvent());
        await session.WhenReceivedAsync<InputAudioBufferClearEvent>().WithTimeout();

        var ledger = session.Received.Select(message => message.Event).OfType<ConversationItemCreateEvent>().Select(create => create.EventId!).ToList();
        ledger.Order(StringComparer.Ordinal).Should().Equal(sent.Order(StringComparer.Ordinal));
        foreach (var sender in ledger.GroupBy(id => id.Split('/')[0]))
            sender.Select(id => int.Parse(id.Split('/')[1], null)).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task Connections_come_and_go_without_a_trace()
    {
        var times = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 10_000 : 300;
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = emulator.BaseUrl, ApiKey = emulator.ApiKey });
        var weak = new List<WeakReference>();

        for (var i = 0; i < times; i++)
            weak.Add(await ComeAndGoAsync(client, i));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        weak.Count(reference => reference.IsAlive).Should().BeLessThan(20);
        BlockPool.Shared.Outstanding.Should().Be(0);
    }

    private static async Task<WeakReference> ComeAndGoAsync(RealtimeClient client, int i)
    {
        var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
        if (i % 3 == 0)
            await connection.AppendAudioAsync(new byte[960]);
        if (i % 5 == 0)
            connection.Abort();
        await connection.DisposeAsync().WithTimeout();
        return new(connection);
    }
}
