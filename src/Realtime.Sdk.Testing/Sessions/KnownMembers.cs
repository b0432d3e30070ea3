namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members the service knows of what a client may send; it refuses any other by name.</summary>
internal static class KnownMembers
{
    /// <summary>What stands for a member that must be an integer; 0 stands for any other.</summary>
    private const int WholeNumber = 1;

    private const string Input = """
        {"format":{"type":0,"rate":0},
         "transcription":{"model":0,"language":0,"languages":0,"keywords":0,"prompt":0,"delay":0},
         "noise_reduction":{"type":0,"strength":0},
         "turn_detection":{"type":0,"threshold":0,"prefix_padding_ms":0,"silence_duration_ms":0,"idle_timeout_ms":0,
                           "eagerness":0,"create_response":0,"interrupt_response":0}}
        """;

    private const string Filter = """{"tool_names":0,"read_only":0}""";

    /// <summary>The tools of a session or a response.</summary>
    internal const string Tools = $$"""
        [{"type":0,"name":0,"description":0,"parameters":0,"server_label":0,"server_url":0,"connector_id":0,"tunnel_id":0,
          "authorization":0,"server_description":0,"headers":0,"allowed_tools":{{Filter}},"allowed_callers":0,
          "require_approval":{"always":{{Filter}},"never":{{Filter}} },"defer_loading":0}]
        """;

    private const string Tracing = """{"workflow_name":0,"group_id":0,"metadata":0}""";

    private const string Prompt = """{"id":0,"version":0,"variables":0}""";

    private const string RealtimeText = $$"""
        {"type":0,"model":0,"instructions":0,"output_modalities":0,"include":0,"parallel_tool_calls":0,"max_output_tokens":0,
         "audio":{"input":{{Input}},"output":{"format":{"type":0,"rate":0},"voice":{"id":0},"speed":0} },
         "tools":{{Tools}},"tool_choice":{"type":0,"name":0,"server_label":0},"tracing":{{Tracing}},"prompt":{{Prompt}},
         "reasoning":{"effort":0},"truncation":{"type":0,"retention_ratio":0,"token_limits":{"post_instructions":0} } }
        """;

    private const string LegacyInput = """
        "input_audio_format":0,"input_audio_noise_reduction":{"type":0},
        "input_audio_transcription":{"model":0,"language":0,"languages":0,"keywords":0,"prompt":0,"delay":0},
        "turn_detection":{"type":0,"threshold":0,"prefix_padding_ms":0,"silence_duration_ms":0,"idle_timeout_ms":0,
                          "eagerness":0,"create_response":0,"interrupt_response":0},
        "include":0,"modalities":0
        """;

    private const string Secret = """{"anchor":0,"seconds":0}""";

    /// <summary>A realtime session.</summary>
    public static JsonNode Realtime { get; } = Parse(RealtimeText);

    /// <summary>A transcription session.</summary>
    public static JsonNode Transcription { get; } = Parse($$"""{"type":0,"audio":{"input":{{Input}} },"include":0}""");

    /// <summary>A translation session.</summary>
    public static JsonNode Translation { get; } = Parse("""
        {"model":0,"audio":{"input":{"transcription":{"model":0,"language":0},"noise_reduction":{"type":0,"strength":0}},"output":{"language":0}}}
        """);

    /// <summary>The flat session of the retired endpoint.</summary>
    public static JsonNode LegacyRealtime { get; } = Parse($$"""
        {"model":0,"instructions":0,"voice":{"id":0},"output_audio_format":0,"speed":0,"temperature":0,"max_response_output_tokens":0,
         "tools":{{Tools}},"tool_choice":{"type":0,"name":0,"server_label":0},"tracing":{{Tracing}},"prompt":{{Prompt}},
         "truncation":0,{{LegacyInput}},"client_secret":{"expires_after":{{Secret}},"value":0,"expires_at":0} }
        """);

    /// <summary>The flat transcription session of the retired endpoint.</summary>
    public static JsonNode LegacyTranscription { get; } =
        Parse($$"""{ {{LegacyInput}},"client_secret":{"expires_after":{{Secret}},"expires_at":{{Secret}} } }""");

    /// <summary>A request for a client secret, but for the session inside.</summary>
    public static JsonNode ClientSecret { get; } = Parse($$"""{"expires_after":{{Secret}},"session":0}""");

    /// <summary>Refuses the first member of <paramref name="given"/> that <paramref name="known"/> lacks.</summary>
    public static void Check(JsonNode? given, JsonNode known, string path)
    {
        switch (given, known)
        {
            case (JsonObject members, JsonObject names):
                foreach (var (name, value) in members)
                {
                    var at = path.Length == 0 ? name : $"{path}.{name}";
                    Check(value, names[name] ?? throw EmulatorHttpException.UnknownParameter(at), at);
                }
                break;
            case (JsonArray elements, JsonArray { Count: 1 } element):
                for (var i = 0; i < elements.Count; i++)
                    Check(elements[i], element[0]!, $"{path}[{i}]");
                break;
            case (not null, JsonValue kind) when (int)kind == WholeNumber && !(given is JsonValue number && number.TryGetValue(out long _)):
                throw EmulatorHttpException.WrongType(path, "an integer was expected");
            default:
                break;
        }
    }

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}
