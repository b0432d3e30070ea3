namespace Realtime.Sdk.Testing.Tests.Rules;

/// <summary>A value that the service refuses, and the refusal.</summary>
/// <param name="Members">The members that are sent, as JSON.</param>
/// <param name="Param">The path of the member.</param>
/// <param name="Code">The code of the error.</param>
/// <param name="Message">The message; <c>{0}</c> stands for the path of the member.</param>
/// <param name="IsNewer">Whether a newer service might accept it, so that <c>AcceptsUnknownValues</c> does.</param>
internal sealed record WrongWord(string Members, string Param, string Code, string Message, bool IsNewer = false);

/// <summary>Wrong words, and wrong values and members, by the object that they belong to. They are made up; the messages of the refusals are the service's.</summary>
internal static class WrongWords
{
    private const string Voices = "'alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', and 'cedar'";

    private const string Transcribers = "'whisper-1', 'gpt-transcribe', 'gpt-live-transcribe', 'gpt-4o-mini-transcribe', "
        + "'gpt-4o-mini-transcribe-2025-12-15', 'gpt-4o-transcribe', 'gpt-4o-transcribe-diarize', and 'gpt-realtime-whisper'";

    private const string Connectors = "'connector_dropbox', 'connector_gmail', 'connector_googlecalendar', 'connector_googledrive', "
        + "'connector_microsoftteams', 'connector_outlookcalendar', 'connector_outlookemail', and 'connector_sharepoint'";

    private const string Efforts = "'minimal', 'low', 'medium', 'high', and 'xhigh'";

    private const string ItemTypes = "'message', 'function_call', 'function_call_output', 'mcp_list_tools', 'mcp_call', 'mcp_approval_request', ";

    private const string InvalidImage = "The image data you provided does not represent a valid image. Please check your input and try again with one of the "
        + "following image formats: ['image/jpeg', 'image/png'].";

    private const string NoAddress = "Invalid '{0}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got ";

    private static readonly string Id33 = new('x', 33), Name65 = new('n', 65), Text1025 = new('d', 1025);

