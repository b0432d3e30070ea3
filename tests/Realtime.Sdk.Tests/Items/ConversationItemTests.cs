using System.Text.Json;

namespace Realtime.Sdk.Tests.Items;

public sealed class ConversationItemTests
{
    private static readonly JsonSerializerOptions Strangers = new(JsonSerializerDefaults.Web) { WriteIndented = false };

    public static TheoryData<ConversationItem, string> Made => new()
    {
        { ConversationItem.UserText("hi"), """{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}""" },
        { ConversationItem.SystemText("be brief"), """{"type":"message","role":"system","content":[{"type":"input_text","text":"be brief"}]}""" },
        { ConversationItem.AssistantText("ok"), """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"ok"}]}""" },
        { ConversationItem.UserAudio(new byte[] { 1, 2, 3 }), """{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AQID"}]}""" },
        { new ItemReference { Id = "item_1" }, """{"type":"item_reference","id":"item_1"}""" },
        { new FunctionCallOutputItem { CallId = "call_1", Output = "{}" }, """{"type":"function_call_output","call_id":"call_1","output":"{}"}""" },
    };

    [Theory, MemberData(nameof(Made))]
    public void An_item_is_written_alike_under_any_options(ConversationItem item, string json)
    {
        JsonSerializer.Serialize(item).Should().Be(json);
        JsonSerializer.Serialize(item, Strangers).Should().Be(json);
        JsonSerializer.Serialize(JsonSerializer.Deserialize<ConversationItem>(json, Strangers), Strangers).Should().Be(json);
    }

    [Theory]
    [InlineData("text", "output_text")]
    [InlineData("audio", "output_audio")]
    public void A_part_keeps_the_spelling_it_came_with(string beta, string current)
    {
        var json = $$"""[{"type":"{{beta}}","{{(beta == "text" ? "text" : "transcript")}}":"hi"}]""";

        var part = JsonSerializer.Deserialize<ContentPart[]>(json)![0];

        part.GetType().Should().Be(JsonSerializer.Deserialize<ContentPart>(json.Replace(beta + "\",", current + "\",", StringComparison.Ordinal)[1..^1])!.GetType());
        part.Type.Should().Be(beta);
        JsonSerializer.Serialize<ContentPart[]>([part]).Should().Be(json);
    }

    [Fact]
    public void Audio_of_a_part_that_was_left_out_stays_left_out()
    {
        var part = JsonSerializer.Deserialize<ContentPart>("""{"type":"output_audio","transcript":"hi"}""")!;

        part.Should().BeOfType<OutputAudioPart>().Which.Audio.IsEmpty.Should().BeTrue();
        JsonSerializer.Serialize(part).Should().Be("""{"type":"output_audio","transcript":"hi"}""");
    }

    [Fact]
    public void Audio_is_compared_and_copied_by_what_was_given_not_by_content()
    {
        var audio = new byte[] { 1, 2, 3, 4 };

        var part = new InputAudioPart { Audio = audio.AsMemory(1, 2) };

        part.Audio.ToArray().Should().Equal(2, 3);
        (part with { Transcript = "hi" }).Audio.Span.Overlaps(audio).Should().BeTrue("audio is never copied");
    }

    [Theory]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"n","arguments":"{}","error":{"type":"http_error","code":503,"message":"busy"}}""", typeof(McpHttpError))]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"n","arguments":"{}","error":{"type":"protocol_error","code":-32601,"message":"no"}}""", typeof(McpProtocolError))]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"n","arguments":"{}","error":{"type":"tool_execution_error","message":"no"}}""", typeof(McpToolExecutionError))]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"n","arguments":"{}","error":{"type":"storm"}}""", typeof(UnknownMcpError))]
    [InlineData("""{"type":"mcp_call","server_label":"s","name":"n","arguments":"{}","error":"broken"}""", typeof(UnknownMcpError))]
    public void A_failed_call_says_why_in_every_shape(string json, Type error)
    {
        var item = JsonSerializer.Deserialize<ConversationItem>(json);

        item.Should().BeOfType<McpCallItem>().Which.Error.Should().BeOfType(error);
        JsonSerializer.Serialize(item).Should().Be(json);
    }

    [Fact]
    public void Members_a_server_left_out_or_sent_as_null_read_as_nothing()
    {
        var item = JsonSerializer.Deserialize<ConversationItem>("""{"type":"message","content":[null,{"type":"input_text","text":null}],"id":null,"status":null}""");

        var message = item.Should().BeOfType<MessageItem>().Which;
        message.Should().BeEquivalentTo(new { Id = (string?)null, Status = (ItemStatus?)null });
        message.Role.Value.Should().BeNullOrEmpty();
        message.Content.Should().HaveCount(2).And.SatisfyRespectively(
            first => first.Should().BeOfType<UnknownContentPart>(),
            second => second.Should().BeOfType<InputTextPart>().Which.Text.Should().BeEmpty());
    }
}
