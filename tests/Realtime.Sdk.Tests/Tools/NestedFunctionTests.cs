using System.Text;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Validation;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Tools;

/// <summary>Functions in the shape of the chat API, as xAI shows them.</summary>
public sealed class NestedFunctionTests
{
    private const string Nested = """
        {"type":"function","function":{"name":"get_weather","description":"The weather now.","parameters":{"type":"object"},"strict":true},"later":1}
        """;

    [Fact]
    public void A_nested_function_reads_as_what_it_means()
    {
        var read = (SessionUpdatedEvent)new ServerEventReader().Read(Encoding.UTF8.GetBytes(Session("tools", $"[{Nested}]")));

        var tool = ((RealtimeSessionConfiguration)read.Session.Configuration).Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Subject;
        tool.Name.Should().Be("get_weather");
        tool.Description.Should().Be("The weather now.");
        tool.Parameters!.Json.GetRawText().Should().Be("""{"type":"object"}""");
        tool.AdditionalProperties.Keys.Should().Equal("strict");
    }

    [Theory]
    [InlineData(Nested)]
    [InlineData("""{"function":{"name":"f"},"type":"function"}""")]
    [InlineData("""{"type":"function","name":"","function":{"name":"f","description":null}}""")]
    [InlineData("""{"type":"function","name":"f","function":{"name":"g"}}""")]
    [InlineData("""{"type":"function","function":{"description":"No name."}}""")]
    [InlineData("""{"type":"function","function":"f"}""")]
    [InlineData("""{"type":"function"}""")]
    public void A_function_is_written_back_in_the_shape_it_came_in(string json)
    {
        var tool = RealtimeJson.Deserialize<RealtimeTool>(json);

        var written = RealtimeJson.Serialize(tool);

        WireComparison.ShouldBeWrittenBack(written, json);
        (tool is FunctionTool { Name: "" }).Should().BeFalse();
    }

    [Theory]
    [InlineData("""{"type":"function","function":{"description":"No name."}}""")]
    [InlineData("""{"type":"function","function":"f"}""")]
    [InlineData("""{"type":"function","name":null}""")]
    [InlineData("""{"type":"function"}""")]
    public void A_function_without_a_name_is_unknown_and_refused_when_it_is_sent(string json)
    {
        var tool = RealtimeJson.Deserialize<RealtimeTool>(json);

        tool.Should().BeOfType<UnknownTool>().Which.Type.Should().Be("function");
        new RealtimeSessionConfiguration { Tools = [tool] }.Validate().Errors().Should().Equal("tools[0].name is required");
    }

    [Fact]
    public void A_nested_function_that_is_changed_stays_nested()
    {
        var tool = (FunctionTool)RealtimeJson.Deserialize<RealtimeTool>("""{"type":"function","function":{"name":"f"}}""");

        RealtimeJson.Serialize(tool with { Name = "g" }).Should().Be("""{"type":"function","function":{"name":"g"}}""");
    }

    [Fact]
    public void A_nested_choice_of_a_function_is_unknown_and_kept()
    {
        const string Choice = """{"type":"function","function":{"name":"get_weather"}}""";

        var read = (SessionUpdatedEvent)new ServerEventReader().Read(Encoding.UTF8.GetBytes(Session("tool_choice", Choice)));

        ((RealtimeSessionConfiguration)read.Session.Configuration).ToolChoice.Should().BeOfType<UnknownToolChoice>();
        RealtimeJson.Serialize(read).Should().Be(Session("tool_choice", Choice));
    }

    [Fact]
    public void A_choice_of_a_function_without_a_name_is_refused_when_it_is_sent() =>
        new RealtimeSessionConfiguration { ToolChoice = RealtimeJson.Deserialize<ToolChoice>("""{"type":"function"}""") }.Validate().Errors()
            .Should().Equal("tool_choice.name is required");

    private static string Session(string member, string json) => $$$"""{"type":"session.updated","session":{"type":"realtime","{{{member}}}":{{{json}}}}}""";
}
