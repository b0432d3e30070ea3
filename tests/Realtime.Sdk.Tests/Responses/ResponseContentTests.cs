using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Tests.Responses;

public sealed partial class ResponseContentTests
{
    // Shapes of the API reference; the words are made up.
    private const string Response = """
        {"id":"resp_1","status":"completed","output":[
          {"type":"message","id":"i1","role":"assistant","content":[{"type":"output_text","text":"Hello "},{"type":"output_audio","transcript":"Hi "}]},
          {"type":"function_call","id":"i2","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Oslo\"}","status":"completed"},
          {"type":"message","id":"i3","role":"assistant","content":[{"type":"text","text":"there."},{"type":"audio","transcript":"there."},{"type":"audio"},{"type":"new"}]},
          {"type":"function_call","id":"i4","call_id":"call_2","name":"get_time","arguments":"","status":"completed"},
          {"type":"new"}]}
        """;

    [Fact]
    public void The_text_the_transcript_and_the_function_calls_of_a_response_are_one_call_each()
    {
        var response = RealtimeJson.Deserialize<RealtimeResponse>(Response);

        response.GetOutputText().Should().Be("Hello there.");
        response.GetOutputTranscript().Should().Be("Hi there.");
        response.GetFunctionCalls().Select(call => call.Name).Should().Equal("get_weather", "get_time");
    }

    [Fact]
    public void A_response_without_output_has_no_text_no_transcript_and_no_calls()
    {
        var response = new RealtimeResponse();

        response.GetOutputText().Should().BeEmpty();
        response.GetOutputTranscript().Should().BeEmpty();
        response.GetFunctionCalls().Should().BeEmpty();
    }

    [Fact]
    public void Arguments_are_read_as_a_type()
    {
        var done = new ResponseFunctionCallArgumentsDoneEvent { Arguments = """{"city":"Oslo"}""" };

        Call("""{"city":"Oslo","days":2}""").ReadArguments(Arguments.Default.Place).Should().Be(new Place("Oslo", 2));
        done.ReadArguments(Arguments.Default.Place).Should().Be(new Place("Oslo"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("{}")]
    public void Blank_arguments_are_an_empty_object(string arguments)
    {
        Call(arguments).ReadArguments(Arguments.Default.Place).Should().Be(new Place());
    }

    [Theory]
    [InlineData("canary", "The arguments of get_weather are not valid JSON.", "$")]
    [InlineData("""{"city":"canary""", "The arguments of get_weather are not valid JSON.", "$.city")]
    [InlineData("""{"days":"canary"}""", "The arguments of get_weather could not be read as Place: $.days does not fit.", "$.days")]
    [InlineData("null", "The arguments of get_weather could not be read as Place.", null)]
    [InlineData("[]", "The arguments of get_weather could not be read as Place: $ does not fit.", "$")]
    public void Arguments_that_cannot_be_read_name_the_function_and_quote_nothing(string arguments, string message, string? path)
    {
        var unreadable = FluentActions.Invoking(() => Call(arguments).ReadArguments(Arguments.Default.Place)).Should().Throw<RealtimeProtocolException>().Which;

        unreadable.Message.Should().Be(message);
        unreadable.Path.Should().Be(path);
        unreadable.ToString().Should().NotContain("canary");
    }

    [Fact]
    public void Arguments_of_a_function_without_a_name_say_so()
    {
        var done = new ResponseFunctionCallArgumentsDoneEvent { Arguments = "{" };

        FluentActions.Invoking(() => done.ReadArguments(Arguments.Default.Place)).Should().Throw<RealtimeProtocolException>()
            .WithMessage("The arguments of a function are not valid JSON.");
    }

    private static FunctionCallItem Call(string arguments) => new() { Name = "get_weather", Arguments = arguments };

    internal sealed record Place(string? City = null, int Days = 0);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Place))]
    internal sealed partial class Arguments : JsonSerializerContext;
}
