using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>Records that an application reads with its own serializer, whose JSON may come in pieces and hold comments.</summary>
public sealed class JsonSerializerReaderTests
{
    private const string Json =
        """{"noise_reduction":{"type":"new","x":[1,{"é":"☂"}]},"l\u0061ter \"x\"":{"a":[1,null]},"format":{"type":"audio/pcm","rate":24000},"\u00e9":"a\n☔","n":-1.5,"t":true,"z":null}""";

    private const string Loose =
        """
        {
            // How the audio comes.
            "noise_reduction": { "type": "new", "x": [1, { "é": "☂", }, /* the last */ ], },
            "later \"x\"": { "a": [1, null,], }, "format": { "type": "audio/pcm", "rate": 24000 }, "é": "a\n☔", "n": -1.5, "t": true, "z": null,
        }
        """;

    [Fact]
    public void JSON_with_comments_and_trailing_commas_reads_as_plain_JSON_does()
    {
        var options = new JsonSerializerOptions { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, TypeInfoResolver = StrangersContext.Default };

        ShouldBeWhole(JsonSerializer.Deserialize<AudioInputConfiguration>(Loose, options)!);
    }

    [Fact]
    public void JSON_from_a_string_is_read_whole()
    {
        ShouldBeWhole(JsonSerializer.Deserialize(Json, StrangersContext.Default.AudioInputConfiguration)!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task JSON_that_comes_in_pieces_is_read_whole(int size)
    {
        var reader = PipeReader.Create(Pieces(Encoding.UTF8.GetBytes(Json), size));
        var options = new JsonSerializerOptions { TypeInfoResolver = StrangersContext.Default };

        ShouldBeWhole((await JsonSerializer.DeserializeAsync<AudioInputConfiguration>(reader, options, TestContext.Current.CancellationToken))!);
    }

    private static void ShouldBeWhole(AudioInputConfiguration read)
    {
        read.Format.Should().Be(AudioFormat.Pcm);
        read.NoiseReduction.Should().BeOfType<UnknownNoiseReduction>().Which.Json.GetProperty("x")[1].GetProperty("é").GetString().Should().Be("☂");
        read.AdditionalProperties.Keys.Should().BeEquivalentTo("later \"x\"", "é", "n", "t", "z");
        read.AdditionalProperties["later \"x\""].GetRawText().Replace(" ", "", StringComparison.Ordinal).Should().StartWith("{\"a\":[1,null").And.EndWith("]}");
        read.AdditionalProperties["é"].GetString().Should().Be("a\n☔");
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), Json);
    }

    private static ReadOnlySequence<byte> Pieces(byte[] utf8, int size)
    {
        var first = new Piece(utf8.AsMemory(0, size), 0);
        var last = first;
        for (var at = size; at < utf8.Length; at += size)
            last = last.Append(utf8.AsMemory(at, Math.Min(size, utf8.Length - at)));
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at)
        {
            Memory = memory;
            RunningIndex = at;
        }

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
