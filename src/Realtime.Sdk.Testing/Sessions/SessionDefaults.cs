namespace Realtime.Sdk.Testing.Internal;

/// <summary>The service's default sessions, with the members in the service's order.</summary>
internal static class SessionDefaults
{
    /// <summary>The instructions of a session whose instructions are absent or empty.</summary>
    public const string Instructions = "You are a helpful, friendly assistant with a warm voice. Keep answers short, and say so when you do not know.";

    private const string ServerVad = """{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null}""";

    private const string SpeakingServerVad =
        """{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}""";

    private const string SemanticVad = """{"type":"semantic_vad","eagerness":"auto","create_response":true,"interrupt_response":true}""";

    private const string Pcm = """{"type":"audio/pcm","rate":24000}""";

    private const string RealtimeText = $$"""
        {"type":"realtime","object":"realtime.session","id":"","model":"gpt-realtime","output_modalities":["audio"],
         "instructions":"{{Instructions}}",
         "tools":[],"tool_choice":"auto","max_output_tokens":"inf","tracing":null,"truncation":"auto","prompt":null,"expires_at":0,
         "audio":{"input":{"format":{{Pcm}},"transcription":null,"noise_reduction":null,"turn_detection":{{SpeakingServerVad}} },
                  "output":{"format":{{Pcm}},"voice":"alloy","speed":1.0} },
         "include":null}
        """;

    private const string TranscriptionText = $$"""
        {"type":"transcription","object":"realtime.transcription_session","id":"","expires_at":0,
         "audio":{"input":{"format":{{Pcm}},"transcription":null,"noise_reduction":null,"turn_detection":{{ServerVad}} } },
         "include":null}
        """;

    private const string TranslationText = """
        {"id":"","type":"translation","expires_at":0,"model":"gpt-realtime-translate",
         "audio":{"input":{"transcription":null,"noise_reduction":null},"output":{"language":"en"}}}
        """;

    private const string LegacyRealtimeText = $$"""
        {"id":"","object":"realtime.session","model":"gpt-realtime","modalities":["audio","text"],
         "instructions":"{{Instructions}}",
         "voice":"alloy","input_audio_format":"pcm16","output_audio_format":"pcm16","input_audio_transcription":null,
         "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200},
         "tools":[],"tool_choice":"auto","temperature":0.8,"max_response_output_tokens":"inf","speed":1.0,"tracing":null,"expires_at":0}
        """;

    private const string LegacyTranscriptionText = """
        {"id":"","object":"realtime.transcription_session","expires_at":0,"modalities":["audio","text"],
         "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200},
         "input_audio_format":"pcm16","input_audio_transcription":null,"input_audio_noise_reduction":null,"include":null}
        """;

    // Parsed once: all copies share the bytes and the member names, so that an idle session is small.
    private static readonly JsonObject RealtimeTemplate = Parse(RealtimeText), TranscriptionTemplate = Parse(TranscriptionText),
        TranslationTemplate = Parse(TranslationText), LegacyRealtimeTemplate = Parse(LegacyRealtimeText),
        LegacyTranscriptionTemplate = Parse(LegacyTranscriptionText);

    public static JsonObject Realtime => Copy(RealtimeTemplate);

    /// <summary>Returns a realtime session for the date of a policy, because the default model may be shut down on that date.</summary>
    public static JsonObject GetRealtime(ServicePolicy policy)
    {
        var session = Realtime;
        session["model"] = ServiceModels.GetDefault(policy);
        return session;
    }

    public static JsonObject Transcription => Copy(TranscriptionTemplate);

    public static JsonObject Translation => Copy(TranslationTemplate);

    public static JsonObject LegacyRealtime => Copy(LegacyRealtimeTemplate);

    public static JsonObject LegacyTranscription => Copy(LegacyTranscriptionTemplate);

    /// <summary>Returns the defaults of an object in <paramref name="member"/> whose type differs from that in the session.</summary>
    public static JsonObject GetVariantDefaults(string member, string? type, bool hasOutput) => (member, type) switch
    {
        ("turn_detection", "server_vad") => Parse(hasOutput ? SpeakingServerVad : ServerVad),
        ("turn_detection", "semantic_vad") => Parse(SemanticVad),
        ("format", "audio/pcm") => Parse(Pcm),
        ("reasoning", _) => Parse("""{"effort":"low"}"""),
        _ => [],
    };

    private static JsonObject Copy(JsonObject template) => template.DeepClone().AsObject();

    /// <summary>Parses an object and its own members; each copy parses the values of its members on first access.</summary>
    private static JsonObject Parse(string json)
    {
        var parsed = JsonNode.Parse(json)!.AsObject();

        // A node creates its members on first access, which is not thread-safe.
        _ = parsed.Count;
        return parsed;
    }
}
