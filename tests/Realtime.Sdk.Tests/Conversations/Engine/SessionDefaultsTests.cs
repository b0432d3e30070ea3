using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Engine;

public sealed class SessionDefaultsTests
{
    private const string Shown = """
        {"type":"realtime","id":"sess_1","object":"realtime.session","expires_at":0,"model":"gpt-realtime-2","output_modalities":["audio"],"instructions":"Be short.",
         "include":["item.input_audio_transcription.logprobs"],"tracing":"auto","tools":[{"type":"function","name":"first"}],"tool_choice":"required","parallel_tool_calls":true,
         "reasoning":{"effort":"low"},"max_output_tokens":400,"truncation":"disabled","prompt":{"id":"pmpt_1"},
         "audio":{"input":{"format":{"type":"audio/pcmu"},"transcription":{"model":"gpt-transcribe"},"noise_reduction":{"type":"near_field"},"turn_detection":{"type":"semantic_vad"}},
          "output":{"format":{"type":"audio/pcma"},"voice":"marin","speed":1.5}}}
        """;

    private const string Own = """
        {"type":"realtime","output_modalities":["text"],"instructions":"Be long.","include":[],"tracing":{"workflow_name":"w"},
         "tools":[{"type":"function","name":"second"}],"tool_choice":"auto","parallel_tool_calls":false,"reasoning":{"effort":"high"},"max_output_tokens":"inf","truncation":"auto",
         "prompt":{"id":"pmpt_2"},"audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"whisper-1"},"noise_reduction":{"type":"far_field"},
          "turn_detection":{"type":"server_vad"}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"cedar","speed":1}}}
        """;

    [Fact]
    public void What_the_next_agent_does_not_set_is_as_the_server_showed_it_first_except_for_the_tools()
    {
        var first = RealtimeJson.Deserialize<RealtimeSession>(Shown);

        var restated = SessionDefaults.Apply(new(), first);

        restated.Should().Be((RealtimeSessionConfiguration)first.ToConfiguration() with { Model = null, Tools = [] });
    }

    [Fact]
    public void What_the_next_agent_sets_stays()
    {
        var own = (RealtimeSessionConfiguration)RealtimeJson.Deserialize<SessionConfiguration>(Own);

        SessionDefaults.Apply(own with { Model = "gpt-realtime-2" }, RealtimeJson.Deserialize<RealtimeSession>(Shown)).Should().Be(own);
        SessionDefaults.Apply(own, null).Should().Be(own);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"type":"realtime","id":"sess_1","expires_at":0}""")]
    [InlineData("""{"type":"transcription","id":"sess_1","expires_at":0}""")]
    public void Instructions_tools_and_transcription_are_reset_even_if_the_server_has_shown_none(string? shown) =>
        RealtimeJson.Serialize(SessionDefaults.Apply(new(), shown is null ? null : RealtimeJson.Deserialize<RealtimeSession>(shown)))
            .Should().Be("""{"type":"realtime","instructions":"","audio":{"input":{"transcription":null},"output":{}},"tools":[]}""");
}
