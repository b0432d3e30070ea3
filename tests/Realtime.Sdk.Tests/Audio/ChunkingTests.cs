using System.Buffers;
using CsCheck;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>However a stream is cut, down to half a sample, the outcome is the same to the sample.</summary>
public sealed class ChunkingTests
{
    private static readonly Gen<byte[]> Audio = Gen.Byte.Array[0, 3_000].Select(bytes => bytes[..(bytes.Length & ~1)]);

    private static readonly Gen<int[]> Cuts = Gen.OneOf(Gen.Int[1, 4].Array[1, 20], Gen.Int[0, 700].Array[1, 20]);

    [Fact]
    public void The_converter_does_not_mind() =>
        Gen.Select(AnyFormat.AtCommonRates, AnyFormat.AtCommonRates, Audio, Cuts).Sample((from, to, audio, cuts) =>
        {
            var whole = AudioConverter.Convert(audio, from, to);
            var converter = new AudioConverter(from, to);
            var pieces = new MemoryStream();
            foreach (var chunk in Chunks(audio, cuts))
            {
                var output = new byte[converter.MaxOutput(chunk.Length)];
                pieces.Write(output, 0, converter.Convert(chunk.Span, output));
            }
            var last = new byte[converter.MaxOutput(0)];
            pieces.Write(last, 0, converter.Flush(last));

            pieces.ToArray().Should().Equal(whole);
        }, iter: 500);

    [Fact]
    public void The_converter_does_not_mind_when_it_writes_to_a_buffer_writer() =>
        Gen.Select(AnyFormat.AtCommonRates, AnyFormat.AtCommonRates, Audio, Cuts).Sample((from, to, audio, cuts) =>
        {
            var whole = AudioConverter.Convert(audio, from, to);
            var converter = new AudioConverter(from, to);
            var pieces = new ArrayBufferWriter<byte>();
            foreach (var chunk in Chunks(audio, cuts))
                converter.Convert(chunk.Span, pieces);
            converter.Flush(pieces);

            pieces.WrittenSpan.ToArray().Should().Equal(whole);
        }, iter: 200);

    [Fact]
    public void The_resampler_does_not_mind() =>
        Gen.Select(AnyFormat.AtCommonRates, AnyFormat.AtCommonRates, Audio, Cuts).Sample((from, to, audio, cuts) =>
        {
            var whole = Signal.Samples(AudioConverter.Convert(audio, SampleFormat.Pcm(from.Rate), SampleFormat.Pcm(to.Rate)));
            var resampler = new Resampler(from.Rate, to.Rate);
            var pieces = new List<short>();
            foreach (var chunk in Chunks(audio, [.. cuts.Select(cut => cut * 2)]))
            {
                var output = new short[resampler.MaxOutput(chunk.Length / 2)];
                pieces.AddRange(output[..resampler.Process(Signal.Samples(chunk.Span), output)]);
            }
            var last = new short[resampler.MaxOutput(0)];
            pieces.AddRange(last[..resampler.Flush(last)]);

            pieces.Should().Equal(whole);
        }, iter: 200);

    [Fact]
    public void The_framer_does_not_mind() =>
        Gen.Select(AnyFormat.AtCommonRates, Audio, Cuts).Sample((format, audio, cuts) =>
        {
            var framer = new AudioFramer(format, TimeSpan.FromMilliseconds(20));
            var pieces = new MemoryStream();
            foreach (var piece in Chunks(audio, cuts))
            {
                var chunk = piece;
                while (framer.TryTake(ref chunk, out var frame))
                {
                    frame.Length.Should().Be(framer.FrameLength);
                    pieces.Write(frame.Span);
                }
                chunk.IsEmpty.Should().BeTrue();
            }
            var rest = framer.TryFlush(out var last);
            pieces.Write(last.Span);

            rest.Should().Be(audio.Length % framer.FrameLength != 0);
            (pieces.Length % framer.FrameLength).Should().Be(0);
            pieces.ToArray()[..audio.Length].Should().Equal(audio);
            pieces.ToArray()[audio.Length..].Should().AllBeEquivalentTo(format.SilenceByte);
        }, iter: 500);

    [Fact]
    public void The_level_meter_does_not_mind() =>
        Gen.Select(AnyFormat.AtCommonRates, Audio, Cuts).Sample((format, audio, cuts) =>
        {
            var meter = new LevelMeter(format);
            foreach (var chunk in Chunks(audio, cuts))
                meter.Add(chunk.Span);

            return meter.Level == LevelMeter.Measure(audio, format);
        }, iter: 500);

    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(byte[] audio, int[] cuts)
    {
        // Were all of them empty, it would never end.
        int[] lengths = [.. cuts, 2];
        var start = 0;
        for (var i = 0; start < audio.Length; i++)
        {
            var length = Math.Min(lengths[i % lengths.Length], audio.Length - start);
            yield return audio.AsMemory(start, length);
            start += length;
        }
    }
}
