using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class ScriptedMcpTests
{
    private static readonly EmulatorMcpServer Docs = new() { Label = "docs", Tools = [new() { Name = "search", Call = arguments => $"found {arguments}" }] };

    [Fact]
    public void A_rule_calls_a_tool_of_a_server_and_speaks_in_the_response_after()
    {
        using var driver = ModelDriver.With(Session("never"), model: model => model.AddMcpServer(Docs).When("page").Calls("search", """{"q":1}""").Says("It is page 3."));

        driver.Say("Which page?").Send(new ResponseCreateEvent());

        Outputs(driver).Should().ContainSingle().Which["output"]!.ToString().Should().Be("""found {"q":1}""");
        driver.Send(new ResponseCreateEvent());
        Said(driver).Should().Equal("It is page 3.");
    }

    [Fact]
    public void Approved_calls_are_made_and_the_words_are_said_after_the_last()
    {
        using var driver = ModelDriver.With(Session("always"), model: model => model.AddMcpServer(Docs).When("page").Calls("search", "1").Calls("search", "2").Says("It is page 3."));
        driver.Say("Which page?").Send(new ResponseCreateEvent());
        var requests = Outputs(driver);
        driver.Take();

        driver.Send(Decide(requests[0], approve: true));
        var first = driver.TakeTypes().ToList();
        driver.Send(Decide(requests[1], approve: true));
        var second = driver.TakeTypes().ToList();
        driver.Send(new ResponseCreateEvent());

        requests.Select(request => (request["type"]!.ToString(), request["arguments"]!.ToString())).Should().Equal(("mcp_approval_request", "1"), ("mcp_approval_request", "2"));
        first.Should().Contain("response.mcp_call.completed").And.NotContain("response.output_text.done");
        second.Should().Contain("response.mcp_call.completed").And.NotContain("response.output_text.done");
        Said(driver).Should().Equal("It is page 3.");
    }

    [Fact]
    public void A_denied_call_is_not_made_and_not_asked_for_again()
    {
        using var driver = ModelDriver.With(Session("always"), model: model => model.AddMcpServer(Docs).When("page").Calls("search").Says("It is page 3."));
        driver.Say("Which page?").Send(new ResponseCreateEvent());

        driver.Send(Decide(Outputs(driver).Single(), approve: false)).Send(new ResponseCreateEvent());

        Said(driver).Should().Equal("I may not call search.");
    }

    [Fact]
    public void A_client_that_asks_for_more_after_a_call_gets_words_and_no_second_call()
    {
        using var driver = ModelDriver.With(Session("never"), model: model => model.AddMcpServer(Docs));
        driver.Say("search it").Send(new ResponseCreateEvent());

        driver.Send(new ResponseCreateEvent());

        Outputs(driver).Select(item => item["type"]!.ToString()).Should().Equal("message");
    }

    [Fact]
    public void A_server_that_is_not_listed_yet_has_no_tools()
    {
        using var driver = ModelDriver.With(Session("never"), new() { Pace = EmulatorPace.Service }, model => model.AddMcpServer(Docs).When("page").Calls("search").Says("Which manual?"));

        driver.Say("Which page?").Send(new ResponseCreateEvent()).Pass(10);

        Said(driver).Should().Equal("Which manual?");
        driver.Log.All.Should().ContainSingle().Which.Rule.Should().Be(EmulatorViolationRule.UndeclaredFunction);
    }

    [Fact]
    public void A_server_added_again_takes_the_place_of_the_first()
    {
        using var driver = ModelDriver.With(Session("never"), model: model => model
            .AddMcpServer(Docs)
            .AddMcpServer(Docs with { Tools = [new() { Name = "search", Call = _ => "found elsewhere" }] }));

        driver.Say("search it").Send(new ResponseCreateEvent());

        Outputs(driver)[0]["output"]!.ToString().Should().Be("found elsewhere");
    }

    private static string Session(string approval) => $$"""
        {"type":"realtime","output_modalities":["text"],"tools":[{"type":"mcp","server_label":"docs","server_url":"https://example.com/mcp","require_approval":"{{approval}}"}]}
        """;

    private static ConversationItemCreateEvent Decide(JsonNode request, bool approve) =>
        new() { Item = new McpApprovalResponseItem { ApprovalRequestId = request["id"]!.ToString(), Approve = approve } };

    private static List<JsonNode> Outputs(ModelDriver driver) => [.. driver.Last("response.done")["response"]!["output"]!.AsArray().Select(item => item!)];

    private static IEnumerable<string> Said(ModelDriver driver) =>
        driver.Sent.Where(message => ModelDriver.Type(message) == "response.output_text.done").Select(message => message["text"]!.ToString());
}