    /// <summary>What a session and a response have in common.</summary>
    public static IReadOnlyList<WrongWord> Shared { get; } =
    [
        Word("""{"audio":{"output":{"voice":"nova"}}}""", "audio.output.voice", "nova", Voices),
        Word("""{"audio":{"output":{"format":{"type":"audio/mp3"}}}}""", "audio.output.format.type", "audio/mp3", "'audio/pcm', 'audio/pcmu', and 'audio/pcma'"),
        Word("""{"output_modalities":["video"]}""", "output_modalities[0]", "video", "'text' and 'audio'"),
        Word("""{"tools":[{"type":"web_search"}]}""", "tools[0].type", "web_search", "'function' and 'mcp'"),
        Word("""{"tools":[{"type":"mcp","server_label":"a","connector_id":"connector_box"}]}""", "tools[0].connector_id", "connector_box", Connectors),
        Word("""{"tools":[{"type":"mcp","server_label":"a","server_url":"https://x","require_approval":"maybe"}]}""", "tools[0].require_approval", "maybe", "'always' and 'never'"),
        Word("""{"tools":[{"type":"mcp","server_label":"a","server_url":"https://x","allowed_callers":["all"]}]}""", "tools[0].allowed_callers[0]", "all", "'direct' and 'programmatic'"),
        Word("""{"tool_choice":"sometimes"}""", "tool_choice", "sometimes", "'none', 'auto', and 'required'"),
        Word("""{"tool_choice":{"type":"custom","name":"x"}}""", "tool_choice.type", "custom", "'function' and 'mcp'"),
        Word("""{"reasoning":{"effort":"max"}}""", "reasoning.effort", "max", Efforts),
        Only("""{"max_output_tokens":"all"}""", "max_output_tokens", "all", "inf"),
        Unknown("""{"temperature":0.8}""", "temperature"),
        Unknown("""{"modalities":["text"]}""", "modalities"),
        Unknown("""{"audio":{"output":{"spede":1}}}""", "audio.output.spede"),
        Unknown("""{"audio":{"output":{"voice":{"id":"voice_1","name":"x"}}}}""", "audio.output.voice.name"),
        Unknown("""{"audio":{"output":{"format":{"type":"audio/pcmu","rate":8000}}}}""", "audio.output.format.rate"),
        Unknown("""{"tools":[{"type":"function","name":"f","strict":true}]}""", "tools[0].strict"),
        Unknown("""{"tools":[{"type":"function","name":"f","meta":{}}]}""", "tools[0].meta"),
        Unknown("""{"tools":[{"type":"function","name":"f","server_label":"a"}]}""", "tools[0].server_label"),
        Unknown("""{"tools":[{"type":"mcp","server_label":"a","server_url":"https://x","allowed_tools":{"names":[]}}]}""", "tools[0].allowed_tools.names"),
        Unknown("""{"reasoning":{"summary":"auto"}}""", "reasoning.summary"),
        new("""{"output_modalities":["audio","text"]}""", "output_modalities", "invalid_value", "Invalid modalities: ['audio', 'text']. Supported combinations are: ['text'] and ['audio']."),
        new("""{"output_modalities":[]}""", "output_modalities", "invalid_value", "Invalid modalities: []. Supported combinations are: ['text'] and ['audio']."),
        Kind("""{"output_modalities":"audio"}""", "output_modalities", "an array", "a string"),
        Kind("""{"audio":{"output":{"format":"pcm16"}}}""", "audio.output.format", "an object", "a string"),
        Kind("""{"audio":{"output":{"voice":1}}}""", "audio.output.voice", "one of a string or an object", "an integer"),
        Kind("""{"instructions":["x"]}""", "instructions", "a string", "an array"),
        Kind("""{"max_output_tokens":1.5}""", "max_output_tokens", "an integer", "a decimal number"),
        Kind("""{"parallel_tool_calls":"yes"}""", "parallel_tool_calls", "a boolean", "a string"),
        Kind("""{"tools":{}}""", "tools", "an array", "an object"),
        Kind("""{"tools":[{"type":"function","name":"f","parameters":"{}"}]}""", "tools[0].parameters", "an object", "a string"),
        Bound("""{"max_output_tokens":0}""", "max_output_tokens", "integer", "below minimum", ">= 1", "0"),
        Bound("""{"max_output_tokens":5000}""", "max_output_tokens", "integer", "above maximum", "<= 4096", "5000"),
        Bound("""{"audio":{"output":{"format":{"type":"audio/pcm","rate":16000}}}}""", "audio.output.format.rate", "integer", "below minimum", ">= 24000", "16000"),
        Missing("""{"audio":{"output":{"voice":{}}}}""", "audio.output.voice.id"),
        Missing("""{"audio":{"output":{"format":{"rate":24000}}}}""", "audio.output.format.type"),
        Missing("""{"audio":{"output":{"format":{"type":"audio/pcm"}}}}""", "audio.output.format.rate"),
        Missing("""{"tools":[{"type":"function"}]}""", "tools[0].name"),
        Missing("""{"tools":[{"type":"mcp","server_url":"https://x"}]}""", "tools[0].server_label"),
        Missing("""{"tools":[{"type":"mcp","server_label":"a"}]}""", "tools[0].server_url"),
        new("""{"tools":[{"type":"mcp","server_label":"a","server_url":"files"}]}""", "tools[0].server_url", "invalid_value", "Invalid value for '{0}': it is not an absolute URL."),
        Missing("""{"tool_choice":{"type":"function"}}""", "tool_choice.name"),
        Missing("""{"prompt":{"version":"1"}}""", "prompt.id"),
        PatternMismatch("""{"tools":[{"type":"function","name":"get weather"}]}""", "tools[0].name", "^[a-zA-Z0-9_-]+$"),
        PatternMismatch("""{"tools":[{"type":"mcp","server_label":"a","tunnel_id":"tunnel_1"}]}""", "tools[0].tunnel_id", "^tunnel_[a-z0-9]{32}$"),
        Long($$"""{"tools":[{"type":"function","name":"{{Name65}}"}]}""", "tools[0].name", 64, 65),
        Long($$"""{"tools":[{"type":"function","name":"f","description":"{{Text1025}}"}]}""", "tools[0].description", 1024, 1025),
        new("""{"tools":[{"type":"function","name":""}]}""", "tools[0].name", "empty_string", "Invalid '{0}': empty string. Expected a string with minimum length 1, but got an empty string instead."),
        Undeclared("""{"tool_choice":{"type":"function","name":"nope"}}""", "nope"),
        Undeclared("""{"tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"mcp","server_label":"f"}}""", "f"),
    ];

