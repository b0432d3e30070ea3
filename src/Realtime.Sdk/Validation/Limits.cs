namespace Realtime.Sdk.Internal;

/// <summary>Every bound of the Realtime API that is checked before sending, with the rule it comes from.</summary>
internal static class Limits
{
    /// <summary>C09: <c>max_output_tokens</c>, <c>max_response_output_tokens</c>.</summary>
    public const int MinOutputTokens = 1, MaxOutputTokens = 4096;

    /// <summary>C10: <c>temperature</c> of beta sessions.</summary>
    public const double MinTemperature = 0.6, MaxTemperature = 1.2;

    /// <summary>C11: <c>audio.output.speed</c>, <c>speed</c>.</summary>
    public const double MinSpeed = 0.25, MaxSpeed = 1.5;

    /// <summary>C13: <c>audio.*.format.rate</c>.</summary>
    public const int PcmRate = 24_000;

    /// <summary>C25: <c>turn_detection.threshold</c>.</summary>
    public const double MinThreshold = 0, MaxThreshold = 1;

    /// <summary>C27: <c>turn_detection.idle_timeout_ms</c>.</summary>
    public static readonly TimeSpan MinIdleTimeout = TimeSpan.FromSeconds(5), MaxIdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>C38: <c>tunnel_id</c> is this and so many lower-case letters or digits.</summary>
    public const string TunnelIdPrefix = "tunnel_";

    /// <inheritdoc cref="TunnelIdPrefix"/>
    public const int TunnelIdLength = 32;

    /// <summary>C48: <c>truncation.retention_ratio</c>.</summary>
    public const double MinRetentionRatio = 0, MaxRetentionRatio = 1;

    /// <summary>C49: <c>truncation.token_limits.post_instructions</c>.</summary>
    public const int MinPostInstructions = 0;

    /// <summary>C75, C93: <c>expires_after.seconds</c> of client secrets.</summary>
    public static readonly TimeSpan MinSecretLifetime = TimeSpan.FromSeconds(10), MaxSecretLifetime = TimeSpan.FromHours(2);

    /// <summary>
    /// C102: <c>tools[].name</c> and <c>tools[].description</c>. Public reports (livekit/agents#1183, #3210): for one function beyond them,
    /// the service refuses the whole session.
    /// </summary>
    public const int FunctionNameLength = 64, FunctionDescriptionLength = 1024;

    /// <summary>C98: <c>json_schema.name</c>.</summary>
    public const int SchemaNameLength = 64;

    /// <summary>The strict subset of JSON Schema, as structured outputs document it: levels of nesting, properties and enum values in all.</summary>
    public const int StrictSchemaDepth = 10, StrictSchemaProperties = 5000, StrictSchemaEnumValues = 1000;

    /// <summary>The same: characters of all names of properties and definitions, enum values and constants.</summary>
    public const int StrictSchemaCharacters = 120_000;

    /// <summary>The same: an enum of more values than this has at most so many characters.</summary>
    public const int StrictSchemaLargeEnum = 250, StrictSchemaLargeEnumCharacters = 15_000;

    /// <summary>The largest count of repetitions that common engines of regular expressions without backtracking take (RE2).</summary>
    public const int PatternRepetitions = 1000;

    /// <summary>C01: <c>event_id</c> of client events.</summary>
    public const int EventIdLength = 512;

    /// <summary>C68: the audio of one append event, 15 MiB.</summary>
    public const int AppendBytes = 15 * 1024 * 1024;

    /// <summary>C51: <c>metadata</c>.</summary>
    public const int MetadataPairs = 16, MetadataKeyLength = 64, MetadataValueLength = 512;

    /// <summary>C65: <c>item.id</c> and <c>item.call_id</c>. The service refuses a longer one, such as a GUID with a prefix, as "string too long".</summary>
    public const int IdLength = 32;

    /// <summary>
    /// The picture of an <c>input_image</c>, in bytes. Ours: the service documents no limit, and the model sees pictures scaled down. Public reports
    /// (openai/openai-agents-js#501) have connections that end without a word after a large one.
    /// </summary>
    public const int ImageBytes = 1024 * 1024;

    /// <summary>C60: how <c>image_url</c> begins.</summary>
    public static readonly IReadOnlyList<string> ImagePrefixes = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,"];

    /// <summary>C66: <c>content_index</c> of <c>conversation.item.truncate</c>.</summary>
    public const int TruncateContentIndex = 0;

    /// <summary>The largest number of milliseconds the wire's integers are taken to hold (2³¹−1).</summary>
    public static readonly TimeSpan MaxMilliseconds = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>C81: <c>status_code</c> of a rejected call, a SIP failure.</summary>
    public const int MinRejectStatus = 300, MaxRejectStatus = 699;

    /// <summary>Ours: the name of an agent becomes part of the name of a function, which has at most 64 characters.</summary>
    public const int MaxAgentNameLength = 64;
}
