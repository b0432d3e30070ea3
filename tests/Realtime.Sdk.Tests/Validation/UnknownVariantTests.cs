using System.Text.Json;

namespace Realtime.Sdk.Tests.Validation;

/// <summary>JSON of an unknown variant that a program has made itself: whatever it is, it is reported and never read wrongly.</summary>
public sealed class UnknownVariantTests
{
    private static readonly JsonElement HalfText = JsonElement.Parse("\"\\ud83d\"");

    public static TheoryData<RealtimeSessionConfiguration, string[]> Invalid => new()
    {
        { Session(new UnknownTool("", default)), ["tools[0].type is required: known values are function, mcp", "tools[0] must be a JSON value"] },
        { Session(new UnknownTool("", JsonElement.Parse("{}"))), ["tools[0].type is required: known values are function, mcp"] },
        { Session(new UnknownTool("", JsonElement.Parse("""{"typ":"mcp"}"""))), ["tools[0].typ is not a known member, did you mean \"type\"?"] },
        {
            Session(new UnknownTool("", JsonElement.Parse("""{"typ\ud83d":"mcp"}"""))),
            ["tools[0].type is required: known values are function, mcp", "tools[0] must not have a member whose name contains a lone surrogate"]
        },
        {
            Session(new UnknownTool("", JsonElement.Parse("""{"typ\ud83d":1,"Type":"mcp"}"""))),
            ["tools[0].Type is not a known member, did you mean \"type\"?", "tools[0] must not have a member whose name contains a lone surrogate"]
        },
        { new() { Tracing = new UnknownTracing(HalfText) }, ["tracing must not contain a lone surrogate"] },
        { new() { Tracing = new UnknownTracing(JsonElement.Parse("\" \"")) }, ["tracing is \" \", must not be blank"] },
        {
            new() { Tools = [new McpTool { ServerLabel = "desk", ServerUrl = "https://desk.example", RequireApproval = new UnknownMcpApproval(HalfText) }] },
            ["tools[0].require_approval must not contain a lone surrogate"]
        },
        {
            new() { Tracing = new UnknownTracing(JsonElement.Parse("""{"a":[{"b":1},{"\udc00":[]}]}""")) },
            ["tracing.a[1] must not have a member whose name contains a lone surrogate"]
        },
    };

    [Theory, MemberData(nameof(Invalid))]
    public void Invalid_json_of_an_unknown_variant_is_an_error(RealtimeSessionConfiguration session, string[] errors) =>
        session.Validate().Errors().Should().Equal(errors);

    private static RealtimeSessionConfiguration Session(RealtimeTool tool) => new() { Tools = [tool] };
}
