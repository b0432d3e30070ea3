using System.Text;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>What a running connection allocates. Alone in its collection: other tests would be counted in.</summary>
[Collection(nameof(AloneCollection))]
public sealed class AllocationTests
{
    private const int Rounds = 2_000, WarmUps = 2, Batches = 5;
    private static readonly string Audio = Convert.ToBase64String(new byte[4_800]);

    [Fact]
    public async Task Received_audio_that_is_lent_allocates_next_to_nothing()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var bytes = 0L;
        test.Connection.OnOutputAudio((in audio) => bytes += audio.Audio.Length);
        var frame = Frame($$"""{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"{{Audio}}","obfuscation":"abcd"}""");
        var done = Frame("""{"type":"x"}""");

        var perEvent = await PerRoundAsync(async rounds =>
        {
            for (var i = 0; i < rounds; i++)
            {
                test.Pair.ServerTcp.Send(frame);
                if (i % 50 != 49)
                    continue;
                test.Pair.ServerTcp.Send(done);
                await test.ReadAsync();
            }
        });

        bytes.Should().Be((long)(WarmUps + Batches) * Rounds * 4_800);
        perEvent.Should().BeLessThan(100);
    }

    [Fact]
    public async Task Received_audio_that_is_kept_allocates_itself_and_little_more()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var frame = Frame($$"""{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"{{Audio}}"}""");
        await using var events = test.Connection.ReadEventsAsync().GetAsyncEnumerator();

        var perEvent = await PerRoundAsync(async rounds =>
        {
            for (var i = 0; i < rounds; i++)
            {
                test.Pair.ServerTcp.Send(frame);
                await events.MoveNextAsync();
            }
        });

        perEvent.Should().BeInRange(4_800, 4_800 + 300);
    }

    [Fact]
    public async Task Appending_audio_allocates_nothing()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var audio = new byte[4_800];
        var wire = new byte[64 * 1024];
        var message = "{\"type\":\"input_audio_buffer.append\",\"audio\":\"\"}".Length + 6_400 + 8;

        var perAppend = await PerRoundAsync(async rounds =>
        {
            for (var i = 0; i < rounds; i++)
            {
                await test.Connection.AppendAudioAsync(audio);
                for (var got = 0; got < message;)
                    got += test.Pair.ServerTcp.Receive(wire);
            }
        });

        perAppend.Should().BeLessThan(1);
    }

    [Fact]
    public async Task A_connection_at_rest_is_small()
    {
        const int connections = 100;
        var pairs = new List<SocketPair>();
        for (var i = 0; i < connections; i++)
            pairs.Add(await SocketPair.CreateAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var open = pairs.ConvertAll(pair => RealtimeConnection.FromWebSocket(pair.Client));
        for (var i = 0; i < connections; i++)
        {
            await pairs[i].SendAsync("""{"type":"session.created","session":{}}""");
            await foreach (var _ in open[i].ReadEventsAsync())
                break;
        }
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / connections;

        each.Should().BeLessThan(8 * 1024);
        foreach (var connection in open)
        {
            connection.Abort();
            await connection.DisposeAsync();
        }
        foreach (var pair in pairs)
            await pair.DisposeAsync();
    }

    /// <summary>The least of several batches: what the runtime does beside the test only ever adds.</summary>
    private static async Task<double> PerRoundAsync(Func<int, Task> run)
    {
        for (var i = 0; i < WarmUps; i++)
            await run(Rounds);
        var least = double.MaxValue;
        for (var i = 0; i < Batches; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await run(Rounds);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
        }
        return least;
    }

    private static byte[] Frame(string json)
    {
        var text = Encoding.UTF8.GetBytes(json);
        return text.Length < 126 ? [0x81, (byte)text.Length, .. text] : [0x81, 126, (byte)(text.Length >> 8), (byte)text.Length, .. text];
    }
}

/// <summary>Tests that count what the whole process does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
