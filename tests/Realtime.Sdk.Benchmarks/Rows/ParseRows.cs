using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Benchmarks;

/// <summary>One message, from bytes to the object that a program uses.</summary>
internal static class ParseRows
{
    private const string Scan = "floor: token scan + base64";
    private const string ScanToOwn = "floor: the same, into an array of its own";

    public static IEnumerable<Row> All(Effort effort)
    {
        var pcm = VoiceTurn.Instance.All("response.output_audio.delta").Average(message => message.Work.AudioBytes);
        yield return Of("parse audio delta", effort, VoiceTurn.Instance.All("response.output_audio.delta"),
            [
                new(Ours.Owned, Metric.TimeRatio, 0.50), new(Ours.Leased, Metric.TimeRatio, 0.32), new(Ours.Leased, Metric.TimeRatio, 1.25, Scan),
                new(Ours.Owned, Metric.Bytes, pcm + 200), new(Ours.Leased, Metric.Bytes, 0), new(Ours.Deserialize, Metric.TimeRatio, 0.65),
            ]);
        yield return Of("parse transcript delta", effort, VoiceTurn.Instance.All("response.output_audio_transcript.delta"),
            [new(Ours.Owned, Metric.TimeRatio, 0.40), new(Ours.Owned, Metric.Bytes, 280), new(Ours.Deserialize, Metric.TimeRatio, 0.40)]);
        foreach (var type in (string[])["session.created", "response.done"])
            yield return Of($"parse {type}", effort, [VoiceTurn.Instance.First(type)], [new(Ours.Owned, Metric.TimeRatio, 0.80), new(Ours.Owned, Metric.BytesRatio, 0.6)]);
    }

    private static Row Of(string name, Effort effort, Message[] messages, Goal[] goals) =>
        new(name, "µs", () => Task.FromResult(Candidates(effort, messages)), goals) { Processes = effort.Processes };

    private static IReadOnlyList<Candidate> Candidates(Effort effort, Message[] messages)
    {
        var each = messages.Aggregate(default(Work), (sum, message) => sum + message.Work);
        var binary = messages.Select(message => BinaryData.FromBytes(message.Utf8)).ToArray();
        var (reader, pcm) = (new ServerEventReader(), new byte[16384]);
        Candidate Loop(string name, Func<int, Work> one) => Meter.Loop(name, effort, each, count =>
        {
            var done = default(Work);
            for (var i = 0; i < count * messages.Length; i++)
                done += one(i % messages.Length);
            return done;
        });
        var leased = Loop(Ours.Leased, i => reader.TryReadOutputAudio(messages[i].Utf8, ref pcm, out var audio) ? new(1, audio.Audio.Length, 0) : default);
        Work ScanIntoOwn(int i) =>
            new(1, Floor.ScanAndDecode(messages[i].Utf8, GC.AllocateUninitializedArray<byte>((int)messages[i].Work.AudioBytes)), 0);
        return
        [
            Loop(Goal.Official, i => Official.WorkOf(Official.Read(binary[i]))),
            Loop(Ours.Owned, i => Ours.WorkOf(reader.Read(messages[i].Utf8))),
            .. messages[0].Work.AudioBytes > 0 ? [leased] : Array.Empty<Candidate>(),
            Loop(Ours.Deserialize, i => Ours.WorkOf(RealtimeJson.Deserialize<ServerEvent>(messages[i].Utf8))),
            Loop("naive JsonSerializer", i => NaiveEvent.Read(messages[i].Utf8).Work),
            .. messages[0].Work.AudioBytes > 0 ? [Loop(ScanToOwn, ScanIntoOwn)] : Array.Empty<Candidate>(),
            Loop(Scan, i => messages[i].Work.AudioBytes == 0 ? messages[i].Work with { Events = Math.Min(1, Floor.Scan(messages[i].Utf8)) }
                : new(1, Floor.ScanAndDecode(messages[i].Utf8, pcm), 0)),
        ];
    }
}
