namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ConversationTests
{
    [Fact]
    public void Of_an_item_that_is_deleted_while_it_is_generated_the_conversation_says_nothing_more()
    {
        using var driver = new ModelDriver(new() { Pace = EmulatorPace.Speech });
        driver.Say("Tell me about the sea and its ships").Send(new ResponseCreateEvent()).Pass(1);
        var item = driver.Last("response.output_item.added")["item"]!["id"]!.ToString();

        driver.Send(new ConversationItemDeleteEvent { ItemId = item }).Take();
        driver.Pass(60);

        driver.TakeTypes().Should().Contain("response.output_item.done").And.NotContain("conversation.item.done");
    }

    [Fact]
    public void Items_stand_where_the_client_puts_them()
    {
        using var driver = new ModelDriver();
        driver.Send(Message("a")).Send(Message("c", "a"));

        driver.Send(Message("b", "a")).Send(Message("first", "root"));

        driver.Sent.Where(message => ModelDriver.Type(message) == "conversation.item.added")
            .Select(message => (message["item"]!["id"]!.ToString(), message["previous_item_id"]?.ToString()))
            .Should().Equal(("a", null), ("c", "a"), ("b", "a"), ("first", null));
    }

    [Fact]
    public void A_retrieved_item_carries_its_audio()
    {
        using var driver = new ModelDriver();
        driver.Send("""{"type":"conversation.item.create","item":{"id":"a","type":"message","role":"user","content":[{"type":"input_audio","audio":"AQIDBA=="}]}}""");
        driver.Last("conversation.item.added")["item"]!["content"]![0]!.ToJsonString().Should().Be("""{"type":"input_audio","transcript":null}""");

        driver.Send(new ConversationItemRetrieveEvent { ItemId = "a" });

        var item = driver.Last("conversation.item.retrieved")["item"]!;
        item["content"]![0]!["audio"]!.ToString().Should().Be("AQIDBA==");
        item["object"]!.ToString().Should().Be("realtime.item");
    }

    [Fact]
    public void A_deleted_item_is_gone()
    {
        using var driver = new ModelDriver();
        driver.Send(Message("a")).Send(new ConversationItemDeleteEvent { ItemId = "a" });

        driver.Last("conversation.item.deleted")["item_id"]!.ToString().Should().Be("a");
        driver.Send(new ConversationItemDeleteEvent { ItemId = "a" }).LastError()["code"]!.ToString().Should().Be("item_delete_invalid_item_id");
        driver.Send(new ConversationItemRetrieveEvent { ItemId = "a" }).LastError()["code"]!.ToString().Should().Be("item_retrieve_invalid_item_id");
    }

    [Fact]
    public void The_oldest_items_are_forgotten()
    {
        using var driver = new ModelDriver(new() { MaxItems = 2 });

        driver.Send(Message("a")).Send(Message("b")).Send(Message("c"));

        driver.Send(new ConversationItemRetrieveEvent { ItemId = "a" }).LastError()["code"]!.ToString().Should().Be("item_retrieve_invalid_item_id");
        driver.Send(new ConversationItemRetrieveEvent { ItemId = "b" }).Last("conversation.item.retrieved").Should().NotBeNull();
    }

    [Fact]
    public void A_picture_is_seen()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","output_modalities":["text"]}""");

        driver.Send("""
            {"type":"conversation.item.create","item":{"type":"message","role":"user","content":[
             {"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="},{"type":"input_text","text":"What is it?"}]}}
            """).Send(new ResponseCreateEvent());

        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("I see the picture. You said: What is it?");
        driver.Last("response.done")["response"]!["usage"]!["input_token_details"]!["image_tokens"]!.GetValue<int>().Should().BePositive();
    }

    [Theory]
    [InlineData("""{"type":"conversation.item.create"}""", "missing_required_parameter", "item")]
    [InlineData("""{"type":"conversation.item.create","item":{}}""", "missing_required_parameter", "item.type")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"sonnet"}}""", "invalid_value", "item.type")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"item_reference","id":"a"}}""", "invalid_value", "item.type")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","content":[]}}""", "missing_required_parameter", "item.role")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user"}}""", "missing_required_parameter", "item.content")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"assistant","content":[{"type":"input_text","text":"x"}]}}""", "invalid_value", "item.content[0].type")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text"}]}}""", "missing_required_parameter", "item.content[0].text")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"?"}]}}""", "invalid_value", "item.content[0].audio")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_image","image_url":"https://x"}]}}""", "invalid_value", "item.content[0].image_url")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[],"colour":1}}""", "unknown_parameter", "item.colour")]
    [InlineData("""{"type":"conversation.item.create","previous_item_id":"none","item":{"type":"message","role":"user","content":[]}}""", "invalid_value", "previous_item_id")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c","output":"1"}}""", "invalid_tool_call_id", "item.call_id")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"r","approve":true}}""", "invalid_value", "item.approval_request_id")]
    [InlineData("""{"type":"conversation.item.delete"}""", "missing_required_parameter", "item_id")]
    [InlineData("""{"type":"conversation.item.truncate","item_id":"a","content_index":0,"audio_end_ms":1.5}""", "invalid_type", "audio_end_ms")]
    [InlineData("""{"type":"response.create","response":{"modalities":["text"]}}""", "unknown_parameter", "response.modalities")]
    [InlineData("""{"type":"sing"}""", "invalid_value", "type")]
    [InlineData("""{"event_id":"e"}""", "invalid_event", null)]
    [InlineData("""[]""", "invalid_json", null)]
    [InlineData("""{"type":""", "invalid_json", null)]
    [InlineData("""{"type":"response.cancel","type":"response.create"}""", "invalid_json", null)]
    [InlineData("""{"type":"response.cancel","\u0074ype":"response.create"}""", "invalid_json", null)]
    public void What_the_service_refuses_is_refused_by_code_and_parameter(string message, string code, string? param)
    {
        using var driver = new ModelDriver();

        driver.Send(message);

        var error = driver.LastError();
        (error["type"]!.ToString(), error["code"]?.ToString(), error["param"]?.ToString()).Should().Be(("invalid_request_error", code, param));
        driver.Log.All.Should().ContainSingle().Which.Rule.Should().Be(code);
    }

    [Theory]
    [InlineData("""{"output_modalities":["text"]}""", "missing_required_parameter", "session.type")]
    [InlineData("""{"type":"transcription"}""", "invalid_parameter", "session.type")]
    [InlineData("""{"type":"realtime","model":"other"}""", "model_not_found", "session.model")]
    [InlineData("""{"type":"realtime","model":"gpt-realtime-2"}""", "invalid_value", "session.model")]
    [InlineData("""{"type":"realtime","temperature":0.8}""", "unknown_parameter", "session.temperature")]
    public void An_update_the_service_refuses_changes_nothing(string session, string code, string param)
    {
        using var driver = new ModelDriver();

        driver.Send($$"""{"type":"session.update","event_id":"u","session":{{session}}}""");

        var error = driver.LastError();
        (error["code"]!.ToString(), error["param"]!.ToString(), error["event_id"]!.ToString()).Should().Be((code, param, "u"));
    }

    [Fact]
    public void An_update_changes_only_what_it_names()
    {
        using var driver = new ModelDriver();

        driver.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.9}}}}}""");

        var turns = driver.Last("session.updated")["session"]!["audio"]!["input"]!["turn_detection"]!;
        (turns["threshold"]!.GetValue<double>(), turns["prefix_padding_ms"]!.GetValue<int>()).Should().Be((0.9, 300));
        driver.Send("""{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null}}}}""");
        driver.Last("session.updated")["session"]!["audio"]!["input"]!["turn_detection"].Should().BeNull();
    }

    private static string Message(string id, string? previous = null)
    {
        var item = $$"""{"id":"{{id}}","type":"message","role":"user","content":[{"type":"input_text","text":"{{id}}"}]}""";
        return $$"""{"type":"conversation.item.create",{{(previous is null ? "" : $"\"previous_item_id\":\"{previous}\",")}}"item":{{item}} }""";
    }
}
