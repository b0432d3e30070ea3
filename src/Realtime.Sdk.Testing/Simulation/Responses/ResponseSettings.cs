namespace Realtime.Sdk.Testing.Internal;

/// <summary>The effective settings of one response: those of <c>response.create</c>, and those of the session for the rest.</summary>
/// <param name="requested">The <c>response</c> of the event; null if the client did not request the response.</param>
/// <param name="context">The context of the session.</param>
internal sealed class ResponseSettings(JsonObject? requested, SimulationContext context)
{
    private const string DefaultVoice = "alloy";

    public bool IsOutOfBand { get; } = requested.Text("conversation") == "none";

    public JsonNode? Metadata { get; } = requested?["metadata"]?.DeepClone();

    public bool SpeaksAudio => Modalities.Any(modality => modality.AsText() == "audio");

    public JsonArray Modalities { get; } = (requested?["output_modalities"] ?? context.Session["output_modalities"])?.DeepClone() as JsonArray ?? new JsonArray("audio");

    public JsonNode? Limit { get; } = (requested?["max_output_tokens"] ?? context.Session["max_output_tokens"])?.DeepClone();

    /// <summary>The maximum number of tokens of the answer.</summary>
    public int MaxTokens => Limit is JsonValue && new JsonObject { ["limit"] = Limit.DeepClone() }.Number("limit") is { } max ? (int)max : int.MaxValue;

    public JsonNode Format { get; } = (requested.AudioOutput()?["format"] ?? context.Session.AudioOutput()?["format"])?.DeepClone() ?? new JsonObject { ["type"] = "audio/pcm", ["rate"] = 24_000 };

    public JsonNode Voice { get; } = (requested.AudioOutput()?["voice"] ?? context.Session.AudioOutput()?["voice"])?.DeepClone() ?? DefaultVoice;

    public double Speed { get; } = context.Session.AudioOutput().Number("speed") ?? 1;

    public string? Instructions { get; } = requested.Text("instructions") ?? context.Session.Text("instructions");

    public IReadOnlyList<JsonObject> Tools { get; } = [.. ((requested?["tools"] ?? context.Session["tools"]) as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>The tools that are functions of the client.</summary>
    public IEnumerable<JsonObject> Functions => Tools.Where(tool => tool.Text("type") is null or "function" && tool.Text("name") is not null);

    public JsonNode? ToolChoice { get; } = (requested?["tool_choice"] ?? context.Session["tool_choice"])?.DeepClone();

    /// <summary>Whether <c>response.create</c> itself requires a call.</summary>
    public bool ForcesCall { get; } = requested?["tool_choice"] is JsonObject || requested.Text("tool_choice") == "required";

    /// <summary>Whether several calls may be made in one response; null if the client has not set it.</summary>
    public bool? CallsInParallel { get; } = requested.Flag("parallel_tool_calls") ?? context.CallsInParallel;

    /// <summary>The input that replaces the conversation; null uses the conversation.</summary>
    public JsonArray? Input { get; } = requested?["input"]?.DeepClone() as JsonArray;

    /// <summary>Whether the response must make a call.</summary>
    /// <param name="name">The name of the function or tool that it must call; null for any.</param>
    public bool RequiresCall(out string? name)
    {
        name = ToolChoice.Text("name");
        return ToolChoice is JsonObject || ToolChoice.AsText() == "required";
    }

    public Speech Speak(string text) =>
        new(text, Voice.AsText() ?? Voice.Text("id") ?? DefaultVoice, Speed, AudioFormats.ToSampleFormat(Format), context.SpokenWords, context.SpeaksInTones);
}
