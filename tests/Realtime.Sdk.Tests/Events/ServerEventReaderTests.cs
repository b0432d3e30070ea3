using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Events;

public sealed class ServerEventReaderTests
{
    [Fact]
    public void Audio_arrives_as_bytes_with_its_place_in_the_response()
    {
        var read = Read("""{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":2,"content_index":1,"delta":"AQID"}""");

        read.Should().BeEquivalentTo(
            new { EventId = "event_1", ResponseId = "resp_1", ItemId = "item_1", OutputIndex = 2, ContentIndex = 1, AudioError = (string?)null });
        read.Should().BeOfType<ResponseOutputAudioDeltaEvent>().Which.Delta.ToArray().Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData("no audio here!")]
    [InlineData("AQI")]
    [InlineData("AQ==ID")]
    [InlineData("AQI=====")]
    public void Audio_that_is_no_base64_is_its_event_with_an_error_and_the_text_is_written_back(string text)
    {
        var message = $$"""{"type":"response.output_audio.delta","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"{{text}}"}""";

        var read = Read(message).Should().BeOfType<ResponseOutputAudioDeltaEvent>().Which;

        read.AudioError.Should().Be("The audio is not valid base64.");
        read.Delta.IsEmpty.Should().BeTrue();
        WireComparison.ShouldBeWrittenBack(JsonSerializer.Serialize<ServerEvent>(read), message);
    }

    [Fact]
    public void Base64_with_escaped_slashes_is_audio()
    {
        var read = Read("""{"type":"response.output_audio.delta","delta":"\/\/8\u003d"}""");

        read.Should().BeOfType<ResponseOutputAudioDeltaEvent>().Which.Delta.ToArray().Should().Equal(0xFF, 0xFF);
    }

