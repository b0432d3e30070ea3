using System.Text.Json;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Tools;

public sealed class ToolValidationTests
{
    private static readonly McpTool Desk = new() { ServerLabel = "desk", ServerUrl = "https://mcp.example.com" };

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void A_function_has_a_name(string name) =>
        Errors(new FunctionTool { Name = name }).Should().Equal($"tools[0].name is \"{name}\", must not be blank");

    [Theory]
    [InlineData("[]")]
    [InlineData("true")]
    [InlineData("null")]
    public void Parameters_are_a_json_object(string parameters) =>
        Errors(new FunctionTool { Name = "f", Parameters = JsonSchema.Parse(parameters) }).Should().Equal("tools[0].parameters must be a JSON object");

    [Fact]
    public void A_tool_that_is_null_is_an_error() => Errors([null!]).Should().Equal("tools[0] is required");

    [Fact]
    public void An_mcp_server_has_a_label_and_a_place()
    {
        Errors(Desk).Should().BeEmpty();
        Errors(Desk with { ServerLabel = "" }).Should().Equal("tools[0].server_label is \"\", must not be blank");
        Errors(Desk with { ServerUrl = null }).Should().Equal("tools[0].server_url is required unless connector_id or tunnel_id is set");
        Errors(Desk with { ServerUrl = null, ConnectorId = McpConnector.Gmail }).Should().BeEmpty();
        Session([Desk with { ConnectorId = McpConnector.Gmail }]).Warnings().Should().ContainSingle();
        Session([Desk with { ServerUrl = null, ConnectorId = "connector_moon" }]).Warnings().Should().ContainSingle();
    }

    [Theory]
    [InlineData("https://mcp.example.com/sse?token=1", true)]
    [InlineData("HTTP://10.0.0.1", true)]
    [InlineData("/sse", false)]
    [InlineData("mcp.example.com", false)]
    [InlineData("", false)]
    public void The_address_of_an_mcp_server_is_absolute(string url, bool valid) =>
        Errors(Desk with { ServerUrl = url }).Should().BeEquivalentTo(valid ? [] : new[] { "tools[0].server_url must be an absolute URI" });

    [Theory]
    [InlineData("tunnel_0123456789abcdefghijklmnopqrstuv", true)]
    [InlineData("tunnel_0123456789abcdefghijklmnopqrstu", false)]
    [InlineData("tunnel_0123456789abcdefghijklmnopqrstuvw", false)]
    [InlineData("tunnel_0123456789ABCDEFghijklmnopqrstuv", false)]
    [InlineData("Tunnel_0123456789abcdefghijklmnopqrstuv", false)]
    [InlineData("", false)]
    public void A_tunnel_is_named_by_32_letters_or_digits(string tunnel, bool valid) =>
        Errors(Desk with { ServerUrl = null, TunnelId = tunnel }).Should().HaveCount(valid ? 0 : 1);

    [Fact]
    public void Callers_are_at_least_one()
    {
        Errors(Desk with { AllowedCallers = [] }).Should().Equal("tools[0].allowed_callers must name at least one caller");
        Errors(Desk with { AllowedCallers = [McpCaller.Direct] }).Should().BeEmpty();
        Session([Desk with { AllowedCallers = ["anyone"] }]).Warnings()
            .Should().Equal("tools[0].allowed_callers[0] is \"anyone\", should be one of direct, programmatic");
    }

    [Fact]
    public void Filters_take_their_own_members_only()
    {
        var filter = new McpToolFilter { AdditionalProperties = new Dictionary<string, JsonElement> { ["names"] = JsonElement.Parse("[]") } };
        const string Rule = "must not be sent: a filter accepts only tool_names and read_only";

        Errors(Desk with { AllowedTools = filter }).Should().Equal($"tools[0].allowed_tools.names {Rule}");
        Errors(Desk with { RequireApproval = new McpApprovalFilter { AlwaysFor = filter } }).Should().Equal($"tools[0].require_approval.always.names {Rule}");
        Errors(Desk with { RequireApproval = new McpApprovalFilter { AdditionalProperties = filter.AdditionalProperties } })
            .Should().Equal("tools[0].require_approval.names must not be sent: an approval filter accepts only always and never");
    }

    [Fact]
    public void What_is_null_against_the_types_is_told_by_its_path()
    {
        Errors(Desk with { AllowedTools = new McpToolNames(null!) }).Should().Equal("tools[0].allowed_tools is required");
        Errors(Desk with { Headers = new Dictionary<string, string> { ["X-Key"] = null! } }).Should().Equal("tools[0].headers.X-Key is required");
        Errors([null!]).Should().Equal("tools[0] is required");
    }

    [Fact]
    public void Names_given_twice_are_a_warning()
    {
        var function = new FunctionTool { Name = "desk" };

        Session([function, Desk]).Should().BeEmpty();
        Session([function, Desk, function, Desk]).Warnings().Should().Equal(
            "tools[2].name is \"desk\", should be unique among the tools", "tools[3].server_label is \"desk\", should be unique among the tools");
    }

    [Fact]
    public void A_choice_of_nothing_declared_is_a_warning()
    {
        RealtimeTool[] tools = [new FunctionTool { Name = "f" }, Desk];

        Session(tools, new FunctionToolChoice { Name = "f" }).Should().BeEmpty();
        Session(tools, new McpToolChoice { ServerLabel = "desk", Name = "any" }).Should().BeEmpty();
        Session(null, new FunctionToolChoice { Name = "g" }).Should().BeEmpty();
        Session(tools, new FunctionToolChoice { Name = "g" }).Warnings().Should().Equal("tool_choice.name is \"g\", should name one of the tools");
        Session(tools, new McpToolChoice { ServerLabel = "f" }).Warnings().Should().Equal("tool_choice.server_label is \"f\", should name one of the tools");
    }

    [Fact]
    public void A_choice_says_what_it_chooses()
    {
        Session(null, new FunctionToolChoice { Name = "" }).Errors().Should().Equal("tool_choice.name is \"\", must not be blank");
        Session(null, new McpToolChoice { ServerLabel = " " }).Errors().Should().Equal("tool_choice.server_label is \" \", must not be blank");
        Session(null, new UnknownToolChoice("later", JsonElement.Parse("\"later\""))).Should().ContainSingle()
            .Which.Severity.Should().Be(ConstraintSeverity.Warning);
    }

    [Fact]
    public void Secrets_of_an_mcp_server_are_not_printed()
    {
        var tool = Desk with { Authorization = "hush-1", Headers = new Dictionary<string, string> { ["X-Key"] = "hush-2" } };
        var newer = new UnknownTool("oracle", JsonElement.Parse("""{"type":"oracle","authorization":"hush-3"}"""));

        $"{tool} {newer} {new RealtimeSessionConfiguration { Tools = [tool, newer] }}".Should().NotContain("hush").And.Contain("desk");
    }

    private static IEnumerable<string> Errors(params RealtimeTool[] tools) => Session(tools).Errors();

    private static IReadOnlyList<ConstraintViolation> Session(IReadOnlyList<RealtimeTool>? tools, ToolChoice? choice = null) =>
        new RealtimeSessionConfiguration { Tools = tools, ToolChoice = choice }.Validate();
}
