namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The values that the service knows, as of November 2026, each set with its source: "API reference" is OpenAI's schema of the Realtime API, "Observed" is
/// a refusal of the service that was published verbatim.
/// </summary>
internal static class ServiceValues
{
    /// <summary>Observed: "Invalid value: 'nova'. Supported values are: 'alloy', …, 'marin', and 'cedar'."</summary>
    public static ValueSet Voices { get; } = new("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar");

    /// <summary>API reference.</summary>
    public static ValueSet SessionTypes { get; } = new("realtime", "transcription");

    /// <summary>Observed: "Invalid value: 'file_search'. Supported values are: 'function' and 'mcp'."</summary>
    public static ValueSet ToolTypes { get; } = new("function", "mcp");

    /// <summary>API reference.</summary>
    public static ValueSet ToolChoices { get; } = new("none", "auto", "required");

    /// <summary>API reference; the npm package's types list the same ones.</summary>
    public static ValueSet Connectors { get; } = new(
        "connector_dropbox", "connector_gmail", "connector_googlecalendar", "connector_googledrive", "connector_microsoftteams",
        "connector_outlookcalendar", "connector_outlookemail", "connector_sharepoint");

    /// <summary>API reference.</summary>
    public static ValueSet ToolCallers { get; } = new("direct", "programmatic");

    /// <summary>API reference.</summary>
    public static ValueSet Approvals { get; } = new("always", "never");

    /// <summary>API reference.</summary>
    public static ValueSet TurnDetections { get; } = new("server_vad", "semantic_vad");

    /// <summary>API reference.</summary>
    public static ValueSet Eagerness { get; } = new("low", "medium", "high", "auto");

    /// <summary>API reference.</summary>
    public static ValueSet AudioFormats { get; } = new("audio/pcm", "audio/pcmu", "audio/pcma");

    /// <summary>Observed, with the beta: "Supported values are: 'pcm16', 'g711_ulaw', and 'g711_alaw'."</summary>
    public static ValueSet BetaAudioFormats { get; } = new("pcm16", "g711_ulaw", "g711_alaw");

    /// <summary>Observed: "Supported values are: 'near_field' and 'far_field'".</summary>
    public static ValueSet NoiseReductions { get; } = new("near_field", "far_field");

    /// <summary>API reference; the combinations are checked by <see cref="ModalitiesRule"/>.</summary>
    public static ValueSet Modalities { get; } = new("text", "audio");

    /// <summary>API reference.</summary>
    public static ValueSet Includes { get; } = new("item.input_audio_transcription.logprobs");

    /// <summary>API reference.</summary>
    public static ValueSet Delays { get; } = new("minimal", "low", "medium", "high", "xhigh");

    /// <summary>API reference. The list of the Realtime API has neither "none" nor "max".</summary>
    public static ValueSet Efforts { get; } = new("minimal", "low", "medium", "high", "xhigh");

    /// <summary>API reference.</summary>
    public static ValueSet Truncations { get; } = new("auto", "disabled");

    /// <summary>API reference.</summary>
    public static ValueSet TruncationTypes { get; } = new("retention_ratio");

    /// <summary>API reference.</summary>
    public static ValueSet Tracings { get; } = new("auto");

    /// <summary>API reference.</summary>
    public static ValueSet TokenLimits { get; } = new("inf");

    /// <summary>API reference.</summary>
    public static ValueSet Conversations { get; } = new("auto", "none");

    /// <summary>API reference.</summary>
    public static ValueSet Anchors { get; } = new("created_at");

    /// <summary>API reference.</summary>
    public static ValueSet ItemTypes { get; } = new(
        "message", "function_call", "function_call_output", "mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response");

    /// <summary>API reference, and <c>item_reference</c> from the npm package's types and an example of the reference.</summary>
    public static ValueSet InputTypes { get; } = new(
        "message", "function_call", "function_call_output", "mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response", "item_reference");

    /// <summary>API reference.</summary>
    public static ValueSet Roles { get; } = new("user", "assistant", "system");

    /// <summary>API reference.</summary>
    public static ValueSet Statuses { get; } = new("completed", "incomplete", "in_progress");

    /// <summary>API reference.</summary>
    public static ValueSet ItemObjects { get; } = new("realtime.item");

    /// <summary>Azure's API reference, for gpt-realtime-2.</summary>
    public static ValueSet Phases { get; } = new("commentary", "final_answer");

    /// <summary>Observed: "Supported values are: 'input_text' and 'input_audio'", from a model without images. The third value is from the API reference.</summary>
    public static ValueSet UserParts { get; } = new("input_text", "input_audio", "input_image");

    /// <summary>Observed: "Invalid value: 'text'. Value must be 'output_text'."</summary>
    public static ValueSet AssistantParts { get; } = new("output_text");

    /// <summary>Observed: "Invalid value: 'text'. Value must be 'input_text'."</summary>
    public static ValueSet SystemParts { get; } = new("input_text");

    /// <summary>API reference.</summary>
    public static ValueSet Details { get; } = new("auto", "low", "high");

    /// <summary>Observed, in this order; over WebRTC there is one more.</summary>
    public static ValueSet Events { get; } = new(
        "session.update", "session.close", "input_audio_buffer.append", "session.input_audio_buffer.append", "input_audio_buffer.commit",
        "input_audio_buffer.clear", "conversation.item.create", "conversation.item.truncate", "conversation.item.delete",
        "conversation.item.retrieve", "response.create", "response.cancel");

    /// <summary>Observed: "Supported values are: 'session.update', 'session.input_audio_buffer.append', and 'session.close'."</summary>
    public static ValueSet TranslationEvents { get; } = new("session.update", "session.input_audio_buffer.append", "session.close");
}