    /// <summary>What a session alone has.</summary>
    public static IReadOnlyList<WrongWord> Sessions { get; } =
    [
        Word("""{"audio":{"input":{"turn_detection":{"type":"none"}}}}""", "audio.input.turn_detection.type", "none", "'server_vad' and 'semantic_vad'"),
        Word("""{"audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"max"}}}}""", "audio.input.turn_detection.eagerness", "max", "'low', 'medium', 'high', and 'auto'"),
        Word("""{"audio":{"input":{"format":{"type":"audio/opus"}}}}""", "audio.input.format.type", "audio/opus", "'audio/pcm', 'audio/pcmu', and 'audio/pcma'"),
        Word("""{"audio":{"input":{"noise_reduction":{"type":"wind"}}}}""", "audio.input.noise_reduction.type", "wind", "'near_field' and 'far_field'"),
        Word("""{"audio":{"input":{"transcription":{"model":"whisper-2"}}}}""", "audio.input.transcription.model", "whisper-2", Transcribers),
        Word("""{"audio":{"input":{"transcription":{"model":"gpt-realtime-whisper","delay":"none"}}}}""", "audio.input.transcription.delay", "none", Efforts),
        Word("""{"truncation":"off"}""", "truncation", "off", "'auto' and 'disabled'"),
        Only("""{"truncation":{"type":"half"}}""", "truncation.type", "half", "retention_ratio"),
        Only("""{"include":["x"]}""", "include[0]", "x", "item.input_audio_transcription.logprobs"),
        Only("""{"tracing":"on"}""", "tracing", "on", "auto"),
        new("""{"model":"gpt-9"}""", "model", "model_not_found", "The model `gpt-9` does not exist or you do not have access to it."),
        Unknown("""{"id":"sess_1"}""", "id"),
        Unknown("""{"object":"realtime.session"}""", "object"),
        Unknown("""{"voice":"alloy"}""", "voice"),
        Unknown("""{"input_audio_format":"pcm16"}""", "input_audio_format"),
        Unknown("""{"metadata":{}}""", "metadata"),
        Unknown("""{"audio":{"inputs":{}}}""", "audio.inputs"),
        Unknown("""{"audio":{"input":{"turn_detection":{"type":"semantic_vad","threshold":0.5}}}}""", "audio.input.turn_detection.threshold"),
        Unknown("""{"audio":{"input":{"turn_detection":{"type":"server_vad","eagerness":"low"}}}}""", "audio.input.turn_detection.eagerness"),
        Unknown("""{"audio":{"input":{"transcription":{"model":"whisper-1","enabled":true}}}}""", "audio.input.transcription.enabled"),
        Bound("""{"audio":{"output":{"speed":2}}}""", "audio.output.speed", "decimal", "above maximum", "<= 1.5", "2"),
        Bound("""{"audio":{"output":{"speed":0.1}}}""", "audio.output.speed", "decimal", "below minimum", ">= 0.25", "0.1"),
        Bound("""{"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":1.1}}}}""", "audio.input.turn_detection.threshold", "decimal", "above maximum", "<= 1", "1.1"),
        Bound("""{"audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":-1}}}}""", "audio.input.turn_detection.silence_duration_ms", "integer", "below minimum", ">= 0", "-1"),
        Bound("""{"audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":4999}}}}""", "audio.input.turn_detection.idle_timeout_ms", "integer", "below minimum", ">= 5000", "4999"),
        Bound("""{"truncation":{"type":"retention_ratio","retention_ratio":2}}""", "truncation.retention_ratio", "decimal", "above maximum", "<= 1", "2"),
        Kind("""{"audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":"500"}}}}""", "audio.input.turn_detection.silence_duration_ms", "an integer", "a string"),
        Kind("""{"audio":{"input":{"turn_detection":false}}}""", "audio.input.turn_detection", "an object", "a boolean"),
        Kind("""{"tracing":true}""", "tracing", "one of a string or an object", "a boolean"),
        Missing("""{"audio":{"input":{"turn_detection":{"threshold":0.5}}}}""", "audio.input.turn_detection.type"),
        Missing("""{"audio":{"input":{"transcription":{"language":"de"}}}}""", "audio.input.transcription.model"),
        Missing("""{"truncation":{"type":"retention_ratio"}}""", "truncation.retention_ratio"),
        new("""{"audio":{"input":{"transcription":{"model":"gpt-transcribe","languages":[]}}}}""", "audio.input.transcription.languages", "array_below_min_length", "Invalid '{0}': array too short. Expected an array with minimum length 1, but got an array with length 0 instead."),
    ];

