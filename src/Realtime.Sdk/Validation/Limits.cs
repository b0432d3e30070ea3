namespace Realtime.Sdk.Internal;

/// <summary>The limits of the Realtime API that are checked before sending.</summary>
internal static class Limits
{
    /// <summary>The range of <c>max_output_tokens</c> and <c>max_response_output_tokens</c>.</summary>
    public const int MinOutputTokens = 1, MaxOutputTokens = 4096;

    /// <summary>The range of <c>temperature</c> in beta sessions.</summary>
    public const double MinTemperature = 0.6, MaxTemperature = 1.2;

    /// <summary>The range of <c>audio.output.speed</c> and <c>speed</c>.</summary>
    public const double MinSpeed = 0.25, MaxSpeed = 1.5;

    /// <summary>The only <c>audio.*.format.rate</c> that the API accepts for PCM, in Hz.</summary>
    public const int PcmRate = 24_000;

    /// <summary>The range of <c>turn_detection.threshold</c>.</summary>
    public const double MinThreshold = 0, MaxThreshold = 1;

    /// <summary>The range of <c>turn_detection.idle_timeout_ms</c>.</summary>
    public static readonly TimeSpan MinIdleTimeout = TimeSpan.FromSeconds(5), MaxIdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A <c>tunnel_id</c> is this prefix followed by <see cref="TunnelIdLength"/> lowercase letters or digits.</summary>
    public const string TunnelIdPrefix = "tunnel_";

    /// <inheritdoc cref="TunnelIdPrefix"/>
    public const int TunnelIdLength = 32;

    /// <summary>The range of <c>truncation.retention_ratio</c>.</summary>
    public const double MinRetentionRatio = 0, MaxRetentionRatio = 1;

    /// <summary>The minimum of <c>truncation.token_limits.post_instructions</c>.</summary>
    public const int MinPostInstructions = 0;

    /// <summary>The range of <c>expires_after.seconds</c> of client secrets.</summary>
    public static readonly TimeSpan MinSecretLifetime = TimeSpan.FromSeconds(10), MaxSecretLifetime = TimeSpan.FromHours(2);

    /// <summary>
    /// The maximum lengths of <c>tools[].name</c> and <c>tools[].description</c>. If one function exceeds them, the service rejects the whole session.
    /// Source: public reports (livekit/agents#1183, #3210).
    /// </summary>
    public const int FunctionNameLength = 64, FunctionDescriptionLength = 1024;

    /// <summary>The maximum length of <c>json_schema.name</c>.</summary>
    public const int SchemaNameLength = 64;

    /// <summary>
    /// Limits of the strict subset of JSON Schema, as documented for structured outputs: nesting depth, total properties and total enum values.
    /// </summary>
    public const int StrictSchemaDepth = 10, StrictSchemaProperties = 5000, StrictSchemaEnumValues = 1000;

    /// <summary>Limit of the strict subset: the total characters of all property names, definition names, enum values and constants.</summary>
    public const int StrictSchemaCharacters = 120_000;

    /// <summary>Limit of the strict subset: an enum with more than 250 values may have at most 15,000 characters in total.</summary>
    public const int StrictSchemaLargeEnum = 250, StrictSchemaLargeEnumCharacters = 15_000;

    /// <summary>The largest repetition count that common regular expression engines without backtracking, such as RE2, accept.</summary>
    public const int PatternRepetitions = 1000;

    /// <summary>The maximum length of <c>event_id</c> of client events.</summary>
    public const int EventIdLength = 512;

    /// <summary>The maximum audio of one append event, in bytes before Base64: 15 MiB.</summary>
    public const int AppendBytes = 15 * 1024 * 1024;

    /// <summary>The maximum number of pairs of <c>metadata</c>, and the maximum lengths of their keys and values.</summary>
    public const int MetadataPairs = 16, MetadataKeyLength = 64, MetadataValueLength = 512;

    /// <summary>
    /// The maximum length of <c>item.id</c> and <c>item.call_id</c>. The service rejects longer ones, such as a GUID with a prefix, as "string too long".
    /// </summary>
    public const int IdLength = 32;

    /// <summary>
    /// The maximum size of the image of an <c>input_image</c>, in bytes. It is chosen by this SDK: the service documents no limit, and the model sees images
    /// scaled down. After a large image, connections end without an error message. Source: a public report (openai/openai-agents-js#501).
    /// </summary>
    public const int ImageBytes = 1024 * 1024;

    /// <summary>The prefixes that <c>image_url</c> may have.</summary>
    public static readonly IReadOnlyList<string> ImagePrefixes = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,"];

    /// <summary>The only valid <c>content_index</c> of <c>conversation.item.truncate</c>.</summary>
    public const int TruncateContentIndex = 0;

    /// <summary>The maximum of durations that the API sends as an integer of milliseconds. The API documents none; 2³¹−1 is assumed.</summary>
    public static readonly TimeSpan MaxMilliseconds = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The range of <c>status_code</c> when a call is rejected: the SIP codes of failures and redirects.</summary>
    public const int MinRejectStatus = 300, MaxRejectStatus = 699;

    /// <summary>
    /// The maximum length of an agent's name. It is chosen by this SDK: the name becomes part of a function name, which has at most 64 characters.
    /// </summary>
    public const int MaxAgentNameLength = 64;
}
