using System.Text.Json;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>What the page may send, and what becomes of the rest.</summary>
public sealed class RelayPolicyTests
{
    private const string UserText = """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Two soups, please."}]}}""";

    [Theory]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"AAAA"}""")]
    [InlineData("""{"type":"input_audio_buffer.commit"}""")]
    [InlineData("""{"type":"input_audio_buffer.clear"}""")]
    [InlineData(UserText)]
    [InlineData("""{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"msg_1","object":"realtime.item","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"Hi."}]}}""")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"}]}}""")]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"item_1","content_index":0,"audio_end_ms":1500}""")]
    [InlineData("""{"type":"response.cancel","response_id":"resp_1"}""")]
    [InlineData("""{"type":"response.cancel"}""")]
    public async Task The_events_of_a_user_are_forwarded_by_default(string message)
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, received) = await line.SendAsync(message);

        errors.Should().BeEmpty();
        JsonNode.DeepEquals(JsonNode.Parse(received.Single().GetRawText()), JsonNode.Parse(message)).Should().BeTrue(received[0].GetRawText());
    }

    [Theory]
    [InlineData("session.update", """ "session":{"type":"realtime"} """)]
    [InlineData("conversation.item.delete", """ "item_id":"item_1" """)]
    [InlineData("conversation.item.retrieve", """ "item_id":"item_1" """)]
    [InlineData("output_audio_buffer.clear", """ "event_id":"a" """)]
    [InlineData("transcription_session.update", """ "session":{} """)]
    [InlineData("conversation.item.created", """ "item":{} """)]
    [InlineData("a.new.event", """ "x":1 """)]
    public async Task Other_types_are_refused_by_default(string type, string members)
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, received) = await line.SendAsync($$"""{"type":"{{type}}",{{members}}}""");

        received.Should().BeEmpty();
        errors.Single().GetProperty("message").GetString().Should().Be("Events of this type are not allowed.");
        errors[0].GetProperty("type").GetString().Should().Be("invalid_request_error");
        errors[0].GetProperty("code").GetString().Should().Be("relay_refused");
    }

    [Fact]
    public async Task A_reply_is_requested_by_the_conversation()
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, received) = await line.SendAsync("""{"type":"response.create","event_id":"mine"}""");

        errors.Should().BeEmpty();
        ShouldMean(GetResponse(await line.Session.WhenReceivedAsync<ResponseCreateEvent>()), "{}");
        received.Concat((await line.SendAsync()).Received).Should().OnlyContain(message => RelayClient.TypeOf(message) == "response.create" && !message.GetRawText().Contains("mine"));
    }

    [Fact]
    public async Task The_list_of_events_replaces_the_default()
    {
        await using var line = await RelayLine.StartAsync(new() { Policy = new() { ClientEvents = ["conversation.item.delete", "conversation.item.retrieve", "input_audio_buffer.append"] } });

        var (errors, received) = await line.SendAsync(
            """{"type":"conversation.item.delete","item_id":"item_1"}""", """{"type":"conversation.item.retrieve","item_id":"item_1"}""", """{"type":"input_audio_buffer.commit"}""", UserText);

        errors.Should().HaveCount(2);
        received.Select(RelayClient.TypeOf).Should().Equal("conversation.item.delete", "conversation.item.retrieve");
    }

    [Fact]
    public async Task Audio_is_refused_if_it_is_not_in_the_list()
    {
        await using var app = await RelayApp.StartAsync(new() { Relay = new() { Policy = new() { ClientEvents = ["input_audio_buffer.commit"] } } });
        await using var page = await RelayClient.ConnectAsync(app);

        await page.SendAsync("""{"type":"input_audio_buffer.append","audio":"AAAA"}""");

        (await page.WhenAsync("error")).GetProperty("error").GetProperty("message").GetString().Should().Be("Events of this type are not allowed.");
        app.Emulator.Sessions[0].ReceivedAudio.Length.Should().Be(0);
    }

    [Theory]
    [InlineData("""{"type":"realtime","audio":{"output":{"speed":1.2}}}""", true)]
    [InlineData("""{"audio":{"output":{"speed":1.2}}, "type":"realtime"}""", true)]
    [InlineData("""{"type":"realtime","instructions":"Be brief.","audio":{"output":{}}}""", true)]
    [InlineData("""{"type":"realtime","tracing":{"workflow_name":"x","metadata":{"a":{"b":1}}}}""", true)]
    [InlineData("""{"type":"realtime","audio":{"output":{"speed":1.2,"voice":"alloy"}}}""", false)]
    [InlineData("""{"type":"realtime","audio":{"output":{"speed":1.2},"input":{"turn_detection":null}}}""", false)]
    [InlineData("""{"type":"realtime","audio.output.speed":1.2}""", false)]
    [InlineData("""{"type":"realtime","audio":{"output.speed":1.2}}""", false)]
    [InlineData("""{"type":"realtime","audio":{"":{"speed":1.2}}}""", false)]
    [InlineData("""{"type":"realtime","audio":null}""", false)]
    [InlineData("""{"type":"realtime","audio":[{"output":{"speed":1.2}}]}""", false)]
    [InlineData("""{"type":"realtime","speed":1.2}""", false)]
    [InlineData("""{"type":"realtime","Instructions":"x"}""", false)]
    [InlineData("""{"type":"realtime","instructions2":"x"}""", false)]
    [InlineData("""{"type":"realtime","instruction":"x"}""", false)]
    [InlineData("""{"type":"realtime","tools":[]}""", false)]
    [InlineData("""{"type":"realtime","model":"gpt-realtime"}""", false)]
    [InlineData("""{"type":"transcription"}""", false)]
    [InlineData("""{"type":["realtime"]}""", false)]
    [InlineData("""{"type":"realtime","audio":{"output":{"type":"realtime"}}}""", false)]
    [InlineData("null", false)]
    [InlineData("[]", false)]
    public async Task Only_the_listed_members_of_the_session_can_be_changed(string session, bool isAllowed)
    {
        await using var line = await RelayLine.StartAsync(new() { Policy = new() { SessionMembers = ["audio.output.speed", "instructions", "tracing"] } });

        var (errors, received) = await line.SendAsync($$"""{"type":"session.update","session":{{session}}}""");

        received.Select(RelayClient.TypeOf).Should().Equal(isAllowed ? ["session.update"] : []);
        if (isAllowed)
            ShouldMean(received[0].GetProperty("session"), session);
        else
            errors.Single().GetProperty("message").GetString().Should().Be("The session has a member that is not allowed.");
    }

    [Theory]
    [InlineData("""{"output_modalities":["text"]}""", true)]
    [InlineData("""{}""", true)]
    [InlineData("""{"audio":{"output":{"voice":"marin"}}}""", true)]
    [InlineData("""{"audio":{"output":{"format":{"type":"audio/pcm"}}}}""", false)]
    [InlineData("""{"conversation":"none"}""", false)]
    [InlineData("""{"instructions":"x"}""", false)]
    [InlineData("""{"output_modalities":["text"],"tools":[]}""", false)]
    [InlineData("""{"input":[]}""", false)]
    [InlineData("""{"metadata":{}}""", false)]
    [InlineData("""{"type":"realtime"}""", false)]
    [InlineData("""{"audio.output.voice":"marin"}""", false)]
    public async Task Only_the_listed_members_of_a_response_can_be_set(string response, bool isAllowed)
    {
        await using var line = await RelayLine.StartAsync(new() { Policy = new() { ResponseMembers = ["output_modalities", "audio.output.voice"] } });

        var (errors, _) = await line.SendAsync($$"""{"type":"response.create","response":{{response}}}""");

        if (isAllowed)
        {
            errors.Should().BeEmpty();
            var create = await line.Session.WhenReceivedAsync<ResponseCreateEvent>();
            ShouldMean(GetResponse(create), response);
            return;
        }
        errors.Single().GetProperty("message").GetString().Should().Be("The response has a member that is not allowed.");
        (await line.SendAsync()).Received.Should().BeEmpty();
    }

    [Fact]
    public async Task Members_that_are_not_allowed_are_removed_on_request()
    {
        await using var line = await RelayLine.StartAsync(new() { Policy = new() { DropForbiddenMembers = true, SessionMembers = ["audio.output.speed"], ResponseMembers = ["output_modalities"] } });

        var (errors, received) = await line.SendAsync(
            """{"type":"session.update","session":{"type":"realtime","instructions":"x","tools":[{"type":"mcp"}],"audio":{"input":{"x":1},"output":{"voice":"alloy","speed":1.2}},"audio.output.speed":3}}""",
            """{"type":"session.update","session":{"type":"transcription","audio":["x"],"tools":[]}}""",
            """{"type":"session.update","session":{"type":"realtime"},"x":1}""");

        errors.Select(error => error.GetProperty("message").GetString()).Should().Equal("The event has a member that is not allowed.");
        ShouldMean(received[0].GetProperty("session"), """{"type":"realtime","audio":{"output":{"speed":1.2}}}""");
        ShouldMean(received[1].GetProperty("session"), """{"type":"realtime"}""");
        received.Should().HaveCount(2);

        await line.SendAsync("""{"type":"response.create","response":{"instructions":"x","conversation":"none","output_modalities":["text"]}}""");

        var create = await line.Session.WhenReceivedAsync<ResponseCreateEvent>();
        ShouldMean(GetResponse(create), """{"output_modalities":["text"]}""");
    }

    [Theory]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"AAECAwQF"}""")]
    [InlineData("""{"type":"input_audio_buffer.append","event_id":"a","audio":"AAECAwQF"}""")]
    [InlineData("""{"audio":"AAECAwQF","event_id":"a","type":"input_audio_buffer.append"}""")]
    [InlineData(" {\n\"type\" : \"input_audio_buffer.append\",\r\n\t\"audio\" : \"AAECAwQF\" } \n")]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"\u0041AECAwQF"}""")]
    [InlineData("""{"\u0074ype":"input_audio_buffer\u002eappend","audio":"AAECAwQF"}""")]
    [InlineData("""{"type":"input_audio_buffer.append","event_id":"é","audio":"AAECAwQF"}""")]
    public async Task Audio_arrives_in_every_form_of_JSON(string message)
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, received) = await line.SendAsync(message);

        errors.Should().BeEmpty();
        received.Single().GetProperty("audio").GetBytesFromBase64().Should().Equal(0, 1, 2, 3, 4, 5);
    }

    [Theory]
    [InlineData("AAA")]
    [InlineData("A===")]
    [InlineData("AA=A")]
    [InlineData("=AAA")]
    [InlineData("AAAA====")]
    [InlineData("AA-_")]
    [InlineData("AAA\\u0000")]
    [InlineData("é")]
    [InlineData("")]
    public async Task Audio_that_is_not_Base64_is_refused(string audio)
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, received) = await line.SendAsync($$"""{"type":"input_audio_buffer.append","event_id":"a","audio":"{{audio}}"}""");

        received.Should().BeEmpty();
        errors.Single().GetProperty("event_id").GetString().Should().Be("a");
    }

    [Theory]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"item_1","content_index":0,"audio_end_ms":-54321}""", "audio_end_ms must be at least 0")]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"item_1","content_index":54321,"audio_end_ms":1}""", "content_index must be at most 0")]
    [InlineData("""{"type":"conversation.item.truncate","content_index":0,"audio_end_ms":1}""", "item_id must not be blank")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"54321"}]}}""", "item.content[0].audio must")]
    public async Task A_value_that_the_service_would_refuse_is_named_but_not_repeated(string message, string rule)
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, received) = await line.SendAsync(message);

        received.Should().BeEmpty();
        errors.Single().GetProperty("message").GetString().Should().StartWith(rule).And.NotContain("54321");
    }

    [Fact]
    public async Task Names_that_the_page_chooses_are_not_logged()
    {
        await using var line = await RelayLine.StartAsync(new() { Policy = new() { ResponseMembers = ["metadata"], SessionMembers = ["tracing"] } });
        var tooLong = new string('x', 600);

        var (errors, _) = await line.SendAsync(
            """{"type":"session.update","session":{"type":"realtime","tracing":{"metadata":{"canary1":"\ud800"}}}}""",
            """{"type":"response.create","response":{"metadata":{"canary2":"@"}}}""".Replace("@", tooLong, StringComparison.Ordinal));

        errors.Should().HaveCount(2);
        line.App.Logs.GetSnapshot().Should().NotContain(entry => entry.Message.Contains("canary"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Too_many_refused_events_end_the_relay(int max)
    {
        await using var line = await RelayLine.StartAsync(new() { MaxRefusedEvents = max });

        for (var i = 0; i <= max; i++)
            await line.Page.SendAsync("""{"type":"session.update","session":{}}""");
        var close = await line.Page.WhenClosedAsync();

        close.Should().Be((1008, "Too many events were refused."));
        line.Page.Received.Count(message => RelayClient.TypeOf(message) == "error").Should().Be(max + 1);
        await line.App.WhenEmptyAsync();
        line.Session.Received.Should().HaveCount(1);
    }

    [Theory]
    [InlineData("""{"type":"a.new.event","event_id":"event_1","x":[1,{"y":null}]}""")]
    [InlineData("""{ "x" : 1.50e3, "type" : "a.new.event", "x" : "\u0041\/é", "delta":"AAAA" }""")]
    [InlineData("""{"type":"response.output_text.delta","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"\u0041","unknown":{"a":[]}}""")]
    [InlineData("""{"type":"error","error":{"type":"server_error","code":null,"message":"Oops.","param":null,"event_id":null,"unknown":1}}""")]
    public async Task Events_of_the_service_pass_unchanged(string message)
    {
        await using var line = await RelayLine.StartAsync();

        await line.Session.SendTextAsync(message);
        var type = JsonElement.Parse(message).GetProperty("type").GetString()!;

        (await line.Page.WhenAsync(type)).GetRawText().Should().Be(message);
    }

    /// <summary>Returns the members of a response, except those by which the conversation recognizes its own.</summary>
    private static JsonElement GetResponse(ResponseCreateEvent create) => JsonElement.Parse(RealtimeJson.SerializeToUtf8Bytes((create.Response ?? new()) with { Metadata = null }));

    private static void ShouldMean(JsonElement actual, string expected) =>
        JsonNode.DeepEquals(JsonNode.Parse(actual.GetRawText()), JsonNode.Parse(expected)).Should().BeTrue("it must be {0}, and is {1}", expected, actual.GetRawText());
}
