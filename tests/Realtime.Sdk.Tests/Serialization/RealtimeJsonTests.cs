using System.Buffers;
using System.Text;

namespace Realtime.Sdk.Tests.Serialization;

public sealed class RealtimeJsonTests
{
    private const string Json = """{"type":"near_field","strength":0.5}""";

    private static readonly NoiseReduction Value = new NearFieldNoiseReduction { Strength = 0.5 };

    [Fact]
    public async Task Every_door_reads_the_same()
    {
        using var plain = new MemoryStream(Encoding.UTF8.GetBytes(Json));
        using var marked = new MemoryStream([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Json)]);

        RealtimeJson.Deserialize<NoiseReduction>(Json).Should().Be(Value);
        RealtimeJson.Deserialize<NoiseReduction>(Encoding.UTF8.GetBytes(Json)).Should().Be(Value);
        (await RealtimeJson.DeserializeAsync<NoiseReduction>(plain, TestContext.Current.CancellationToken)).Should().Be(Value);
        (await RealtimeJson.DeserializeAsync<NoiseReduction>(marked, TestContext.Current.CancellationToken)).Should().Be(Value);
    }

    [Fact]
    public async Task Every_door_writes_the_same()
    {
        using var stream = new MemoryStream();
        var buffer = new ArrayBufferWriter<byte>();

        await RealtimeJson.SerializeAsync(stream, Value, TestContext.Current.CancellationToken);
        RealtimeJson.Serialize(buffer, Value);

        Encoding.UTF8.GetString(stream.ToArray()).Should().Be(Json);
        Encoding.UTF8.GetString(buffer.WrittenSpan).Should().Be(Json);
        Encoding.UTF8.GetString(RealtimeJson.SerializeToUtf8Bytes(Value)).Should().Be(Json);
        RealtimeJson.Serialize(Value).Should().Be(Json);
    }

    [Fact]
    public void A_variant_is_written_the_same_by_its_own_type_and_by_its_family()
    {
        RealtimeJson.Serialize(Voice.Marin).Should().Be("\"marin\"").And.Be(RealtimeJson.Serialize(Voice.Marin));
        RealtimeJson.Serialize(McpAllowedTools.Named("a", "b")).Should().Be("""["a","b"]""");
        RealtimeJson.Serialize(TurnDetection.Disabled).Should().Be("null");
        RealtimeJson.Deserialize<TurnDetection>("null").Should().BeSameAs(TurnDetection.Disabled);
        RealtimeJson.Deserialize<BuiltInVoice>("\"marin\"").Should().Be(Voice.Marin);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"value":"ek_secret","session":3""")]
    [InlineData("""{"value":"ek_secret","expires_at":"soon"}""")]
    [InlineData("""{"value":{"ek_secret":1}}""")]
    [InlineData("""{"value":"ek_secret"} {}""")]
    [InlineData("""{"value":trek_secret}""")]
    [InlineData("""{"value":"ek_secret\ud800"}""")]
    [InlineData("\"ek_secret\ud800\"")]
    public void What_cannot_be_read_is_a_protocol_exception_that_quotes_nothing(string json)
    {
        var reading = FluentActions.Invoking(() => RealtimeJson.Deserialize<ClientSecret>(json));

        reading.Should().Throw<RealtimeProtocolException>().Which.ToString().Should().NotContain("ek_secret").And.Contain("ClientSecret");
    }

    [Theory]
    [InlineData("""{"type":"realtime","audio":{"input":7}}""", "an object was expected, not a number", "$.audio.input")]
    [InlineData("""{"type":"realtime","tools":{}}""", "an array was expected, not an object", "$.tools")]
    [InlineData("""{"type":"realtime","model":[1]}""", "a string was expected, not an array", "$.model")]
    [InlineData("""{"type":"realtime","parallel_tool_calls":"yes"}""", "a boolean was expected, not a string", "$.parallel_tool_calls")]
    [InlineData("""{"type":"realtime","audio":{"output":{"speed":true}}}""", "a number was expected, not a boolean", "$.audio.output.speed")]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":"500"}}}}""",
        "a number of milliseconds was expected, not a string", "$.audio.input.turn_detection.silence_duration_ms")]
    [InlineData("""{"type":"realtime","model":nonsense}""", "it is not valid JSON", "$.model")]
    [InlineData("[]", "an object was expected, not an array", "$")]
    public void What_cannot_be_read_says_where_what_is_there_and_what_was_expected(string json, string reason, string path)
    {
        var unreadable = FluentActions.Invoking(() => RealtimeJson.Deserialize<RealtimeSessionConfiguration>(json)).Should().Throw<RealtimeProtocolException>().Which;

        unreadable.Message.Should().Be($"The JSON could not be read as RealtimeSessionConfiguration at {path}: {reason}.");
        unreadable.Path.Should().Be(path);
    }

    [Theory]
    [InlineData("""{"headers":{"Key-secret":{"a":1}}}""")]
    [InlineData("""{"authorization":trek-secret}""")]
    public void What_cannot_be_read_of_a_tool_quotes_nothing_either(string json) =>
        FluentActions.Invoking(() => RealtimeJson.Deserialize<McpTool>(json))
            .Should().Throw<RealtimeProtocolException>().Which.ToString().Should().NotContain("-secret").And.Contain("McpTool");

    [Fact]
    public void Deep_json_is_refused_and_not_followed()
    {
        var deep = new string('[', 100_000);

        FluentActions.Invoking(() => RealtimeJson.Deserialize<SessionConfiguration>($$"""{"type":"realtime","x":{{deep}}"""))
            .Should().Throw<RealtimeProtocolException>();
    }

    [Fact]
    public void A_number_json_cannot_carry_is_an_argument_exception()
    {
        var session = new RealtimeSessionConfiguration { Audio = new() { Output = new() { Speed = double.NaN } } };

        FluentActions.Invoking(() => RealtimeJson.Serialize(session)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_copy_with_another_member_leaves_the_original_alone()
    {
        var read = RealtimeJson.Deserialize<SessionConfiguration>("""{"type":"realtime","later":1}""").Should().BeOfType<RealtimeSessionConfiguration>().Subject;

        var copy = read with { Model = "m", AdditionalProperties = new Dictionary<string, System.Text.Json.JsonElement>() };

        RealtimeJson.Serialize(read).Should().Be("""{"type":"realtime","later":1}""");
        RealtimeJson.Serialize(copy).Should().Be("""{"type":"realtime","model":"m"}""");
    }
}
