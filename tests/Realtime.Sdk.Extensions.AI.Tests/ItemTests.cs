namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Items, from the server and to it.</summary>
public sealed class ItemTests
{
    [Fact]
    public async Task A_function_call_that_is_complete_asks_for_its_invocation()
    {
        var call = await CallAsync("response.output_item.done", """{"id":"i","type":"function_call","status":"completed","call_id":"c1","name":"f","arguments":"{\"a\":1,\"b\":[\"x\"]}"}""");

        (call.CallId, call.Name, call.InformationalOnly, call.Exception).Should().Be(("c1", "f", false, null));
        call.Arguments!["a"].Should().BeOfType<JsonElement>().Which.GetInt32().Should().Be(1);
        call.Arguments["b"]!.ToString().Should().Be("""["x"]""");
    }

    [Theory]
    [InlineData("response.output_item.added", "in_progress")]
    [InlineData("conversation.item.added", "in_progress")]
    [InlineData("conversation.item.done", "completed")]
    public async Task A_function_call_that_must_not_run_is_for_information_only(string type, string status)
    {
        var call = await CallAsync(type, $$"""{"id":"i","type":"function_call","status":"{{status}}","call_id":"c1","name":"f","arguments":"{}"}""");

        call.InformationalOnly.Should().BeTrue();
    }

    [Fact]
    public async Task A_function_call_that_was_cut_off_is_a_tool_call_that_cannot_be_invoked()
    {
        var item = await ItemAsync("response.output_item.done", """{"id":"i","type":"function_call","status":"incomplete","call_id":"c1","name":"f","arguments":"{\"a\":"}""");

        var call = item.Contents.Should().ContainSingle().Which;
        call.Should().NotBeOfType<FunctionCallContent>().And.BeOfType<ToolCallContent>().Which.CallId.Should().Be("c1");
        call.RawRepresentation.Should().BeOfType<FunctionCallItem>().Which.Name.Should().Be("f");
    }

    [Theory]
    [InlineData("""{\"a\":""")]
    [InlineData("[1]")]
    [InlineData("""{\"a\":1,\"a\":2}""")]
    public async Task Arguments_that_cannot_be_read_do_not_end_the_session(string arguments)
    {
        var call = await CallAsync("response.output_item.done", $$"""{"id":"i","type":"function_call","call_id":"c1","name":"f","arguments":"{{arguments}}"}""");

        call.Arguments.Should().BeNull();
        call.Exception!.InnerException.Should().BeAssignableTo<JsonException>();
    }

    [Fact]
    public async Task The_output_of_a_function_is_its_result()
    {
        var content = await ContentsAsync("""{"id":"i","type":"function_call_output","call_id":"c1","output":"19 degrees"}""");

        content.Should().ContainSingle().Which.Should().BeOfType<FunctionResultContent>().Which.Should().BeEquivalentTo(new { CallId = "c1", Result = "19 degrees" });
    }

    [Fact]
    public async Task Parts_of_a_message_are_texts_audio_and_images()
    {
        var contents = await ContentsAsync("""
            {"id":"i","type":"message","role":"user","content":[{"type":"input_text","text":"t"},{"type":"input_audio","audio":"AAAA","transcript":"spoken"},
            {"type":"input_image","image_url":"data:image/png;base64,AAAA"},{"type":"input_image","image_url":"data:broken"},{"type":"smell","of":"soup"}]}
            """);

        contents.Select(content => content.GetType()).Should().Equal(typeof(TextContent), typeof(TextContent), typeof(DataContent), typeof(DataContent), typeof(AIContent), typeof(AIContent));
        contents.OfType<TextContent>().Select(text => text.Text).Should().Equal("t", "spoken");
        contents.OfType<DataContent>().Select(data => data.MediaType).Should().Equal("audio/pcm", "image/png");
        contents.Should().OnlyContain(content => content.RawRepresentation is ContentPart);
    }

