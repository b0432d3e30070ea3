using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>Words that this version does not know: the service may, so the host starts with a warning.</summary>
public sealed class UnknownWordTests
{
    public static TheoryData<string, string[]> Unusual => new()
    {
        { """{"type":"realtime","tool_choice":"sometimes"}""", ["tool_choice is \"sometimes\", should be one of none, auto, required, function, mcp"] },
        { """{"type":"realtime","tool_choice":"require"}""", ["tool_choice is \"require\", should be one of none, auto, required, function, mcp, did you mean \"required\"?"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"huge"}}}}""",
            ["audio:input:turn_detection:eagerness is \"huge\", should be one of auto, low, medium, high"] },
        { """{"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"High"}}}}""",
            ["audio:input:turn_detection:eagerness is \"High\", should be one of auto, low, medium, high, did you mean \"high\"?"] },
        { """{"type":"realtime","output_modalities":["audi"]}""", ["output_modalities:0 is \"audi\", should be one of text, audio, did you mean \"audio\"?"] },
        { """{"type":"realtime","max_output_tokens":"infinite"}""", ["max_output_tokens is \"infinite\", should be one of 1 to 4096, inf"] },
        { """{"type":"realtime","truncation":"off"}""", ["truncation is \"off\", should be one of auto, disabled, retention_ratio"] },
        { """{"type":"realtime","tracing":"on"}""", ["tracing is \"on\", should be one of auto"] },
        { """{"type":"realtime","include":["item.input_audio_transcription.logprob"]}""",
            ["include:0 is \"item.input_audio_transcription.logprob\", should be one of item.input_audio_transcription.logprobs, did you mean \"item.input_audio_transcription.logprobs\"?"] },
        { """{"type":"realtime","audio":{"output":{"voice":"marine"}}}""",
            ["audio:output:voice is \"marine\", should be one of alloy, ash, ballad, coral, echo, sage, shimmer, verse, marin, cedar, did you mean \"marin\"?"] },
        { """{"type":"realtime","model":"gpt-realtime-2","reasoning":{"effort":"maximal"}}""", ["reasoning:effort is \"maximal\", should be one of minimal, low, medium, high, xhigh, did you mean \"minimal\"?"] },
        { """{"type":"realtime","tools":[{"type":"mcp","server_label":"a","server_url":"https://example.com","require_approval":"allways","allowed_callers":["programatic"]}]}""",
            [
                "tools:0:allowed_callers:0 is \"programatic\", should be one of direct, programmatic, did you mean \"programmatic\"?",
                "tools:0:require_approval is \"allways\", should be one of always, never, did you mean \"always\"?",
            ] },
        { """{"type":"realtime","tools":[],"tool_choice":{"type":"function","name":"hang_up"}}""", ["tool_choice:name is \"hang_up\", should name one of the tools"] },
    };

    [Theory]
    [MemberData(nameof(Unusual))]
    public async Task A_host_starts_with_an_unknown_word_and_warns_once(string session, string[] warnings)
    {
        var host = await StartedHost.WithSectionAsync(session);

        host.Failures.Should().BeEmpty();
        host.Warnings.Should().BeEquivalentTo(warnings.Select(warning => $"Session \"support\": Sessions:Support:{warning}"));
    }

    [Fact]
    public async Task A_warning_is_logged_once_however_often_the_session_is_resolved()
    {
        var log = new FakeLogCollector();
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        services.AddRealtimeSession("support", new RealtimeSessionConfiguration { ToolChoice = new UnknownToolChoice("sometimes", System.Text.Json.JsonElement.Parse("\"sometimes\"")) });
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredKeyedService<SessionConfiguration>("support");
        provider.GetRequiredKeyedService<SessionConfiguration>("support");

        var entry = log.GetSnapshot().Should().ContainSingle().Subject;
        entry.Id.Id.Should().Be(6);
        entry.Message.Should().Be("Session \"support\": tool_choice is \"sometimes\", should be one of none, auto, required, function, mcp");
        entry.GetStructuredStateValue("Session").Should().Be("support");
        entry.GetStructuredStateValue("Path").Should().Be("tool_choice");
        entry.GetStructuredStateValue("Value").Should().Be("\"sometimes\"");
    }
}
