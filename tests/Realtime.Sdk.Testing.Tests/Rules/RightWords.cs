namespace Realtime.Sdk.Testing.Tests.Rules;

/// <summary>Values that the service accepts, by the object that they belong to: every value of the API reference, each once.</summary>
internal static class RightWords
{
    /// <summary>A PNG of one pixel.</summary>
    public const string Png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// <summary>The first bytes of a JPEG.</summary>
    private const string Jpeg = "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQEASABIAAD/2Q==";

    private const string Function = """{"type":"function","name":"get_weather-2","description":"x","parameters":{"type":"object","properties":{"city":{"anything":1}}}}""";

    private const string Mcp = """{"type":"mcp","server_label":"files","server_url":"https://example.com/mcp"}""";

    /// <summary>What a session and a response have in common.</summary>
    public static IReadOnlyList<string> Shared { get; } =
    [
        "{}",
        .. Each("""{"audio":{"output":{"voice":"*"}}}""", "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"),
        """{"audio":{"output":{"voice":{"id":"voice_1234"}}}}""",
        """{"audio":{"output":{"format":{"type":"audio/pcm","rate":24000}}}}""",
        .. Each("""{"audio":{"output":{"format":{"type":"*"}}}}""", "audio/pcmu", "audio/pcma"),
        .. Each("""{"output_modalities":["*"]}""", "text", "audio"),
        .. Each("""{"tool_choice":"*"}""", "none", "auto", "required"),
        .. Each("""{"reasoning":{"effort":"*"}}""", "minimal", "low", "medium", "high", "xhigh"),
        """{"instructions":""}""",
        """{"max_output_tokens":"inf"}""",
        """{"max_output_tokens":1}""",
        """{"max_output_tokens":4096}""",
        """{"parallel_tool_calls":true}""",
        """{"tools":[]}""",
        $$"""{"tools":[{{Function}},{{Mcp}} ],"tool_choice":{"type":"function","name":"get_weather-2"} }""",
        $$"""{"tools":[{{Mcp}} ],"tool_choice":{"type":"mcp","server_label":"files","name":"read"} }""",
        """{"tools":[{"name":"f"}]}""",
        $$"""{"tools":[{"type":"function","name":"{{new string('n', 64)}}","description":"{{new string('d', 1024)}}"}]}""",
        .. Each("""{"tools":[{"type":"mcp","server_label":"a","connector_id":"connector_*"}]}""", "dropbox", "gmail", "googlecalendar", "googledrive", "microsoftteams", "outlookcalendar", "outlookemail", "sharepoint"),
        """{"tools":[{"type":"mcp","server_label":"a","tunnel_id":"tunnel_0123456789abcdef0123456789abcdef"}]}""",
        """{"tools":[{"type":"mcp","server_label":"a","server_url":"https://x","authorization":"t","headers":{"x":"y"},"server_description":"d","allowed_tools":["r"],"allowed_callers":["direct","programmatic"],"require_approval":"never","defer_loading":true}]}""",
        """{"tools":[{"type":"mcp","server_label":"a","server_url":"https://x","headers":null,"allowed_tools":{"tool_names":["r"],"read_only":true},"allowed_callers":null,"require_approval":{"always":{"tool_names":["w"]},"never":{"read_only":true}}}]}""",
        """{"prompt":{"id":"pmpt_1","version":"2","variables":{"name":"Emu","picture":{"type":"input_image","image_url":"x"}}}}""",
        """{"prompt":null}""",
    ];

