namespace Realtime.Sdk.Benchmarks;

/// <summary>One message from bytes to what a program uses.</summary>
internal static class ParseRows
{
    private const string Owned = "ours, owned", Leased = "ours, leased", Scan = "floor: token scan + base64";

    public static IEnumerable<Row> All(Effort effort)
    {
        var pcm = VoiceTurn.Instance.All("response.output_audio.delta").Average(message => message.Work.AudioBytes);
        yield return Of("parse audio delta", effort, VoiceTurn.Instance.All("response.output_audio.delta"),
            [
                new(Owned, Metric.TimeRatio, 0.50), new(Leased, Metric.TimeRatio, 0.32), new(Leased, Metric.TimeRatio, 1.25, Scan),
                new(Owned, Metric.Bytes, pcm + 200), new(Leased, Metric.Bytes, 0),
            ]);
        yield return Of("parse transcript delta", effort, VoiceTurn.Instance.All("response.output_audio_transcript.delta"),
            [new(Owned, Metric.TimeRatio, 0.40), new(Owned, Metric.Bytes, 280)]);
        foreach (var type in (string[])["session.created", "response.done"])
            yield return Of($"parse {type}", effort, [VoiceTurn.Instance.First(type)], [new(Owned, Metric.TimeRatio, 0.80), new(Owned, Metric.BytesRatio, 0.6)]);
    }

    private static Row Of(string name, Effort effort, Message[] messages, Goal[] goals) => new(name, "µs", () => Task.FromResult(Candidates(effort, messages)), goals);

    private static IReadOnlyList<Candidate> Candidates(Effort effort, Message[] messages)
    {
        var each = messages.Aggregate(default(Work), (sum, message) => sum + message.Work);
        var binary = messages.Select(message => BinaryData.FromBytes(message.Utf8)).ToArray();
        var pcm = new byte[16384];
        Candidate Loop(string name, Func<int, Work> one) => Meter.Loop(name, effort, each, count =>
        {
            var done = default(Work);
            for (var i = 0; i < count * messages.Length; i++)
                done += one(i % messages.Length);
            return done;
        });
        return
        [
            Loop(Goal.Official, i => Official.WorkOf(Official.Read(binary[i]))),
            Loop("naive JsonSerializer", i => NaiveEvent.Read(messages[i].Utf8).Work),
            Loop(Scan, i => messages[i].Work with { AudioBytes = messages[i].Work.AudioBytes > 0 ? Floor.ScanAndDecode(messages[i].Utf8, pcm) : Floor.Scan(messages[i].Utf8) * 0 }),
        ];
    }
}
