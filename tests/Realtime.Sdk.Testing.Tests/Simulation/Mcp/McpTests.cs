namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class McpTests
{
    private static readonly EmulatorMcpServer Docs = new()
    {
        Label = "docs",
        Tools = [new() { Name = "search_manual", Description = "Searches the manual.", Call = arguments => $"found with {arguments}" }, new() { Name = "break_manual", Error = "no" }],
    };

    [Fact]
    public void A_declared_server_is_listed()
    {
        using var driver = ModelDriver.With(Session(), model: model => model.AddMcpServer(Docs));

        driver.Sent.Select(ModelDriver.Type).Should().ContainInOrder(
            "session.updated", "conversation.item.added", "mcp_list_tools.in_progress", "conversation.item.done", "mcp_list_tools.completed");
        driver.Last("conversation.item.done")["item"]!["tools"]![0]!["name"]!.ToString().Should().Be("search_manual");
    }

    [Fact]
    public void A_server_that_is_not_there_fails_to_list()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","tools":[{"type":"mcp","server_label":"gone","server_url":"https://example.com/mcp"}]}""");

        driver.Sent.Select(ModelDriver.Type).Should().EndWith("mcp_list_tools.failed");
    }

    [Fact]
    public void A_tool_that_needs_no_approval_is_called_and_its_output_told_when_the_client_asks()
    {
        using var driver = ModelDriver.With(Session("\"never\""), model: model => model.AddMcpServer(Docs));
        driver.Say("Look into the manual").Take();

        driver.Send(new ResponseCreateEvent());

        driver.TakeTypes().Distinct().Should().ContainInOrder(
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.mcp_call_arguments.delta",
            "response.mcp_call_arguments.done",
            "response.mcp_call.in_progress",
            "response.mcp_call.completed",
            "conversation.item.done",
            "response.output_item.done",
            "response.done");
        driver.Last("response.done")["response"]!["output"]!.AsArray().Should().ContainSingle().Which!["output"]!.ToString().Should().Be("found with {}");

        driver.Send(new ResponseCreateEvent());

        driver.Last("response.output_text.done")["text"]!.ToString().Should().Be("search_manual says: found with {}");
    }

    [Fact]
    public void A_tool_is_called_only_after_approval()
    {
        using var driver = ModelDriver.With(Session(), model: model => model.AddMcpServer(Docs));
        driver.Say("Look into the manual").Send(new ResponseCreateEvent());
        var request = driver.Last("response.output_item.done")["item"]!;
        request["type"]!.ToString().Should().Be("mcp_approval_request");
        driver.TakeTypes().Should().NotContain("response.mcp_call.in_progress");

        driver.Send(Approval(request["id"]!.ToString(), approve: true));

        driver.TakeTypes().Should().ContainInOrder("conversation.item.done", "response.created", "response.mcp_call.completed", "response.done");
        driver.Last("response.done")["response"]!["output"]![0]!["approval_request_id"]!.ToString().Should().Be(request["id"]!.ToString());
    }

    [Fact]
    public void An_approval_that_is_refused_can_be_given_again()
    {
        using var driver = ModelDriver.With(Session(), model: model => model.AddMcpServer(Docs));
        driver.Say("Look into the manual").Send(new ResponseCreateEvent());
        var request = driver.Last("response.output_item.done")["item"]!["id"]!.ToString();
        driver.Send(Approval(request, approve: true, previous: "gone"));
        driver.LastError()["param"]!.ToString().Should().Be("previous_item_id");
        driver.Take();

        driver.Send(Approval(request, approve: true));

        driver.TakeTypes().Should().Contain("response.mcp_call.completed");
    }

    [Fact]
    public void An_approved_call_that_waits_is_made_although_the_user_interrupts()
    {
        using var driver = ModelDriver.With(Session(), new() { Pace = EmulatorPace.Speech }, model => model.AddMcpServer(Docs));
        driver.Pass(1).Say("Look into the manual").Send(new ResponseCreateEvent()).Pass(5);
        var request = driver.Last("response.output_item.done")["item"]!["id"]!.ToString();
        driver.Send("""{"type":"response.create","response":{"tool_choice":"none"}}""").Send(Approval(request, approve: true)).Pass(0.3);

        driver.Append(Sounds.Turn(1)).Pass(5);

        driver.Sent.Select(ModelDriver.Type).Should().Contain("response.mcp_call.completed");
    }

    [Fact]
    public void A_refused_tool_is_not_called()
    {
        using var driver = ModelDriver.With(Session(), model: model => model.AddMcpServer(Docs));
        driver.Say("Look into the manual").Send(new ResponseCreateEvent());
        var request = driver.Last("response.output_item.done")["item"]!["id"]!.ToString();
        driver.Take();

        driver.Send(Approval(request, approve: false));

        driver.TakeTypes().Should().Equal("conversation.item.added", "conversation.item.done");
    }

    [Fact]
    public void A_failing_tool_fails_its_call_and_not_the_response()
    {
        using var driver = ModelDriver.With(Session("{\"never\":{\"tool_names\":[\"break_manual\"]}}", ",\"allowed_tools\":[\"break_manual\"]"), model: model => model.AddMcpServer(Docs));

        driver.Say("Look into the manual").Send(new ResponseCreateEvent());

        driver.Sent.Select(ModelDriver.Type).Should().Contain("response.mcp_call.failed");
        driver.Last("response.done")["response"]!["output"]![0]!["error"]!.ToJsonString().Should().Be("""{"type":"tool_execution_error","message":"no"}""");
    }

    private static string Approval(string request, bool approve, string? previous = null) => System.Text.Encoding.UTF8.GetString(RealtimeJson.SerializeToUtf8Bytes(
        new ConversationItemCreateEvent { PreviousItemId = previous, Item = new McpApprovalResponseItem { ApprovalRequestId = request, Approve = approve } }));

    private static string Session(string approval = "\"always\"", string more = "") => $$"""
        {"type":"realtime","output_modalities":["text"],"tools":[{"type":"mcp","server_label":"docs","server_url":"https://example.com/mcp","require_approval":{{approval}}{{more}} }]}
        """;
}
