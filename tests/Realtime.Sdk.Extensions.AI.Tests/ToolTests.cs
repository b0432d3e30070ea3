namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Tools that the service runs, and those that only the SDK has.</summary>
public sealed class ToolTests
{
    public static TheoryData<HostedMcpServerToolApprovalMode?, string?> Approvals => new()
    {
        { null, null },
        { HostedMcpServerToolApprovalMode.AlwaysRequire, "\"always\"" },
        { HostedMcpServerToolApprovalMode.NeverRequire, "\"never\"" },
        { HostedMcpServerToolApprovalMode.RequireSpecific(["delete"], ["search"]), """{"always":{"tool_names":["delete"]},"never":{"tool_names":["search"]}}""" },
    };

    [Theory, MemberData(nameof(Approvals), DisableDiscoveryEnumeration = true)]
    public async Task Approvals_are_the_same_in_both_directions(HostedMcpServerToolApprovalMode? mode, string? wire)
    {
        var session = await Talk.ConfigureAsync(new() { Tools = [new HostedMcpServerTool("docs", "https://mcp.example.com/") { ApprovalMode = mode }] });
        var approval = wire is null ? "" : $",\"require_approval\":{wire}";
        await using var talk = await Talk.HearAsync(
            $$$"""{"type":"session.updated","session":{"type":"realtime","tools":[{"type":"mcp","server_label":"docs","server_url":"https://mcp.example.com/"{{{approval}}}}]}}""");
        await talk.ReadToEndAsync();

        session.GetProperty("tools")[0].TryGetProperty("require_approval", out var sent);
        (wire is null ? sent.ValueKind == JsonValueKind.Undefined : sent.GetRawText() == wire).Should().BeTrue(session.GetRawText());
        talk.Session.Options!.Tools!.Single().Should().BeOfType<HostedMcpServerTool>().Which.ApprovalMode.Should().Be(mode);
    }

    [Fact]
    public async Task A_connector_is_an_MCP_tool_without_an_address()
    {
        HostedMcpServerTool mail = new("mail", "connector_gmail") { Headers = new Dictionary<string, string> { ["authorization"] = "bearer token-1" } };

        var session = await Talk.ConfigureAsync(new() { Tools = [mail] });

        session.GetProperty("tools")[0].ToString().Should().Be("""{"type":"mcp","server_label":"mail","connector_id":"connector_gmail","authorization":"token-1"}""");
    }

    [Fact]
    public async Task A_tool_that_was_read_can_be_sent_back()
    {
        await using var talk = await Talk.HearAsync("""{"type":"session.updated","session":{"type":"realtime","tools":[{"type":"crystal_ball","size":3}]}}""");
        await talk.ReadToEndAsync();
        var tools = talk.Session.Options!.Tools!;

        var sent = (await Talk.SayAsync(new SessionUpdateRealtimeClientMessage(new() { Tools = tools })))[0];

        sent.GetProperty("session").GetProperty("tools").ToString().Should().Be("""[{"type":"crystal_ball","size":3}]""");
        tools[0].GetService<Uri>().Should().BeNull();
    }

    [Fact]
    public async Task A_choice_that_the_abstraction_does_not_have_is_no_mode()
    {
        await using var talk = await Talk.HearAsync("""{"type":"session.updated","session":{"type":"realtime","tool_choice":{"type":"mcp","server_label":"docs"}}}""");
        await talk.ReadToEndAsync();

        talk.Session.Options!.ToolMode.Should().BeNull();
    }

    [Fact]
    public async Task A_missing_tool_is_refused()
    {
        await using var talk = await Talk.StartAsync();

        await talk.Session.Invoking(session => session.SendAsync(new SessionUpdateRealtimeClientMessage(new() { Tools = [null!] }))).Should().ThrowAsync<ArgumentException>();
    }

    [Theory]
    [InlineData("true", """{"type":"object"}""")]
    [InlineData("{}", """{"type":"object"}""")]
    [InlineData("""{"type":"object","properties":{}}""", """{"type":"object","properties":{}}""")]
    public async Task The_schema_of_a_function_has_an_object_as_its_root(string schema, string sent)
    {
        var session = await Talk.ConfigureAsync(new() { Tools = [AIFunctionFactory.CreateDeclaration("f", null, JsonElement.Parse(schema))] });

        session.GetProperty("tools")[0].ToString().Should().Be($$"""{"type":"function","name":"f","parameters":{{sent}}}""");
    }
}
