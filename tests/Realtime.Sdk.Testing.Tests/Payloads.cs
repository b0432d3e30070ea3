using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests;

/// <summary>Sessions of every kind with every member set that their endpoint takes.</summary>
internal static class Payloads
{
    private static readonly RealtimeTool[] Tools =
    [
        new FunctionTool { Name = "look_up", Description = "Looks a word up.", Parameters = JsonSchema.Parse("""{"type":"object","anything":{"x":1}}""") },
        new McpTool
        {
            ServerLabel = "files",
            ServerUrl = "https://example.com/mcp",
            Authorization = "secret",
            ServerDescription = "Files.",
            Headers = new Dictionary<string, string> { ["x"] = "y" },
            AllowedTools = new McpToolFilter { ToolNames = ["read"], ReadOnly = true },
            AllowedCallers = [McpCaller.Direct],
            RequireApproval = new McpApprovalFilter { AlwaysFor = new() { ToolNames = ["write"] }, NeverFor = new() { ReadOnly = true } },
            DeferLoading = true,
        },
    ];

    private static readonly TurnDetection ServerVad = new ServerVad
    {
        Threshold = 0.4,
        PrefixPadding = TimeSpan.FromMilliseconds(200),
        SilenceDuration = TimeSpan.FromMilliseconds(400),
        IdleTimeout = TimeSpan.FromSeconds(6),
        CreateResponse = true,
        InterruptResponse = true,
    };

    private static readonly Transcription Transcriber = new TranscriptionConfiguration { Model = "gpt-transcribe", Language = "de", Keywords = ["Emu"], Prompt = "Birds." };

    public static RealtimeSessionConfiguration Realtime { get; } = new()
    {
        Model = "gpt-realtime-2",
        Instructions = "Be brief.",
        OutputModalities = [OutputModality.Audio],
        Audio = new()
        {
            Input = new() { Format = AudioFormat.Pcm, Transcription = Transcriber, NoiseReduction = new NearFieldNoiseReduction { Strength = 1 }, TurnDetection = ServerVad },
            Output = new() { Format = new PcmuAudioFormat(), Voice = new CustomVoice { Id = "voice_1" }, Speed = 1.1 },
        },
        Include = ["item.input_audio_transcription.logprobs"],
        Tracing = new TracingConfiguration { WorkflowName = "w", GroupId = "g", Metadata = JsonElement.Parse("""{"a":{"b":1}}""") },
        Tools = Tools,
        ToolChoice = new McpToolChoice { ServerLabel = "files", Name = "read" },
        ParallelToolCalls = true,
        Reasoning = new() { Effort = "low" },
        MaxOutputTokens = 100,
        Truncation = new RetentionRatioTruncation { RetentionRatio = 0.5, TokenLimits = new() { PostInstructions = 100 } },
        Prompt = new StoredPrompt { Id = "pmpt_1", Version = "2", Variables = new Dictionary<string, PromptVariable> { ["name"] = new StringPromptVariable("Emu") } },
    };

    public static TranscriptionSessionConfiguration Transcription { get; } = new()
    {
        Audio = new() { Input = new() { Format = new PcmaAudioFormat(), Transcription = Transcriber, NoiseReduction = NoiseReduction.Off, TurnDetection = ServerVad } },
        Include = ["item.input_audio_transcription.logprobs"],
    };

    public static TranslationSessionConfiguration Translation { get; } = new()
    {
        Model = "gpt-realtime-translate",
        Audio = new()
        {
            Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-realtime-whisper" }, NoiseReduction = new FarFieldNoiseReduction { Strength = 1 } },
            Output = new() { Language = "es" },
        },
    };

    public static LegacySessionConfiguration Legacy { get; } = new()
    {
        Model = "gpt-realtime",
        Modalities = [OutputModality.Audio, OutputModality.Text],
        Instructions = "Be brief.",
        Voice = Voice.Sage,
        InputAudioFormat = AudioFormat.Pcm,
        OutputAudioFormat = new PcmuAudioFormat(),
        InputAudioTranscription = Transcriber,
        InputAudioNoiseReduction = new NearFieldNoiseReduction(),
        TurnDetection = new SemanticVad { Eagerness = VadEagerness.Low },
        Tools = [Tools[0]],
        ToolChoice = new FunctionToolChoice { Name = "look_up" },
        Temperature = 0.7,
        MaxResponseOutputTokens = 200,
        Speed = 1.1,
        Tracing = Tracing.Auto,
        Truncation = Truncation.Auto,
        Include = ["item.input_audio_transcription.logprobs"],
        ClientSecretExpiresAfter = TimeSpan.FromMinutes(2),
    };

    public static LegacyTranscriptionSessionConfiguration LegacyTranscription { get; } = new()
    {
        Modalities = [OutputModality.Audio, OutputModality.Text],
        InputAudioFormat = AudioFormat.Pcm,
        InputAudioTranscription = Transcriber,
        InputAudioNoiseReduction = new FarFieldNoiseReduction(),
        TurnDetection = ServerVad,
        Include = ["item.input_audio_transcription.logprobs"],
        ClientSecretExpiresAfter = TimeSpan.FromMinutes(2),
    };
}
