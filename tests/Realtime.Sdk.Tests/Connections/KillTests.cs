using System.Text;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>
/// A scripted session whose connection ends after any number of bytes, in every way a connection can end. A sample of the offsets; all
/// of them with the environment variable REALTIME_SDK_EXHAUSTIVE=1.
/// </summary>
public sealed class KillTests
{
    private const int AtOnce = 48;

    private static readonly string[] Script =
    [
        """{"type":"session.created","event_id":"0","session":{"type":"realtime","id":"sess_1","model":"gpt-realtime-2"}}""",
        """{"type":"response.created","event_id":"1","response":{"id":"resp_1","status":"in_progress"}}""",
        """{"type":"response.output_text.delta","event_id":"2","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"Grüße 🎙️"}""",
        $$"""{"type":"response.output_audio.delta","event_id":"3","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"{{Convert.ToBase64String(new byte[300])}}"}""",
        """{"type":"response.done","event_id":"4","response":{"id":"resp_1","status":"completed"}}""",
    ];

    private static readonly byte[][] Frames = [.. Script.Select(ServerBytes.Text), ServerBytes.Close(1000)];

    public static TheoryData<string> Ends => ["FIN", "RST", "silence"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Whole_events_are_delivered_the_end_is_typed_and_nothing_hangs(string end)
    {
        var bytes = Frames.SelectMany(frame => frame).ToArray();

        foreach (var offsets in Offsets(bytes.Length).Chunk(AtOnce))
            await Task.WhenAll(offsets.Select(offset => KillAsync(bytes[..offset], end)));
    }

    private static IEnumerable<int> Offsets(int length)
    {
        if (Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1")
            return Enumerable.Range(0, length + 1);
        var edges = Frames.Aggregate(new List<int> { 0 }, (ends, frame) => [.. ends, ends[^1] + frame.Length]);
        return edges.SelectMany(edge => Enumerable.Range(edge - 1, 5)).Concat(Enumerable.Range(0, length).Where(offset => offset % 61 == 0))
            .Where(offset => offset >= 0 && offset <= length).Distinct().Order();
    }

    private static async Task KillAsync(byte[] bytes, string end)
    {
        var keepAlive = end == "silence" ? TimeSpan.FromMilliseconds(150) : default;
        await using var pair = await SocketPair.CreateAsync(keepAlive, keepAlive);
        await using var connection = RealtimeConnection.FromWebSocket(pair.Client, new() { CloseTimeout = TimeSpan.FromMilliseconds(100) });
        var whole = WholeMessages(bytes.Length, out var closed);

        await pair.ServerStream.WriteAsync(bytes);
        if (end == "FIN")
        {
            pair.ServerTcp.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        }
        else if (end == "RST")
        {
            await TransportUnderTest.UntilAsync(() => connection.UnreadBytes == Script.Take(whole).Sum(Encoding.UTF8.GetByteCount));
            if (closed)
                await connection.Completion.WithTimeout();
            pair.Reset();
        }
        var read = new List<string?>();
        var failure = await Record.ExceptionAsync(() => Task.Run(async () =>
        {
            await foreach (var serverEvent in connection.ReadEventsAsync())
                read.Add(serverEvent.EventId);
        }).WithTimeout());

        read.Should().Equal(Enumerable.Range(0, whole).Select(i => $"{i}"), "the connection ended by {0} after {1} bytes", end, bytes.Length);
        if (closed)
            failure.Should().BeNull();
        else
            failure.Should().BeOfType<RealtimeConnectionException>().Which.IsTransient.Should().BeTrue();
    }

    private static int WholeMessages(int offset, out bool closed)
    {
        var whole = 0;
        foreach (var frame in Frames)
        {
            offset -= frame.Length;
            if (offset < 0)
                break;
            whole++;
        }
        closed = whole == Frames.Length;
        return Math.Min(whole, Script.Length);
    }
}
