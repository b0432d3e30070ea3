using System.Globalization;
using System.Text;
using CsCheck;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>Reading allocates in proportion to the bytes that came, whatever shape they have: a small message cannot be made to cost much memory.</summary>
public sealed class ReadingCostTests
{
    // The constant holds the exceptions of a message that is refused: their stack traces grow with what the runtime has not inlined yet.
    private const int BytesPerByte = 4, Constant = 2048;

    private static readonly (Type Root, string Name, string Format, string Element)[] Shapes =
    [
        .. Of(typeof(ServerEvent), """{"type":"response.output_text.delta","delta":"a",*}""",
            "\"x#\":1", "\"x#\":{}", "\"x#\":[]", "\"x#\":[[0],[1],[2]]", "\"x#\":\"\"", "\"\\u0061#\":null", "\"x\":0"),
        .. Of(typeof(ServerEvent), """{"type":"response.output_audio.delta","delta":"AAAA","later":[*]}""", "0", "[]", "{}", "[[[0]]]", "{\"a\":[0,{\"b\":null}]}", "\"\\n\""),
        .. Of(typeof(ServerEvent), """{"type":"new.event","later":{*}}""", "\"x#\":1", "\"x#\":[0,0,0]"),
        .. Of(typeof(ServerEvent), """{"type":"new.event",*}""", "\"x#\":1", "\"event_id\":\"a#\"", "\"type\":\"new.event\""),
        .. Of(typeof(ServerEvent), """{"type":"response.done","response":{"output":[*]}}""",
            "0", "null", "{}", "[]", "\"\"", "{\"type\":\"x\"}", "{\"type\":\"x#\",\"a\":0}", "{\"type\":\"message\"}", "{\"type\":\"mcp_call\"}", "{\"type\":\"message\",\"id\":\"i#\"}",
            "{\"type\":\"message\",\"content\":[{},{},{}]}", "{\"type\":\"message\",\"content\":[{\"type\":\"text\"},{\"type\":\"audio\"}]}", "{\"type\":\"function_call\",\"name\":\"f\"}",
            "{\"type\":\"mcp_list_tools\",\"tools\":[{},{}]}", "{\"type\":\"message\",\"x\":[]}", "{\"\\u0074ype\":\"mess\\u0061ge\"}",
            "{\"type\":\"message\",\"id\":\"item_#\",\"role\":\"user\",\"status\":\"completed\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hi.\"}]}"),
        .. Of(typeof(ServerEvent), """{"type":"response.done","response":{"metadata":{*}}}""", "\"k#\":\"v#\"", "\"k#\":\"\"", "\"k\":\"v\"", "\"\":null"),
        .. Of(typeof(ServerEvent), """{"type":"response.done","response":{"output_modalities":[*]}}""", "\"text\"", "\"\"", "\"m#\"", "null"),
        .. Of(typeof(ServerEvent), """{"type":"response.done","response":{"usage":{*}}}""", "\"total_tokens\":1", "\"x#\":{}", "\"input_token_details\":{}"),
        .. Of(typeof(ServerEvent), """{"type":"response.done",*}""", "\"response\":{}", "\"response\":{\"output\":[0]}", "\"response\":{\"audio\":{\"output\":{}}}"),
        .. Of(typeof(ServerEvent), """{"type":"rate_limits.updated","rate_limits":[*]}""", "{}", "{\"name\":\"requests\"}", "{\"x#\":0}"),
        .. Of(typeof(ServerEvent), """{"type":"conversation.item.done","item":{"type":"mcp_list_tools","tools":[*]}}""",
            "{}", "{\"name\":\"\"}", "{\"input_schema\":[]}", "{\"annotations\":{\"a\":[0,0]}}"),
        .. Of(typeof(ServerEvent), """{"type":"conversation.item.done","item":{"type":"mcp_list_tools","tools":[{"input_schema":[*]}]}}""", "0", "{}", "\"a\""),
        .. Of(typeof(ServerEvent), """{"type":"conversation.item.input_audio_transcription.delta","logprobs":[*]}""", "{}", "{\"bytes\":[1,2]}", "{\"token\":\"a\",\"logprob\":-1,\"bytes\":[97]}"),
        .. Of(typeof(ServerEvent), """{"type":"conversation.item.input_audio_transcription.delta","logprobs":[{"bytes":[*]}]}""", "1", "255", "null"),
        .. Of(typeof(ServerEvent), """{"type":"session.created","session":{"type":"realtime",*}}""",
            "\"tools\":[]", "\"tools\":[{}]", "\"audio\":{\"input\":{\"turn_detection\":{}}}", "\"truncation\":{}", "\"tracing\":{\"metadata\":[0,0]}", "\"x#\":{}"),
        .. Of(typeof(ServerEvent), """{"type":"session.created",*}""", "\"session\":{}", "\"session\":{\"type\":\"x\"}", "\"session\":{\"audio\":{},\"object\":\"\"}"),
        .. Of(typeof(ServerEvent), """{"type":"session.created","session":{"type":"new.kind","later":[*]}}""", "0", "{}", "[[]]"),
        .. Of(typeof(RealtimeSession), """{"type":"realtime","tools":[*]}""",
            "{}", "{\"type\":\"mcp\"}", "{\"type\":\"function\"}", "{\"type\":\"function\",\"parameters\":{}}", "{\"type\":\"mcp\",\"headers\":{\"a\":\"b\",\"c\":\"d\"}}",
            "{\"type\":\"mcp\",\"allowed_tools\":[\"a\",\"b\"]}", "{\"type\":\"mcp\",\"require_approval\":{\"always\":{\"tool_names\":[\"a\"]}}}"),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","tools":[{"type":"mcp","allowed_tools":[*]}]}""", "\"\"", "\"a\"", "\"tool_#\"", "0"),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","tools":[{"type":"mcp","headers":{*}}]}""", "\"a#\":\"b\""),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","include":[*]}""", "\"a\"", "\"\""),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","tracing":{"metadata":{*}}}""", "\"k#\":0", "\"k#\":{}"),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","prompt":{"id":"p","variables":{*}}}""", "\"a#\":\"\"", "\"a#\":{}", "\"a#\":{\"type\":\"input_text\"}"),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","audio":{"input":{"transcription":{"keywords":[*]}}}}""", "\"\"", "\"a\"", "\"word#\""),
        .. Of(typeof(SessionConfiguration), """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"new","later":[*]}}}}""", "0", "{}"),
        .. Of(typeof(SessionConfiguration), """{"modalities":["text"],"tools":[*]}""", "{}", "{\"type\":\"x\"}"),
        .. Of(typeof(ConversationItem), """{"type":"message","content":[*]}""", "0", "{}", "{\"type\":\"text\"}", "{\"type\":\"input_audio\",\"audio\":\"AA==\"}", "{\"type\":\"x\"}", "{\"text\":\"\"}"),
        .. Of(typeof(ConversationItem), """{"type":"message",*}""", "\"content\":[]", "\"content\":[0]", "\"x#\":0", "\"id\":\"\"", "\"id\":\"a\",\"x\":0"),
        .. Of(typeof(ClientEvent), """{"type":"response.create","response":{"input":[*]}}""", "{}", "{\"type\":\"item_reference\",\"id\":\"a#\"}", "{\"type\":\"x\"}"),
        .. Of(typeof(ClientEvent), """{"type":"response.create","response":{"metadata":{*}}}""", "\"k#\":\"v\""),
        .. Of(typeof(ClientEvent), """{"type":"conversation.item.create","item":{"type":"message","content":[*]}}""", "{}", "{\"type\":\"input_text\",\"text\":\"\"}"),
        .. Of(typeof(ClientEvent), """{"type":"session.update","session":{"type":"realtime","tools":[*]}}""", "{}", "{\"type\":\"mcp\"}"),
        .. Of(typeof(ClientEvent), """{"type":"new.event","later":[*]}""", "0", "{}"),
        .. Of(typeof(TranslationServerEvent), """{"type":"session.created","session":{"type":"translation","later":[*]}}""", "0", "{}"),
    ];

    private static readonly int[] Sizes = [2 * 1024, 20 * 1024, 200 * 1024, 1024 * 1024];

    public static TheoryData<string> Names => [.. Shapes.Select(shape => shape.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_message_of_any_shape_costs_at_most_four_times_its_size(string name)
    {
        var (root, _, format, element) = Shapes.First(shape => shape.Name == name);
        var read = WireFamilies.Utf8Reader(root);

        foreach (var size in Sizes)
            ShouldCostLittle(Repeated(format, element, size), message => Ignoring(() => read(message)));
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","delta":"*"}""", "a")]
    [InlineData("""{"type":"response.output_text.delta","delta":"*"}""", "\\n")]
    [InlineData("""{"type":"response.output_text.delta","delta":"*"}""", "\\u0041")]
    [InlineData("""{"type":"response.output_text.delta","delta":"*"}""", "☂")]
    [InlineData("""{"type":"response.output_text.delta","delta":"*"}""", "\\ud83c\\udf02")]
    [InlineData("""{"type":"response.output_audio.delta","delta":"*"}""", "AAAA")]
    [InlineData("""{"type":"response.output_audio.delta","delta":"*"}""", "\\u0041\\/AA")]
    [InlineData("""{"type":"response.output_audio.delta","delta":"*"}""", "not base64!")]
    [InlineData("""{"type":"response.output_text.delta","later":"*"}""", "\\u0041")]
    [InlineData("""{"type":"*"}""", "a")]
    [InlineData("""{"type":"*"}""", "\\u0041")]
    [InlineData("""{"*":1,"type":"error"}""", "\\u0041")]
    [InlineData("""{"type":"session.created","session":{"type":"realtime","instructions":"*"}}""", "\\\"")]
    public void A_long_string_costs_at_most_four_times_its_size(string format, string piece)
    {
        foreach (var size in Sizes)
        {
            var message = Encoding.UTF8.GetBytes(format.Replace("*", string.Concat(Enumerable.Repeat(piece, size / Encoding.UTF8.GetByteCount(piece))), StringComparison.Ordinal));
            ShouldCostLittle(message, message => new ServerEventReader().Read(message));
        }
    }

    [Theory]
    [InlineData("""{"type":"response.done","response":{"output":[*,{"type":"message","content":5}]}}""", "{\"type\":\"message\",\"id\":\"i#\"}")]
    [InlineData("""{"type":"response.done","response":{"output":[*,{"type":"message","content":5}]}}""", "{}")]
    [InlineData("""{"type":"response.done","response":{"metadata":{*,"k":5}}}""", "\"k#\":\"v\"")]
    public void A_message_with_a_member_that_cannot_be_read_costs_no_more(string format, string element)
    {
        foreach (var size in Sizes.Skip(1))
        {
            var message = Repeated(format, element, size);

            new ServerEventReader().Read(message).Should().BeOfType<ResponseDoneEvent>();
            ShouldCostLittle(message, message => new ServerEventReader().Read(message));
        }
    }

    [Theory]
    [InlineData("""{"type":"response.done","response":{"output":[*]},"response":5}""", "{\"type\":\"message\",\"id\":\"i#\"}")]
    [InlineData("""{"type":"response.done","response":{"output":[*]},"response":5}""", "{}")]
    [InlineData("""{"type":"response.done","later":{*},"response":5}""", "\"x#\":[{\"a\":0}]")]
    [InlineData("""{"type":"response.done","response":{"metadata":{*,"k":5}},"response":5}""", "\"k#\":\"v\"")]
    [InlineData("""{"type":"new.event","later":[*]""", "{}")]
    [InlineData("""{"type":"new.event","later":[*,\ud800]}""", "0")]
    [InlineData("""{"type":"new.event","type":"response.done","later":[*]}""", "0")]
    public void A_message_that_cannot_be_read_costs_no_more(string format, string element)
    {
        foreach (var size in Sizes.Skip(1))
        {
            var message = Repeated(format, element, size);

            new ServerEventReader().Read(message).Should().BeOfType<MalformedEvent>();
            ShouldCostLittle(message, message => new ServerEventReader().Read(message));
        }
    }

    [Fact]
    public void Deep_nesting_costs_no_more()
    {
        foreach (var size in Sizes)
        {
            foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
            {
                var deep = string.Concat(Enumerable.Repeat(open, 58)) + "0" + string.Concat(Enumerable.Repeat(close, 58));
                ShouldCostLittle(Repeated("""{"type":"response.done","later":[*]}""", deep, size), message => new ServerEventReader().Read(message));
                ShouldCostLittle(Repeated("""{"type":"response.done","response":{"output":[*]}}""", deep, size), message => new ServerEventReader().Read(message));
            }
        }
    }

    [Fact]
    public void Any_list_and_map_of_any_record_costs_no_more()
    {
        foreach (var (record, member, isMap) in WireFamilies.Collections)
        {
            var read = WireFamilies.Utf8Reader(record);
            SmallValue.Sample(value =>
            {
                var element = isMap ? $"\"k#\":{value}" : value;
                ShouldCostLittle(Repeated($"{{\"{member}\":{(isMap ? "{*}" : "[*]")}}}", element, 4 * 1024), message => Ignoring(() => read(message)));
            }, iter: 40, threads: 1);
        }
    }

    [Fact]
    public void What_is_kept_as_JSON_reads_as_what_it_is()
    {
        var items = string.Join(',', Enumerable.Range(0, 1_000).Select(i => i % 3 == 0 ? "{\"type\":\"new\"}" : i % 3 == 1 ? "null" : $"{{\"type\":\"message\",\"id\":\"i{i}\",\"role\":\"user\",\"content\":[{{}},{{\"type\":\"text\",\"text\":\"{i}\"}}]}}"));
        var metadata = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"k{i}\":\"v{i}\""));
        var json = $$$"""{"type":"response.done","response":{"output":[{{{items}}}],"metadata":{{{{metadata}}}},"output_modalities":["text","text"]}}""";

        var response = ((ResponseDoneEvent)new ServerEventReader().Read(Encoding.UTF8.GetBytes(json))).Response;

        response.Output.Should().HaveCount(1_000);
        response.Output![0].Should().BeOfType<UnknownConversationItem>().Which.Type.Should().Be("new");
        response.Output[1].Should().BeSameAs(ConversationItem.Missing);
        var message = response.Output[998].Should().BeOfType<MessageItem>().Which;
        message.Id.Should().Be("i998");
        message.Content[1].Should().BeOfType<OutputTextPart>().Which.Text.Should().Be("998");
        response.Output[998].Should().BeSameAs(message);
        response.Output.Select(item => item.Type).Distinct().Should().Equal("new", "", "message");
        response.Metadata.Should().HaveCount(500).And.Contain("k499", "v499");
        response.Metadata!.TryGetValue("k500", out _).Should().BeFalse();
        response.Metadata.Keys.Should().HaveCount(500);
        RealtimeJson.Serialize(response).Should().Contain("\"k499\":\"v499\"").And.Contain("\"id\":\"i998\"");
    }

    private static Gen<string> SmallValue =>
        Gen.OneOf("0", "null", "\"\"", "\"a\"", "{}", "[]", "true", "1.5", "{\"type\":\"message\"}", "{\"type\":\"text\"}", "{\"type\":\"x#\"}", "{\"name\":\"#\"}", "[0]", "{\"x\":[0]}", "{\"\\u0061\":0}")
            .Array[1, 3].Select(values => string.Join(',', values));

    private static IEnumerable<(Type, string, string, string)> Of(Type root, string format, params string[] elements) =>
        elements.Select(element => (root, $"{root.Name} {format.Replace("*", element, StringComparison.Ordinal)}", format, element));

    /// <summary>A message of a size in which the elements stand again and again, <c>#</c> numbered.</summary>
    private static byte[] Repeated(string format, string element, int size)
    {
        var text = new StringBuilder(format[..format.IndexOf('*', StringComparison.Ordinal)]);
        for (var i = 0; text.Length < size; i++)
            text.Append(i == 0 ? "" : ",").Append(element.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return Encoding.UTF8.GetBytes(text.Append(format[(format.IndexOf('*', StringComparison.Ordinal) + 1)..]).ToString());
    }

    private static void ShouldCostLittle(byte[] message, Func<byte[], object?> read)
    {
        read(message);
        read(message);
        // The least of several: what the runtime does beside the test, such as filling a pool again after a collection, only ever adds.
        var cost = long.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            read(message);
            cost = Math.Min(cost, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        if (cost > (BytesPerByte * message.Length) + Constant)
            Assert.Fail($"{message.Length} bytes cost {cost}, {(double)cost / message.Length:F2} times as much: {Encoding.UTF8.GetString(message)[..200]}…");
    }

    /// <summary>Some of the shapes are refused; that costs no more than reading them would.</summary>
    private static object? Ignoring(Func<object> read)
    {
        try
        {
            return read();
        }
        catch (RealtimeProtocolException)
        {
            return null;
        }
    }
}
