using System.Text.Json;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>What the generated readers and writers do with JSON that is written in unusual ways.</summary>
public sealed class GeneratedReadingTests
{
    [Fact]
    public void Names_written_with_escapes_are_the_same_names()
    {
        var read = RealtimeJson.Deserialize<TurnDetection>("""{"thresh\u006fld":0.25,"\u0074ype":"server\u005fvad","l\u0061ter":1}""");

        read.Should().BeOfType<ServerVad>().Which.Threshold.Should().Be(0.25);
        read.AdditionalProperties.Should().ContainKey("later");
    }

    [Fact]
    public void Of_two_members_with_one_name_the_last_counts()
    {
        var read = RealtimeJson.Deserialize<ServerVad>("""{"threshold":0.25,"later":1,"threshold":0.75,"later":2}""");

        read.Threshold.Should().Be(0.75);
        read.AdditionalProperties["later"].GetInt32().Should().Be(2);
    }

    [Fact]
    public void A_variant_in_a_strangers_context_keeps_members_nobody_knows()
    {
        const string json = """{"type":"server_vad","threshold":0.25,"later":[1]}""";

        var read = JsonSerializer.Deserialize(json, StrangersContext.Default.ServerVad)!;

        read.AdditionalProperties.Should().ContainKey("later");
        JsonSerializer.Serialize(read, StrangersContext.Default.ServerVad).ReplaceLineEndings("").Replace(" ", "").Should().Be(json);
    }

    [Fact]
    public async Task A_stream_that_comes_byte_by_byte_reads_the_same()
    {
        const string json = """{"noise_reduction":null,"format":{"rate":24000,"type":"audio/pcm"},"later":"ünbekannt"}""";
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        var options = new JsonSerializerOptions { DefaultBufferSize = 1, TypeInfoResolver = StrangersContext.Default };

        var read = await JsonSerializer.DeserializeAsync<AudioInputConfiguration>(stream, options, TestContext.Current.CancellationToken);

        read!.NoiseReduction.Should().Be(NoiseReduction.Off);
        read.Format.Should().Be(AudioFormat.Pcm);
        read.AdditionalProperties["later"].GetString().Should().Be("ünbekannt");
    }

    [Theory]
    [InlineData("""{"threshold":"0.5"}""", "$.threshold")]
    [InlineData("""{"threshold":1e999}""", "$.threshold")]
    [InlineData("""{"create_response":1}""", "$.create_response")]
    [InlineData("""{"prefix_padding_ms":true}""", "$.prefix_padding_ms")]
    [InlineData("""[]""", "$")]
    public void A_member_of_the_wrong_shape_is_named_by_its_path(string json, string path)
    {
        var reading = () => RealtimeJson.Deserialize<ServerVad>(json);

        reading.Should().Throw<RealtimeProtocolException>().Which.Path.Should().Be(path);
    }

    [Theory]
    [InlineData("""{"type":"server_vad"}{}""")]
    [InlineData("""{"type":"server_vad"},""")]
    [InlineData("""{"type":"server_vad" """)]
    public void What_stands_behind_the_value_or_is_missing_from_it_is_refused(string json)
    {
        FluentActions.Invoking(() => RealtimeJson.Deserialize<TurnDetection>(json)).Should().Throw<RealtimeProtocolException>();
    }

    [Fact]
    public void A_type_longer_than_any_of_the_wire_is_kept_whole()
    {
        var type = new string('x', 1000);

        var read = RealtimeJson.Deserialize<TurnDetection>($$"""{"a":{"type":"server_vad"},"type":"{{type}}"}""");

        read.Type.Should().Be(type);
    }
}