    /// <summary>What <c>response.create</c> alone has.</summary>
    public static IReadOnlyList<WrongWord> Responses { get; } =
    [
        Word("""{"conversation":"both"}""", "conversation", "both", "'auto' and 'none'"),
        Unknown("""{"audio":{"output":{"speed":1}}}""", "audio.output.speed"),
        Unknown("""{"type":"realtime"}""", "type"),
        Unknown("""{"truncation":"auto"}""", "truncation"),
        Kind("""{"metadata":{"topic":1}}""", "metadata.topic", "a string", "an integer"),
        Long($$"""{"metadata":{"topic":"{{new string('x', 513)}}"} }""", "metadata.topic", 512, 513),
        new("""{"metadata":{"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","k":"","l":"","m":"","n":"","o":"","p":"","q":""}}""", "metadata", "object_above_max_properties", "Invalid '{0}': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead."),
        Missing("""{"input":[{"type":"item_reference"}]}""", "input[0].id"),
        new("""{"input":[{"type":"sonnet"}]}""", "input[0].type", "invalid_value", $"Invalid value: 'sonnet'. Supported values are: {ItemTypes}'mcp_approval_response', and 'item_reference'.", IsNewer: true),
    ];

    /// <summary>What an item has, created or given to a response.</summary>
    public static IReadOnlyList<WrongWord> InItems { get; } =
    [
        Word(User("""{"type":"text","text":"x"}"""), "content[0].type", "text", "'input_text', 'input_audio', and 'input_image'"),
        Only(Message("assistant", """{"type":"input_text","text":"x"}"""), "content[0].type", "input_text", "output_text"),
        Only(Message("system", """{"type":"text","text":"x"}"""), "content[0].type", "text", "input_text"),
        Word(Message("developer", """{"type":"input_text","text":"x"}"""), "role", "developer", "'user', 'assistant', and 'system'"),
        Word("""{"type":"message","role":"user","status":"done","content":[]}""", "status", "done", "'completed', 'incomplete', and 'in_progress'"),
        Only("""{"type":"message","object":"item","role":"user","content":[]}""", "object", "item", "realtime.item"),
        Word(User($$"""{"type":"input_image","detail":"max","image_url":"{{RightWords.Png}}"}"""), "content[0].detail", "max", "'auto', 'low', and 'high'"),
        Unknown("""{"type":"message","role":"user","content":[],"colour":1}""", "colour"),
        Unknown("""{"type":"function_call","name":"f","arguments":"{}","role":"user"}""", "role"),
        Unknown(User("""{"type":"input_text","text":"x","format":"md"}"""), "content[0].format"),
        Long($$"""{"id":"{{Id33}}","type":"message","role":"user","content":[]}""", "id", 32, 33),
        Long($$"""{"type":"function_call","call_id":"{{Id33}}","name":"f","arguments":"{}"}""", "call_id", 32, 33),
        Missing("""{"role":"user","content":[]}""", "type"),
        Missing("""{"type":"message","content":[]}""", "role"),
        Missing("""{"type":"message","role":"user"}""", "content"),
        Missing(User("""{"type":"input_text"}"""), "content[0].text"),
        Missing(User("""{"type":"input_image"}"""), "content[0].image_url"),
        Missing("""{"type":"function_call","name":"f"}""", "arguments"),
        Missing("""{"type":"function_call_output","call_id":"c"}""", "output"),
        Missing("""{"type":"mcp_approval_response","approval_request_id":"r"}""", "approve"),
        Kind("""{"type":"function_call_output","call_id":"c","output":{}}""", "output", "a string", "an object"),
        Kind(User("7"), "content[0]", "an object", "an integer"),
        new(User("""{"type":"input_audio","audio":"?"}"""), "content[0].audio", "invalid_value", "Invalid '{0}'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value."),
        new(User("""{"type":"input_audio","audio":""}"""), "content[0].audio", "invalid_value", "Invalid '{0}'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got empty bytes."),
        new(User("""{"type":"input_image","image_url":"https://example.com/x.png"}"""), "content[0].image_url", "invalid_value", NoAddress + "a value without the 'data:' prefix."),
        new(User("""{"type":"input_image","image_url":"data:image/gif;base64,R0lGODlhAQABAAAAACw="}"""), "content[0].image_url", "invalid_value", NoAddress + "unsupported MIME type 'image/gif'."),
        new(User("""{"type":"input_image","image_url":"data:image/png;base64,%%%"}"""), "content[0].image_url", "invalid_value", NoAddress + "an invalid base64-encoded value."),
        new(User("""{"type":"input_image","image_url":"data:image/png;base64"}"""), "content[0].image_url", "invalid_value", NoAddress + "an invalid base64-encoded value."),
        new(User("""{"type":"input_image","image_url":"data:image/png;base64,"}"""), "content[0].image_url", "invalid_value", NoAddress + "an invalid base64-encoded value."),
        new(User("""{"type":"input_image","image_url":"data:image/png,AAAA"}"""), "content[0].image_url", "invalid_value", NoAddress + "an invalid base64-encoded value."),
        new(User("""{"type":"input_image","image_url":"data:image/png;base64,AAAA"}"""), "content[0].image_url", "invalid_value", InvalidImage),
        new(User("""{"type":"input_image","image_url":"data:image/jpeg;base64,aGVsbG8="}"""), "content[0].image_url", "invalid_value", InvalidImage),
    ];

