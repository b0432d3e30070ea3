using System.Buffers;
using System.Text.Json;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A chunk of microphone audio, from PCM to the bytes that are passed to a socket.</summary>
internal static class WriteRows
{
    private const string FloorName = "floor: Base64.EncodeToUtf8";

    public static IEnumerable<Row> All(Effort effort)
    {
        foreach (var (milliseconds, bound) in ((int, double)[])[(100, 0.13), (20, 0.09)])
        {
            yield return new($"write append {milliseconds} ms", "µs", () => Task.FromResult(Candidates(effort, new WireIds().Bytes(48 * milliseconds))),
                [new(Ours.Plain, Metric.TimeRatio, bound), new(Ours.Plain, Metric.TimeRatio, 1.2, FloorName), new(Ours.Plain, Metric.Bytes, 0)])
            {
                Processes = effort.Processes,
            };
        }
    }

    private static IReadOnlyList<Candidate> Candidates(Effort effort, byte[] pcm)
    {
        var (binary, text) = (BinaryData.FromBytes(pcm), new byte[16384]);
        Candidate Loop(string name, Func<ReadOnlySpan<byte>> one) => Meter.Loop(name, effort, new(1, pcm.Length, 0), count =>
        {
            var done = 0L;
            for (var i = 0; i < count; i++)
                done += one().Length >= pcm.Length * 4 / 3 ? pcm.Length : 0;
            return new(count, done, 0);
        });
        var message = new ArrayBufferWriter<byte>(16384);
        ReadOnlySpan<byte> Append()
        {
            message.ResetWrittenCount();
            InputAudioBufferAppendEvent.Write(pcm, message);
            return message.WrittenSpan;
        }
        Check(Append(), pcm);
        Check(Official.WriteAppend(binary), pcm);
        Check(NaiveAppend.Write(pcm), pcm);
        return
        [
            Loop(Goal.Official, () => Official.WriteAppend(binary)),
            Loop(Ours.Plain, Append),
            Loop("naive JsonSerializer", () => NaiveAppend.Write(pcm)),
            Loop(FloorName, () => text.AsSpan(0, Floor.Encode(pcm, text))),
        ];
    }

    private static void Check(ReadOnlySpan<byte> message, ReadOnlySpan<byte> pcm)
    {
        var root = JsonElement.Parse(message);
        if (root.GetProperty("type").GetString() != "input_audio_buffer.append" || !pcm.SequenceEqual(root.GetProperty("audio").GetBytesFromBase64()))
            throw new InvalidOperationException("A candidate did not write the given audio.");
    }
}