    /// <summary>What a session alone has.</summary>
    public static IReadOnlyList<string> Sessions { get; } =
    [
        """{"audio":{"input":{"turn_detection":null,"transcription":null,"noise_reduction":null}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"server_vad"}}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0,"prefix_padding_ms":0,"silence_duration_ms":0,"idle_timeout_ms":null,"create_response":false,"interrupt_response":false}}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":1.0,"idle_timeout_ms":30000}}}}""",
        .. Each("""{"audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"*"}}}}""", "low", "medium", "high", "auto"),
        """{"audio":{"input":{"format":{"type":"audio/pcm","rate":24000}}}}""",
        .. Each("""{"audio":{"input":{"format":{"type":"*"}}}}""", "audio/pcmu", "audio/pcma"),
        .. Each("""{"audio":{"input":{"noise_reduction":{"type":"*"}}}}""", "near_field", "far_field"),
        """{"audio":{"input":{"noise_reduction":{"strength":0.5}}}}""",
        .. Each("""{"audio":{"input":{"transcription":{"model":"*","language":""}}}}""", "whisper-1", "gpt-transcribe", "gpt-live-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize", "gpt-realtime-whisper"),
        .. Each("""{"audio":{"input":{"transcription":{"model":"gpt-realtime-whisper","delay":"*"}}}}""", "minimal", "low", "medium", "high", "xhigh"),
        """{"audio":{"input":{"transcription":{"model":"gpt-transcribe","languages":["de"],"keywords":[],"prompt":""}}}}""",
        """{"audio":{"output":{"speed":0.25}}}""",
        """{"audio":{"output":{"speed":1.5}}}""",
        """{"include":["item.input_audio_transcription.logprobs"]}""",
        """{"include":null}""",
        .. Each("""{"truncation":"*"}""", "auto", "disabled"),
        """{"truncation":{"type":"retention_ratio","retention_ratio":0.5,"token_limits":{"post_instructions":0}}}""",
        """{"tracing":"auto"}""",
        """{"tracing":null}""",
        """{"tracing":{"workflow_name":"w","group_id":"g","metadata":{"a":{"b":1}}}}""",
    ];

    /// <summary>The models of realtime sessions.</summary>
    public static IReadOnlyList<string> Models { get; } =
    [
        "gpt-realtime", "gpt-realtime-1.5", "gpt-realtime-2", "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2025-08-28",
        "gpt-4o-realtime-preview", "gpt-4o-realtime-preview-2024-10-01", "gpt-4o-realtime-preview-2024-12-17", "gpt-4o-realtime-preview-2025-06-03",
        "gpt-4o-mini-realtime-preview", "gpt-4o-mini-realtime-preview-2024-12-17", "gpt-realtime-mini", "gpt-realtime-mini-2025-10-06",
        "gpt-realtime-mini-2025-12-15", "gpt-audio-1.5", "gpt-audio-mini", "gpt-audio-mini-2025-10-06", "gpt-audio-mini-2025-12-15",
    ];

    /// <summary>What <c>response.create</c> alone has.</summary>
    public static IReadOnlyList<string> Responses { get; } =
    [
        .. Each("""{"conversation":"*"}""", "auto", "none"),
        """{"metadata":{"topic":"weather"}}""",
        """{"metadata":null}""",
        """{"input":[]}""",
    ];

    /// <summary>What an item has, created or given to a response.</summary>
    public static IReadOnlyList<string> InItems { get; } =
    [
        .. Each("""{"type":"message","role":"user","status":"*","object":"realtime.item","content":[{"type":"input_text","text":"x"}]}""", "completed", "incomplete", "in_progress"),
        """{"type":"message","role":"system","content":[{"type":"input_text","text":"x"}]}""",
        .. Each("""{"type":"message","role":"assistant","phase":"*","content":[{"type":"output_text","text":""}]}""", "commentary", "final_answer"),
        """{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAAA","transcript":"x"}]}""",
        .. Each($$"""{"type":"message","role":"user","content":[{"type":"input_image","detail":"*","image_url":"{{Png}}"}]}""", "auto", "low", "high"),
        $$"""{"type":"message","role":"user","content":[{"type":"input_image","image_url":"{{Jpeg}}"}]}""",
        $$"""{"id":"{{new string('x', 32)}}","type":"message","role":"user","content":[]}""",
        $$"""{"type":"function_call","call_id":"{{new string('c', 32)}}","name":"f","arguments":"{}"}""",
        """{"type":"mcp_list_tools","server_label":"a","tools":[]}""",
        """{"type":"mcp_call","id":"m","server_label":"a","name":"r","arguments":"{}","output":"x","error":null,"approval_request_id":null}""",
        """{"type":"mcp_approval_request","id":"m","server_label":"a","name":"r","arguments":"{}"}""",
    ];

    private static IEnumerable<string> Each(string members, params string[] words) => words.Select(word => members.Replace("*", word, StringComparison.Ordinal));
}