    /// <summary>Whole events.</summary>
    public static IReadOnlyList<WrongWord> Events { get; } =
    [
        new("""{"type":"sing"}""", "type", "invalid_value", "Invalid value: 'sing'. Supported values are: 'session.update', 'session.close', 'input_audio_buffer.append', 'session.input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear', 'conversation.item.create', 'conversation.item.truncate', 'conversation.item.delete', 'conversation.item.retrieve', 'response.create', and 'response.cancel'.", IsNewer: true),
        new("""{"type":"conversation.item.create","item":{"type":"item_reference","id":"a"}}""", "item.type", "invalid_value", $"Invalid value: 'item_reference'. Supported values are: {ItemTypes}and 'mcp_approval_response'.", IsNewer: true),
        new("""{"type":"session.update","session":{"type":"live"}}""", "session.type", "invalid_value", "Invalid value: 'live'. Supported values are: 'realtime' and 'transcription'."),
        new("""{"type":"session.update","session":{"type":"transcription"}}""", "session.type", "invalid_parameter", "Passing a transcription session update event to a realtime session is not allowed."),
        Missing("""{"type":"session.update","session":{}}""", "session.type"),
        Missing("""{"type":"session.update"}""", "session"),
        Missing("""{"type":"conversation.item.create"}""", "item"),
        Missing("""{"type":"conversation.item.delete"}""", "item_id"),
        Missing("""{"type":"conversation.item.truncate","item_id":"a","content_index":0}""", "audio_end_ms"),
        Missing("""{"type":"input_audio_buffer.append"}""", "audio"),
        Unknown("""{"type":"input_audio_buffer.clear","now":true}""", "now"),
        Unknown("""{"type":"response.create","instructions":"x"}""", "instructions"),
        Kind("""{"type":"session.update","session":"realtime"}""", "session", "an object", "a string"),
        Kind("""{"type":"conversation.item.truncate","item_id":"a","content_index":0,"audio_end_ms":1.5}""", "audio_end_ms", "an integer", "a decimal number"),
        Bound("""{"type":"conversation.item.truncate","item_id":"a","content_index":0,"audio_end_ms":-1}""", "audio_end_ms", "integer", "below minimum", ">= 0", "-1"),
        Long($$"""{"type":"input_audio_buffer.clear","event_id":"{{new string('e', 513)}}"}""", "event_id", 512, 513),
        Long($$"""{"type":"input_audio_buffer.append","audio":"AAAA","event_id":"{{new string('e', 513)}}"}""", "event_id", 512, 513),
        new("""{"type":"input_audio_buffer.append","audio":"?"}""", "audio", "invalid_value", "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got an invalid value."),
        new("""{"type":"input_audio_buffer.append","audio":""}""", "audio", "invalid_value", "Invalid 'audio'. Expected base64-encoded audio bytes (mono PCM16 at 24kHz) but got empty bytes."),
    ];

