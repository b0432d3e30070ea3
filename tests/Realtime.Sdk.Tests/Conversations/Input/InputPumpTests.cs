using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class InputPumpTests : IDisposable
{
    private static readonly SampleFormat Pcm = SampleFormat.Pcm();

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingHost _host;
    private readonly InputPump _pump;

    public InputPumpTests()
    {
        _host = new RecordingHost(_time);
        _pump = new InputPump(_host, _time);
    }

    public static TheoryData<SampleFormat?, SampleFormat> Conversions => new()
    {
        { null, Pcm },
        { null, SampleFormat.Pcmu() },
        { Pcm, Pcm },
        { SampleFormat.Pcmu(), Pcm },
        { SampleFormat.Pcma(), SampleFormat.Pcmu() },
        { SampleFormat.Pcm(16_000), Pcm },
        { SampleFormat.Pcm(44_100), SampleFormat.Pcmu() },
        { SampleFormat.Pcm(48_000), Pcm },
    };

    [Theory, MemberData(nameof(Conversions))]
    public async Task Audio_split_anywhere_arrives_as_if_it_had_come_in_one_piece(SampleFormat? from, SampleFormat to)
    {
        _host.InputFormat = to;
        var audio = Noise(seed: 1, 2 * (from ?? to).BytesIn(TimeSpan.FromSeconds(1)));
        for (var seed = 0; seed < 10; seed++)
        {
            using var host = new RecordingHost(_time) { InputFormat = to };

            await new InputPump(host, _time).RunAsync(AudioSource.FromChunks(Split(audio, seed), from), default).WithTimeout();

            host.Audio.Should().Equal(AudioConverter.Convert(audio, from ?? to, to), "seed {0}", seed);
            host.Failures.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task No_piece_is_longer_than_100_ms_or_ends_within_a_sample()
    {
        var audio = Noise(seed: 2, 48_000);

        await _pump.RunAsync(AudioSource.FromChunks(Split(audio, seed: 3, maxSize: 30_001)), default).WithTimeout();

        _host.Pieces.Should().OnlyContain(piece => piece.Length <= 4_800 && piece.Length % 2 == 0 && piece.Length > 0);
        _host.Audio.Should().Equal(audio);
    }

    [Fact]
    public async Task A_source_that_gives_one_byte_at_a_time_is_sent_sample_by_sample()
    {
        var audio = Noise(seed: 4, 100);

        await _pump.RunAsync(AudioSource.FromChunks(Split(audio, seed: 5, maxSize: 1)), default).WithTimeout();

        _host.Pieces.Should().HaveCount(50).And.OnlyContain(piece => piece.Length == 2);
        _host.Audio.Should().Equal(audio);
    }

    [Fact]
    public async Task Live_audio_is_sent_as_it_comes_without_a_delay()
    {
        var pipe = new Pipe();
        var sent = new SemaphoreSlim(0);
        _host.OnAppend = (_, _) =>
        {
            sent.Release();
            return ValueTask.CompletedTask;
        };
        var listening = _pump.RunAsync(pipe.Reader, default);

        foreach (var length in new[] { 320, 960, 10 })
        {
            await pipe.Writer.WriteAsync(new byte[length]);
            await sent.WaitAsync().WithTimeout();
        }
        await pipe.Writer.CompleteAsync();
        await listening.WithTimeout();

        _host.Pieces.Select(piece => (piece.At, piece.Length)).Should().Equal((TimeSpan.Zero, 320), (TimeSpan.Zero, 960), (TimeSpan.Zero, 10));
    }

    [Fact]
    public async Task Audio_that_another_thread_writes_arrives_whole()
    {
        var audio = Noise(seed: 15, 200_000);
        var pipe = new Pipe();

        var writing = Task.Run(async () =>
        {
            await foreach (var chunk in Split(audio, seed: 16, maxSize: 60))
                await pipe.Writer.WriteAsync(chunk);
            await pipe.Writer.CompleteAsync();
        });
        await _pump.RunAsync(pipe.Reader, default).WithTimeout();

        await writing.WithTimeout();
        _host.Audio.Should().Equal(audio);
    }

    [Fact]
    public async Task A_stream_a_pipe_and_chunks_are_sent_one_after_another()
    {
        var audio = Noise(seed: 6, 3_000);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(audio.AsMemory(1_000, 1_000));
        await pipe.Writer.CompleteAsync();

        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(audio, 0, 1_000), isLive: true), default).WithTimeout();
        await _pump.RunAsync(pipe.Reader, default).WithTimeout();
        await _pump.RunAsync(AudioSource.FromChunks(Split(audio[2_000..], seed: 7)), default).WithTimeout();

        _host.Audio.Should().Equal(audio);
    }

    [Fact]
    public async Task Half_a_sample_at_the_end_is_reported_and_not_sent()
    {
        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Noise(seed: 8, 10_001)), isLive: true), default).WithTimeout();

        _host.Audio.Should().Equal(Noise(seed: 8, 10_001)[..^1]);
        _host.Failures.Should().ContainSingle().Which.Should().BeOfType<InvalidDataException>();
        _host.Commits.Should().HaveCount(1);
    }

    [Fact]
    public async Task Silence_of_the_same_length_takes_the_place_of_audio_that_must_not_be_heard()
    {
        foreach (var format in new[] { Pcm, SampleFormat.Pcmu(), SampleFormat.Pcma() })
        {
            using var host = new RecordingHost(_time) { InputFormat = format };
            host.OnAppend = (_, _) =>
            {
                host.SendsSilence = host.Pieces.Count is 0 or 1;
                return ValueTask.CompletedTask;
            };
            var length = format.BytesIn(TimeSpan.FromMilliseconds(100));
            var audio = Noise(seed: 9, 4 * length);

            await new InputPump(host, _time).RunAsync(AudioSource.FromStream(new MemoryStream(audio), isLive: true), default).WithTimeout();

            host.Audio.Should().Equal(
                [.. audio[..length], .. Enumerable.Repeat(format.SilenceByte, 2 * length), .. audio[(3 * length)..]], "the format is {0}", format);
        }
    }

    [Fact]
    public async Task Converted_audio_goes_on_after_silence_as_if_there_had_been_none()
    {
        var audio = Noise(seed: 10, 3_200);
        var converted = AudioConverter.Convert(audio, SampleFormat.Pcmu(), Pcm);
        _host.OnAppend = (_, _) =>
        {
            _host.SendsSilence = _host.Pieces.Count == 0;
            return ValueTask.CompletedTask;
        };

        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(audio), SampleFormat.Pcmu(), isLive: true), default).WithTimeout();

        var unheard = _host.Pieces[0].Length..(_host.Pieces[0].Length + _host.Pieces[1].Length);
        _host.Audio[unheard].Should().OnlyContain(b => b == 0);
        _host.Audio[..unheard.Start].Should().Equal(converted[..unheard.Start]);
        _host.Audio[unheard.End..].Should().Equal(converted[unheard.End..]);
    }

    [Fact]
    public async Task The_session_s_format_may_change_between_two_chunks()
    {
        var first = Noise(seed: 11, 1_600);
        var second = Noise(seed: 12, 1_600);
        var source = new ScriptedSource(
            ScriptedSource.Gives(first),
            (buffer, token) =>
            {
                _host.InputFormat = SampleFormat.Pcmu();
                return ScriptedSource.Gives(second)(buffer, token);
            })
        { SourceFormat = SampleFormat.Pcm(16_000) };

        await _pump.RunAsync(source, default).WithTimeout();

        var changed = _host.Pieces.TakeWhile(piece => piece.Format == Pcm).Sum(piece => piece.Length);
        _host.Audio[..changed].Should().Equal(AudioConverter.Convert(first, SampleFormat.Pcm(16_000), Pcm)[..changed]);
        _host.Audio[changed..].Should().Equal(AudioConverter.Convert(second, SampleFormat.Pcm(16_000), SampleFormat.Pcmu()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_rate_of_a_few_samples_per_second_is_sent_sample_by_sample(int rate)
    {
        _host.InputFormat = SampleFormat.Pcm(rate);

        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(Noise(seed: 13, 20)), isLive: true), default).WithTimeout();

        _host.Pieces.Should().HaveCount(10).And.OnlyContain(piece => piece.Length == 2);
    }

    [Fact]
    public async Task A_source_without_audio_sends_and_commits_nothing()
    {
        foreach (var source in new AudioSource[] { new MemoryStream(), AudioSource.FromChunks(Split([], seed: 14)), new ScriptedSource { IsPaced = true } })
            await _pump.RunAsync(source, default).WithTimeout();

        _host.Pieces.Should().BeEmpty();
        _host.Commits.Should().BeEmpty();
        _host.Failures.Should().BeEmpty();
    }

    [Fact]
    public async Task One_source_is_sent_at_a_time()
    {
        using var cancel = new CancellationTokenSource();
        var first = _pump.RunAsync(new ScriptedSource(ScriptedSource.Stalls()), cancel.Token);

        FluentActions.Invoking(() => { _ = _pump.RunAsync(AudioSource.FromStream(new MemoryStream(), isLive: true), default); }).Should().Throw<InvalidOperationException>();

        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => first.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await _pump.RunAsync(AudioSource.FromStream(new MemoryStream(new byte[2]), isLive: true), default).WithTimeout();
        _host.Pieces.Should().HaveCount(1);
    }

    public void Dispose() => _host.Dispose();

    private static byte[] Noise(int seed, int length)
    {
        var audio = new byte[length];
        new Random(seed).NextBytes(audio);
        return audio;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Split(byte[] audio, int seed, int maxSize = 5_000)
    {
        var random = new Random(seed);
        for (var start = 0; start < audio.Length;)
        {
            var size = Math.Min(random.Next(maxSize + 1), audio.Length - start);
            if (random.Next(2) == 0)
                await Task.Yield();
            yield return audio.AsMemory(start, size);
            start += size;
        }
    }
}
