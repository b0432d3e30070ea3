using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace Realtime.Sdk.Tests.Connections;

public sealed class AudioTests
{
    [Fact]
    public async Task Audio_is_appended_as_one_event()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await test.Connection.AppendAudioAsync(new byte[] { 1, 2, 3, 4 });

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"input_audio_buffer.append","audio":"AQIDBA=="}""");
    }

    [Fact]
    public async Task No_audio_and_too_much_audio_are_refused_and_the_limit_itself_is_sent()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var limit = new byte[15 * 1024 * 1024];

        var none = FluentActions.Awaiting(() => test.Connection.AppendAudioAsync(ReadOnlyMemory<byte>.Empty).AsTask());
        var much = FluentActions.Awaiting(() => test.Connection.AppendAudioAsync(new byte[limit.Length + 1]).AsTask());

        (await none.Should().ThrowAsync<RealtimeValidationException>()).Which.Message.Should().Be("The request was not sent: audio is required.");
        (await much.Should().ThrowAsync<RealtimeValidationException>()).Which.Message.Should().Be("The request was not sent: audio is 15728641 bytes, must be at most 15728640 bytes.");
        var sending = test.Connection.AppendAudioAsync(limit).AsTask();
        (await test.Pair.ReceiveAsync())!.Length.Should().BeGreaterThan(20 * 1024 * 1024);
        await sending.WithTimeout();
    }

    [Fact]
    public async Task Chunks_of_any_size_arrive_whole_in_order_and_cut_between_samples()
    {
        await Gen.Byte.Array[0, 12_000].Array[1, 8].SampleAsync(async chunks =>
        {
            await using var test = await ConnectionUnderTest.StartAsync();
            var all = chunks.SelectMany(chunk => chunk).ToArray();
            var odd = all.Length % 2;

            var sending = AppendAsync(test, chunks);
            var pieces = await PiecesAsync(test, all.Length - odd);
            var ended = await sending.WithTimeout();

            return pieces.SelectMany(piece => piece).SequenceEqual(all[..^odd]) && pieces.TrueForAll(piece => piece.Length % 2 == 0 && piece.Length <= 4_800)
                && ended == (odd == 0);
        }, iter: 40);
    }

    [Fact]
    public async Task A_stream_is_read_to_its_end()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var audio = Enumerable.Range(0, 20_000).Select(i => (byte)i).ToArray();

        var sending = test.Connection.AppendAudioAsync(new MemoryStream(audio));
        var pieces = await PiecesAsync(test, audio.Length);
        await sending.WithTimeout();

        pieces.SelectMany(piece => piece).Should().Equal(audio);
        pieces.Should().OnlyContain(piece => piece.Length <= 4_800);
    }

    [Fact]
    public async Task A_pipe_is_sent_as_it_fills_and_keeps_half_a_sample_for_later()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var pipe = new Pipe();

        var sending = test.Connection.AppendAudioAsync(pipe.Reader);
        await pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 });
        (await PiecesAsync(test, 2)).Single().Should().Equal(1, 2);
        await pipe.Writer.WriteAsync(new byte[] { 4 });
        (await PiecesAsync(test, 2)).Single().Should().Equal(3, 4);
        await pipe.Writer.CompleteAsync();

        await sending.WithTimeout();
    }

    [Fact]
    public async Task A_cancelled_pipe_keeps_what_was_not_sent_and_the_next_append_works()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var pipe = new Pipe();
        using var cancellation = new CancellationTokenSource();

        var cancelled = test.Connection.AppendAudioAsync(pipe.Reader, cancellation.Token);
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => cancelled.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await pipe.Writer.WriteAsync(new byte[] { 5, 6 });
        await pipe.Writer.CompleteAsync();
        await test.Connection.AppendAudioAsync(pipe.Reader).WithTimeout();

        (await PiecesAsync(test, 2)).Single().Should().Equal(5, 6);
    }

    [Fact]
    public async Task A_source_that_throws_commits_nothing_and_the_next_append_works()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await FluentActions.Awaiting(() => test.Connection.AppendAudioAsync(BrokenAsync()).WithTimeout()).Should().ThrowAsync<IOException>();
        await test.Connection.AppendAudioAsync(new byte[] { 9, 9 });

        (await PiecesAsync(test, 4)).Should().HaveCount(2);
    }

    [Fact]
    public async Task The_cut_follows_the_format_of_the_session()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await test.Pair.SendAsync("""{"type":"session.created","session":{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu"}}}}}""");
        await test.ReadAsync();

        await test.Connection.AppendAudioAsync(new MemoryStream(new byte[1_701])).WithTimeout();

        (await PiecesAsync(test, 1_701)).Select(piece => piece.Length).Should().Equal(800, 800, 101);
    }

    [Fact]
    public async Task A_handler_is_lent_the_audio_in_order_with_the_events()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var heard = new List<string>();
        test.Connection.OnOutputAudio((in audio) => heard.Add($"{audio.ItemId}:{Convert.ToHexString(audio.Audio)}"));

        await test.Pair.SendAsync(Delta("i1", "AQI="));
        await test.Pair.SendAsync("""{"type":"response.output_audio.done","item_id":"i1"}""");
        await test.Pair.SendAsync(Delta("i2", "AwQ="));
        await test.Pair.SendAsync(Delta("i3", "!!!!"));
        (await test.ReadAsync()).Should().BeOfType<ResponseOutputAudioDoneEvent>();
        heard.Should().Equal("i1:0102");
        (await test.ReadAsync()).Should().BeOfType<ResponseOutputAudioDeltaEvent>().Which.AudioError.Should().NotBeNull();
        heard.Should().Equal("i1:0102", "i2:0304");

        test.Connection.OnOutputAudio(null);
        await test.Pair.SendAsync(Delta("i4", "BQY="));
        (await test.ReadAsync()).Should().BeOfType<ResponseOutputAudioDeltaEvent>().Which.Delta.ToArray().Should().Equal(5, 6);
    }

    [Fact]
    public async Task What_the_handler_throws_comes_out_of_the_loop_and_the_next_loop_goes_on()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        test.Connection.OnOutputAudio((in _) => throw new NotSupportedException("mine"));
        await test.Pair.SendAsync(Delta("i1", "AQI="));

        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in test.Connection.ReadEventsAsync())
            {
            }
        }).Should().ThrowAsync<NotSupportedException>();
        await test.Pair.SendAsync("""{"type":"response.output_audio.done"}""");

        (await test.ReadAsync()).Should().BeOfType<ResponseOutputAudioDoneEvent>();
    }

    private static string Delta(string item, string audio) =>
        $$"""{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"{{item}}","output_index":0,"content_index":0,"delta":"{{audio}}"}""";

    /// <summary>Whether the audio ended on a whole sample.</summary>
    private static async Task<bool> AppendAsync(ConnectionUnderTest test, byte[][] chunks)
    {
        try
        {
            await test.Connection.AppendAudioAsync(ChunksAsync(chunks));
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static async Task<List<byte[]>> PiecesAsync(ConnectionUnderTest test, int bytes)
    {
        var pieces = new List<byte[]>();
        while (pieces.Sum(piece => piece.Length) < bytes)
        {
            var message = JsonSerializer.Deserialize<JsonElement>((await test.Pair.ReceiveAsync())!);
            message.GetProperty("type").GetString().Should().Be("input_audio_buffer.append");
            pieces.Add(message.GetProperty("audio").GetBytesFromBase64());
        }
        return pieces;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(byte[][] chunks)
    {
        foreach (var chunk in chunks)
        {
            await Task.Yield();
            yield return chunk;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> BrokenAsync()
    {
        yield return new byte[] { 1, 2, 3 };
        await Task.Yield();
        throw new IOException("The microphone is gone.");
    }
}