    private static WrongWord Word(string members, string param, string word, string supported) =>
        new(members, param, "invalid_value", $"Invalid value: '{word}'. Supported values are: {supported}.", IsNewer: true);

    private static WrongWord Only(string members, string param, string word, string only) =>
        new(members, param, "invalid_value", $"Invalid value: '{word}'. Value must be '{only}'.", IsNewer: true);

    private static WrongWord Unknown(string members, string param) => new(members, param, "unknown_parameter", "Unknown parameter: '{0}'.", IsNewer: true);

    private static WrongWord Missing(string members, string param) => new(members, param, "missing_required_parameter", "Missing required parameter: '{0}'.");

    private static WrongWord Kind(string members, string param, string expected, string got) =>
        new(members, param, "invalid_type", $"Invalid type for '{{0}}': expected {expected}, but got {got} instead.");

    private static WrongWord Bound(string members, string param, string kind, string side, string bound, string got) => new(
        members,
        param,
        $"{kind}_{side.Replace(" maximum", "_max", StringComparison.Ordinal).Replace(" minimum", "_min", StringComparison.Ordinal)}_value",
        $"Invalid '{{0}}': {kind} {side} value. Expected a value {bound}, but got {got} instead.");

    private static WrongWord Long(string members, string param, int max, int length) => new(
        members,
        param,
        "string_above_max_length",
        $"Invalid '{{0}}': string too long. Expected a string with maximum length {max}, but got a string with length {length} instead.");

    private static WrongWord PatternMismatch(string members, string param, string pattern) => new(
        members,
        param,
        "invalid_value",
        $"Invalid '{{0}}': string does not match pattern. Expected a string that matches the pattern '{pattern.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}'.");

    private static WrongWord Undeclared(string members, string name) =>
        new(members, "tool_choice", "invalid_value", $"Tool choice '{name}' not found in 'tools' parameter.", IsNewer: true);

    private static string User(string part) => Message("user", part);

    private static string Message(string role, string part) => $$"""{"type":"message","role":"{{role}}","content":[{{part}} ]}""";
}