    [Theory]
    [InlineData("", "The message is empty.", null)]
    [InlineData("   ", "The message is not valid JSON.", null)]
    [InlineData("[]", "The message is not a JSON object.", "$")]
    [InlineData("null", "The message is not a JSON object.", "$")]
    [InlineData("\"response.done\"", "The message is not a JSON object.", "$")]
    [InlineData("[", "The message is not valid JSON.", null)]
    [InlineData("""{"type":"response.done","event_id":""", "The message is not valid JSON.", null)]
    [InlineData("""{"type":"rate_limits.updated"} {}""", "The message is not valid JSON.", null)]
    [InlineData("""{"type":"response.output_text.delta","delta":"x"},""", "The message is not valid JSON.", null)]
    [InlineData("""{"type":"response.output_text.delta","delta":5}""", "A string was expected, not a number.", "$.delta")]
    [InlineData("""{"type":"response.output_text.delta","output_index":"0"}""", "A number was expected, not a string.", "$.output_index")]
    [InlineData("""{"type":"response.output_text.delta","output_index":99999999999}""", "A 32-bit number was expected, and the number is out of range.", "$.output_index")]
    [InlineData("""{"type":"response.output_text.delta","output_index":1e400}""", "A whole number was expected.", "$.output_index")]
    [InlineData("""{"type":"response.output_text.delta","output_index":0.5}""", "A whole number was expected.", "$.output_index")]
    [InlineData("""{"type":"response.output_audio.delta","delta":{"a":1}}""", "Base64 text was expected, not an object.", "$.delta")]
    [InlineData("""{"type":"response.done","response":[]}""", "An object was expected, not an array.", "$.response")]
    [InlineData("""{"type":"rate_limits.updated","rate_limits":{"limit":"many"}}""", "An array was expected, not an object.", "$.rate_limits")]
    [InlineData("""{"type":"conversation.item.added","item":{"type":"message","content":[{"type":"text","text":"a"},{"type":"text","text":[]}]}}""", "A string was expected, not an array.", "$.item.content[1].text")]
    [InlineData("{\n \"type\": \"conversation.item.truncated\",\n \"audio_end_ms\": \"soon\"\n}", "A number of milliseconds was expected, not a string.", "$.audio_end_ms")]
    [InlineData("""{"type":"response.done","response":{"metadata":{"My secret":5}},"response":5}""", "A string was expected, not a number.", "$.response.metadata.*")]
    [InlineData("""{"type":"response.output_text.delta","delta":"\ud800"}""", "A string contains a lone surrogate.", null)]
    [InlineData("""{"type":"response.output_text.delta","x":"\udc00a"}""", "A string contains a lone surrogate.", null)]
    [InlineData("""{"type":"response.output_text.delta","\uD800":1}""", "A string contains a lone surrogate.", null)]
    [InlineData("""{"type":"not.known.yet","x":["\ud83d\ud83d"]}""", "A string contains a lone surrogate.", null)]
    public void A_message_that_cannot_be_read_says_what_is_wrong(string message, string reason, string? path)
    {
        var read = Read(message).Should().BeOfType<MalformedEvent>().Which;

        read.Reason.Should().Be(reason);
        read.Path.Should().Be(path);
        read.Length.Should().Be(Encoding.UTF8.GetByteCount(message));
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","delta":"~"}""")]
    [InlineData("""{"type":"response.output_text.delta","item_id":"~"}""")]
    [InlineData("""{"type":"response.output_audio.delta","delta":"~"}""")]
    [InlineData("""{"type":"response.output_text.delta","obfuscation":"~"}""")]
    [InlineData("""{"type":"response.output_text.delta","~":1}""")]
    [InlineData("""{"type":"~","delta":1}""")]
    public void Bytes_that_are_no_UTF8_make_a_message_malformed_wherever_they_stand(string message)
    {
        var bytes = Array.ConvertAll(Encoding.UTF8.GetBytes(message), b => b == '~' ? (byte)0xFF : b);

        var read = new ServerEventReader().Read(bytes);

        read.Should().BeOfType<MalformedEvent>().Which.Reason.Should().Be("The message is not valid UTF-8.");
    }

    [Fact]
    public void A_message_a_hundred_levels_deep_is_malformed()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100));

        Read($$"""{"type":"response.output_text.delta","x":{{deep}}}""").Should().BeOfType<MalformedEvent>();
    }

    [Fact]
    public void A_malformed_event_keeps_nothing_of_the_payload()
    {
        var read = Read("""{"type":"conversation.item.added","item":{"type":"message","canary7f3a X":"canary7f3a","content":{"a":"canary7f3a"}}}""");

        read.Should().BeOfType<MalformedEvent>().Which.ToString().Should().Contain("$.item.content").And.NotContain("canary7f3a");
    }

    [Fact]
    public void A_type_that_does_not_look_like_one_is_not_repeated()
    {
        var read = Read($$"""{"type":"{{new string('x', 500)}}","a":}""");

        read.Should().BeOfType<MalformedEvent>().Which.Type.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"event_id":"event_1"}""", "")]
    [InlineData("""{"type":5,"event_id":"event_1"}""", "")]
    [InlineData("""{"type":"not.known.yet","event_id":"event_1","nested":{"a":[1]}}""", "not.known.yet")]
    public void A_message_of_an_unknown_kind_is_kept_whole(string message, string type)
    {
        var read = Read(message).Should().BeOfType<UnknownServerEvent>().Which;

        read.Type.Should().Be(type);
        read.EventId.Should().Be("event_1");
        JsonSerializer.Serialize<ServerEvent>(read).Should().Be(message);
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","event_id":null,"response_id":null,"item_id":null,"output_index":null,"content_index":null,"delta":null}""")]
    [InlineData("""{"type":"response.output_audio.delta","delta":null,"output_index":null}""")]
    [InlineData("""{"type":"response.output_text.delta"}""")]
    public void Members_that_are_null_or_missing_read_as_nothing(string message)
    {
        Read(message).Should().BeAssignableTo<ResponseContentEvent>().Which.Should().BeEquivalentTo(
            new { EventId = (string?)null, ResponseId = "", ItemId = "", OutputIndex = 0, ContentIndex = 0 });
    }

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","delta":"a","delta":"b","output_index":1,"output_index":2.0}""")]
    [InlineData("""{"type":"response.output_text.delta","delta":"a","output_index":1,"delta":"b","output_index":2}""")]
    public void The_last_of_two_members_of_one_name_counts(string message)
    {
        Read(message).Should().BeEquivalentTo(new { Delta = "b", OutputIndex = 2 });
    }

    [Fact]
    public void A_list_with_holes_reads_without_them()
    {
        var read = Read("""{"type":"rate_limits.updated","rate_limits":[null,{"name":"tokens"}]}""");

        read.Should().BeOfType<RateLimitsUpdatedEvent>().Which.RateLimits.Should().ContainSingle().Which.Name.Should().Be("tokens");
    }

    [Fact]
    public void An_item_that_is_missing_or_null_is_an_unknown_item()
    {
        Read("""{"type":"conversation.item.added"}""").Should().BeOfType<ConversationItemAddedEvent>().Which.Item.Should().BeOfType<UnknownConversationItem>();
        Read("""{"type":"conversation.item.added","item":null}""").Should().BeOfType<ConversationItemAddedEvent>().Which.Item.Should().BeOfType<UnknownConversationItem>();
    }

    [Theory]
    [InlineData("""{"type":"a.b"}""", "a.b")]
    [InlineData("""{"x":{"type":"inner"},"type":"a.b","y":""", "a.b")]
    [InlineData("""{"t\u0079pe":"a\u002eb"}""", "a.b")]
    [InlineData("""{"type":null}""", "")]
    [InlineData("""["type","a.b"]""", "")]
    [InlineData("""{"x":""", "")]
    [InlineData("", "")]
    public void The_type_of_a_message_is_seen_without_reading_it(string message, string type)
    {
        Encoding.UTF8.GetString(WireMessage.PeekType(Encoding.UTF8.GetBytes(message))).Should().Be(type);
    }

    private static ServerEvent Read(string message) => new ServerEventReader().Read(Encoding.UTF8.GetBytes(message));
}