    [Fact]
    public async Task Calls_of_MCP_tools_have_their_output_or_their_error()
    {
        var found = await ContentsAsync("""{"id":"m1","type":"mcp_call","name":"search","arguments":"{\"q\":1}","server_label":"docs","output":"page 3"}""");
        var failed = await ContentsAsync("""{"id":"m2","type":"mcp_call","name":"search","arguments":"","server_label":"docs","error":{"type":"http_error","code":404,"message":"Not found"}}""");

        found[0].Should().BeOfType<McpServerToolCallContent>().Which.Should().BeEquivalentTo(new { CallId = "m1", Name = "search", ServerName = "docs" });
        found[1].Should().BeOfType<McpServerToolResultContent>().Which.Outputs.Should().ContainSingle().Which.Should().BeOfType<TextContent>().Which.Text.Should().Be("page 3");
        failed[1].Should().BeOfType<McpServerToolResultContent>().Which.Outputs.Should().ContainSingle().Which.Should().BeOfType<ErrorContent>()
            .Which.Should().BeEquivalentTo(new { Message = "Not found", ErrorCode = "404" });
    }

    [Fact]
    public async Task Approvals_of_MCP_tools_are_requests_and_responses()
    {
        var request = await ContentsAsync("""{"id":"a1","type":"mcp_approval_request","name":"delete","arguments":"{\"id\":1}","server_label":"docs"}""");
        var response = await ContentsAsync("""{"id":"a2","type":"mcp_approval_response","approval_request_id":"a1","approve":false,"reason":"No."}""");

        var asked = request.Should().ContainSingle().Which.Should().BeOfType<ToolApprovalRequestContent>().Subject;
        asked.RequestId.Should().Be("a1");
        asked.ToolCall.Should().BeOfType<McpServerToolCallContent>().Which.Name.Should().Be("delete");
        response.Should().ContainSingle().Which.Should().BeOfType<ToolApprovalResponseContent>().Which.Should().BeEquivalentTo(new { RequestId = "a1", Approved = false, Reason = "No." });
    }

    [Fact]
    public async Task The_answer_to_an_approval_request_is_an_approval_response()
    {
        var request = new ToolApprovalRequestContent("a1", new McpServerToolCallContent("a1", "delete", "docs"));

        var item = await CreateAsync(new([request.CreateResponse(approved: true, "Go ahead.")]));

        item.ToString().Should().Be("""{"type":"mcp_approval_response","approval_request_id":"a1","approve":true,"reason":"Go ahead."}""");
    }

    [Fact]
    public async Task A_message_of_the_user_can_have_text_audio_and_images()
    {
        var image = new DataContent(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }, "image/png") { AdditionalProperties = new() { ["detail"] = "low" } };

        var item = await CreateAsync(new([new TextContent("What is this?"), image, new DataContent(new byte[] { 1, 2 }, "audio/pcm")], "item_1", ChatRole.User));

