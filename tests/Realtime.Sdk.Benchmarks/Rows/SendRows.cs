using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// Chunks of microphone audio over a socket, one after the other: CPU time and allocated bytes of the client for each. In every round, the server must have received
/// as many events and bytes as the client has sent.
/// </summary>
internal static class SendRows
{
    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        foreach (var (transport, isTls, bound) in ((string, bool, double)[])[("loopback", false, 0.45), ("TLS", true, 0.50)])
        {
            foreach (var milliseconds in (int[])[100, 20])
            {
                yield return new($"send append {milliseconds} ms over {transport}", "µs CPU",
                    () => Task.FromResult(Candidates(effort, server, isTls ? server.Tls : server.Plain, SinkSession.Audio(48 * milliseconds))),
                    milliseconds == 100 ? [new(Ours.Plain, Metric.TimeRatio, bound)] : [])
                {
                    Processes = effort.Processes,
                };
            }
        }
    }

    private static IReadOnlyList<Candidate> Candidates(Effort effort, ServerProcess server, Uri endpoint, byte[] audio) =>
        [.. AudioSenders.Of(endpoint, audio).Select(sender => Send(sender.Name, sender.OpenAsync, effort, server))];

    private static Candidate Send(string name, Func<Task<AudioSender>> openAsync, Effort effort, ServerProcess server)
    {
        AudioSender? sender = null;
        var count = effort.Quick ? 2_000 : 20_000;
        return new(name,
            async () =>
            {
                sender = await openAsync();
                var warmUp = Stopwatch.StartNew();
                do
                    await ExpectReceivedAsync(name, server, sender, 500, () => SendAsync(sender, 500));
                while (warmUp.Elapsed < effort.ShortWarmUp);
            },
            async () =>
            {
                Sample sample = default;
                await ExpectReceivedAsync(name, server, sender!, count, async () => sample = await Meter.ProcessAsync(() => SendAsync(sender!, count)));
                return sample;
            },
            () => sender?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<long> SendAsync(AudioSender sender, int count)
    {
        for (var i = 0; i < count; i++)
            await sender.SendAsync();
        return count;
    }

    /// <summary>Runs what sends a number of events, and fails the row unless the server has received all of them with all bytes, and nothing else.</summary>
    private static async Task ExpectReceivedAsync(string name, ServerProcess server, AudioSender sender, int count, Func<Task> sendAsync)
    {
        var before = await server.TrafficAsync();
        await sendAsync();
        // The last events may still be on their way.
        TrafficCount received = default, sent = new(0, 0, count, (long)count * sender.TextBytes);
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            received = await server.TrafficAsync() - before;
            if (received == sent)
                return;
            await Task.Delay(5);
        }
        throw new InvalidOperationException($"{name} did not send everything: the server counts {received} instead of {sent}.");
    }
}
