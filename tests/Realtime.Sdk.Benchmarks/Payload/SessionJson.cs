using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The session of the payload, with three tools, long instructions and all members that the server sets.</summary>
internal static class SessionJson
{
    public const string Model = "gpt-realtime";

    public const string Instructions =
        "You are the voice of a travel agency. Speak calmly and in short sentences. Look things up with the tools before you answer, " +
        "name prices in the caller's currency, and never promise what a tool has not confirmed. If the caller is silent, wait. " +
        "If you did not understand, say so and ask once. Do not read out identifiers, web addresses or internal notes.";

    public static IReadOnlyList<(string Name, string Description, string Parameters)> Tools { get; } =
    [
        ("get_weather", "The weather at a place, today or in the next seven days.",
            """{"type":"object","properties":{"place":{"type":"string","description":"City and country"},"day":{"type":"string","format":"date"}},"required":["place"],"additionalProperties":false}"""),
        ("find_flights", "Flights between two airports on a day, cheapest first.",
            """{"type":"object","properties":{"from":{"type":"string"},"to":{"type":"string"},"day":{"type":"string","format":"date"},"passengers":{"type":"integer","minimum":1,"maximum":9}},"required":["from","to","day"]}"""),
        ("hand_over", "Hands the call to a person, with a short summary.",
            """{"type":"object","properties":{"summary":{"type":"string"},"urgency":{"type":"string","enum":["low","normal","high"]}},"required":["summary"]}"""),
    ];

    private static string ToolsJson => string.Join(",", Tools.Select(tool =>
        $"{{\"type\":\"function\",\"name\":\"{tool.Name}\",\"description\":\"{tool.Description}\",\"parameters\":{tool.Parameters}}}"));

    /// <summary>The session as the server reports it.</summary>
    public static string Effective(string id) =>
        $$$"""
        {"type":"realtime","object":"realtime.session","id":"{{{id}}}","model":"{{{Model}}}","output_modalities":["audio"],"instructions":"{{{Instructions}}}",
        "tools":[{{{ToolsJson}}}],"tool_choice":"auto","max_output_tokens":"inf","tracing":null,"truncation":"auto","prompt":null,"expires_at":1795471200,
        "audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-4o-mini-transcribe","language":null,"prompt":null},"noise_reduction":{"type":"near_field"},
        "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}},
        "output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin","speed":1.0}},"include":null}
        """.ReplaceLineEndings("");

    /// <summary>The answer to a request for a client secret.</summary>
    public static byte[] ClientSecretAnswer { get; } = Encoding.UTF8.GetBytes(
        $"{{\"value\":\"{ClientSecret}\",\"expires_at\":1795467900,\"session\":{Effective(new WireIds().Next("sess"))}}}");

    public const string ClientSecret = "ek_6923a1f0c4d88191b7a52e9d0c3f4b16";

    /// <summary>The request for a client secret, which every candidate sends, except for the order of members.</summary>
    public static byte[] ClientSecretRequest { get; } = Encoding.UTF8.GetBytes(
        $$$"""
        {"expires_after":{"anchor":"created_at","seconds":600},"session":{"type":"realtime","model":"{{{Model}}}","instructions":"{{{Instructions}}}","tools":[{{{ToolsJson}}}],
        "audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"turn_detection":{"type":"server_vad","silence_duration_ms":400}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":"marin"}}
        }}
        """.ReplaceLineEndings(""));
}

/// <summary>The response resource of the payload.</summary>
internal static class ResponseJson
{
    public const int TotalTokens = 1253;

    private const string Audio = "\"audio\":{\"output\":{\"format\":{\"type\":\"audio/pcm\",\"rate\":24000},\"voice\":\"marin\"}}";

    public static string InProgress(string id, string conversation) =>
        $"{{\"object\":\"realtime.response\",\"id\":\"{id}\",\"status\":\"in_progress\",\"status_details\":null,\"output\":[],\"conversation_id\":\"{conversation}\"," +
        $"\"output_modalities\":[\"audio\"],\"max_output_tokens\":\"inf\",{Audio},\"usage\":null,\"metadata\":null}}";

    public static string Item(string id, string transcript) =>
        $"{{\"id\":\"{id}\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":[{{\"type\":\"output_audio\",\"transcript\":\"{transcript}\"}}]}}";

    public static string Done(string id, string conversation, string item) =>
        $"{{\"object\":\"realtime.response\",\"id\":\"{id}\",\"status\":\"completed\",\"status_details\":null,\"output\":[{item}],\"conversation_id\":\"{conversation}\"," +
        $"\"output_modalities\":[\"audio\"],\"max_output_tokens\":\"inf\",{Audio},\"usage\":{{\"total_tokens\":{TotalTokens},\"input_tokens\":832,\"output_tokens\":421," +
        "\"input_token_details\":{\"text_tokens\":719,\"audio_tokens\":113,\"image_tokens\":0,\"cached_tokens\":640," +
        "\"cached_tokens_details\":{\"text_tokens\":576,\"audio_tokens\":64,\"image_tokens\":0}},\"output_token_details\":{\"text_tokens\":90,\"audio_tokens\":331}},\"metadata\":null}";
}