        item.ToString().Should().Be("""
            {"type":"message","id":"item_1","role":"user","content":[{"type":"input_text","text":"What is this?"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"},{"type":"input_audio","audio":"AQI="}]}
            """.Trim());
    }

    [Theory]
    [InlineData("system", "input_text")]
    [InlineData("assistant", "output_text")]
    [InlineData(null, "input_text")]
    public async Task The_role_determines_the_kind_of_text(string? role, string type)
    {
        var item = await CreateAsync(new([new TextContent("Hi")], role: role is null ? null : new ChatRole(role)));

        item.GetProperty("role").GetString().Should().Be(role ?? "user");
        item.GetProperty("content")[0].GetProperty("type").GetString().Should().Be(type);
    }

    [Fact]
    public async Task A_function_call_of_an_earlier_conversation_can_be_created()
    {
        var item = await CreateAsync(new([new FunctionCallContent("c1", "f", new Dictionary<string, object?> { ["a"] = 1 })]));

        item.ToString().Should().Be("""{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"}""");
    }

    [Fact]
    public async Task Results_of_several_functions_are_an_item_each()
    {
        var message = new CreateConversationItemRealtimeClientMessage(new([new FunctionResultContent("c1", "one"), new FunctionResultContent("c2", "two")])) { MessageId = "m" };

        var events = await Talk.SayAsync(message, count: 2);

        events.Select(sent => sent.GetProperty("item").GetProperty("output").GetString()).Should().Equal("one", "two");
        events.Select(sent => sent.TryGetProperty("event_id", out var id) ? id.GetString() : null).Should().Equal("m", null);
    }

    [Fact]
    public async Task An_item_of_the_SDK_is_sent_as_it_is()
    {
        var item = await CreateAsync(new([]) { RawRepresentation = ConversationItem.SystemText("Hurry.") });

        item.ToString().Should().Be("""{"type":"message","role":"system","content":[{"type":"input_text","text":"Hurry."}]}""");
    }

    [Fact]
    public async Task What_the_API_does_not_have_is_refused()
    {
        await using var talk = await Talk.StartAsync();
        var refused = (RealtimeConversationItem item) => talk.SendAsync(new CreateConversationItemRealtimeClientMessage(item));

        await refused.Invoking(send => send(new([]))).Should().ThrowAsync<ArgumentException>().WithMessage("The item has no contents.*");
        await refused.Invoking(send => send(new([new HostedFileContent("f1")]))).Should().ThrowAsync<ArgumentException>().WithMessage("The Realtime API has no content for HostedFileContent*");
        await refused.Invoking(send => send(new([new DataContent(new byte[] { 1 }, "audio/wav")]))).Should().ThrowAsync<ArgumentException>().WithMessage("*does not accept audio files*");
        await refused.Invoking(send => send(new([new DataContent(new byte[] { 1 }, "video/mp4")]))).Should().ThrowAsync<ArgumentException>().WithMessage("*must begin with 'audio/'*");
        await refused.Invoking(send => send(new([new UriContent("https://x.example/1.png", "image/png")]))).Should().ThrowAsync<RealtimeValidationException>("the API accepts only data URIs");
        await refused.Invoking(send => send(new([new FunctionResultContent("a", 1), new FunctionResultContent("b", 2)], "id"))).Should().ThrowAsync<ArgumentException>().WithMessage("*2 items*");
    }

    [Fact]
    public async Task Errors_of_MCP_tools_have_their_kind_or_their_code()
    {
        string[] errors =
        [
            """{"type":"protocol_error","code":-32601,"message":"No such tool"}""", """{"type":"tool_execution_error","message":"Broken"}""", """{"type":"earthquake","magnitude":5}""",
        ];
        var read = new List<(string, string?)>();

        foreach (var error in errors)
        {
            var contents = await ContentsAsync($$"""{"id":"m","type":"mcp_call","name":"f","arguments":"{","server_label":"docs","error":{{error}}}""");
            var result = (ErrorContent)((McpServerToolResultContent)contents[1]).Outputs!.Single();
            ((McpServerToolCallContent)contents[0]).Arguments.Should().BeNull("they cannot be read");
            read.Add((result.Message, result.ErrorCode));
        }

        read.Should().Equal(("No such tool", "-32601"), ("Broken", "tool_execution_error"), ("earthquake", null));
    }

    [Fact]
    public async Task A_call_without_arguments_has_none()
    {
        var call = await CallAsync("response.output_item.done", """{"id":"i","type":"function_call","call_id":"c1","name":"f","arguments":""}""");

        call.Arguments.Should().BeEmpty();
        call.Exception.Should().BeNull();
    }

    [Fact]
    public async Task Items_and_parts_without_a_content_are_raw()
    {
        var item = await ItemAsync("conversation.item.done", """{"id":"i","type":"dream","of":"electric sheep"}""");
        var message = await ItemAsync("conversation.item.done", """{"id":"i","type":"message","role":"","content":[{"type":"input_image","image_url":"https://x.example/1.png"},{"type":"input_image","image_url":"?"}]}""");

        item.Contents.Should().BeEmpty();
        item.RawRepresentation.Should().BeOfType<UnknownConversationItem>();
        message.Role.Should().BeNull();
        message.Contents[0].Should().BeOfType<UriContent>().Which.Uri.Should().Be("https://x.example/1.png");
        message.Contents[1].GetType().Should().Be<AIContent>();
    }

    [Fact]
    public async Task Audio_of_an_item_has_the_format_of_the_session()
    {
        await using var talk = await Talk.HearAsync(
            """{"type":"session.updated","session":{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu"}},"output":{"format":{"type":"audio/pcma"}}}}}""",
            """{"type":"conversation.item.done","item":{"id":"i","type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAA"}]}}""",
            """{"type":"conversation.item.done","item":{"id":"i","type":"message","role":"assistant","content":[{"type":"output_audio","audio":"AAAA","transcript":"Hi"}]}}""",
            """{"type":"session.updated","session":{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcma"}}}}}""",
            """{"type":"conversation.item.done","item":{"id":"i","type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAA"}]}}""");

        var items = (await talk.ReadToEndAsync()).OfType<ResponseOutputItemRealtimeServerMessage>().Select(message => message.Item!);

        items.SelectMany(item => item.Contents.OfType<DataContent>()).Select(audio => audio.MediaType).Should().Equal("audio/pcmu", "audio/pcma", "audio/pcma");
    }

    [Fact]
    public async Task Contents_that_were_read_can_be_sent_back()
    {
        var read = await ItemAsync("conversation.item.done", """{"id":"i7","type":"message","role":"user","content":[{"type":"input_text","text":"t"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}]}""");

        var whole = await CreateAsync(read);
        var parts = await CreateAsync(new([.. read.Contents], role: ChatRole.User));
        var result = await CreateAsync(new([new AIContent { RawRepresentation = new FunctionCallOutputItem { CallId = "c", Output = "1" } }]));

        whole.GetProperty("id").GetString().Should().Be("i7");
        parts.ToString().Should().Be(
            """{"type":"message","role":"user","content":[{"type":"input_text","text":"t"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}]}""");
        result.GetProperty("type").GetString().Should().Be("function_call_output");
    }

    public static TheoryData<FunctionResultContent, string> Results => new()
    {
        { new("c", "text"), "text" },
        { new("c", null), "Success: Function completed." },
        { new("c", null) { Exception = new InvalidOperationException("secret") }, "Error: the function failed." },
        { new("c", new[] { 1, 2 }), "[1,2]" },
        { new("c", JsonDocument.Parse("""{ "a": "ü" }""")), """{"a":"ü"}""" },
        { new("c", System.Text.Json.Nodes.JsonValue.Create("text")), "text" },
        { new("c", default(JsonElement)), "Success: Function completed." },
    };

    [Theory, MemberData(nameof(Results), DisableDiscoveryEnumeration = true)]
    public async Task Results_of_functions_are_sent_as_they_are(FunctionResultContent content, string output)
    {
        var item = await CreateAsync(new([content]));

        item.GetProperty("output").GetString().Should().Be(output);
    }

    private static async Task<FunctionCallContent> CallAsync(string type, string item) =>
        (await ItemAsync(type, item)).Contents.Should().ContainSingle().Which.Should().BeOfType<FunctionCallContent>().Subject;

    private static async Task<IList<AIContent>> ContentsAsync(string item) => (await ItemAsync("conversation.item.done", item)).Contents;

    private static async Task<RealtimeConversationItem> ItemAsync(string type, string item)
    {
        var message = await Talk.HearOneAsync($$"""{"type":"{{type}}","response_id":"r","output_index":0,"item":{{item.ReplaceLineEndings("")}}}""");
        return message.Should().BeOfType<ResponseOutputItemRealtimeServerMessage>().Which.Item!;
    }

    private static async Task<JsonElement> CreateAsync(RealtimeConversationItem item)
    {
        var sent = (await Talk.SayAsync(new CreateConversationItemRealtimeClientMessage(item)))[0];
        sent.GetProperty("type").GetString().Should().Be("conversation.item.create");
        return sent.GetProperty("item");
    }
}
