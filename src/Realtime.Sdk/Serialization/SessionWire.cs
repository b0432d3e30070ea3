namespace Realtime.Sdk.Internal;

/// <summary>The wire of REST and of sessions. A program that only mints secrets carries this and no event.</summary>
internal static class SessionWire
{
    public static JsonSerializerOptions Options { get; } = Wire.OptionsFor(SessionJsonContext.Default);

    public static WireInfo<T> Info<T>() => Cache<T>.Info;

    private static class Cache<T>
    {
        public static readonly WireInfo<T> Info = new(Options);
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AudioConfiguration))]
[JsonSerializable(typeof(AudioFormat))]
[JsonSerializable(typeof(AudioInputConfiguration))]
[JsonSerializable(typeof(AudioOutputConfiguration))]
[JsonSerializable(typeof(BuiltInVoice))]
[JsonSerializable(typeof(ClientSecret))]
[JsonSerializable(typeof(ClientSecretRequest))]
[JsonSerializable(typeof(CustomVoice))]
[JsonSerializable(typeof(FarFieldNoiseReduction))]
[JsonSerializable(typeof(FunctionTool))]
[JsonSerializable(typeof(FunctionToolChoice))]
[JsonSerializable(typeof(InputFilePromptVariable))]
[JsonSerializable(typeof(InputImagePromptVariable))]
[JsonSerializable(typeof(InputTextPromptVariable))]
[JsonSerializable(typeof(JsonObjectResponseFormat))]
[JsonSerializable(typeof(JsonSchemaResponseFormat))]
[JsonSerializable(typeof(LegacySessionConfiguration))]
[JsonSerializable(typeof(LegacyTranscriptionSessionConfiguration))]
[JsonSerializable(typeof(McpAllowedTools))]
[JsonSerializable(typeof(McpApproval))]
[JsonSerializable(typeof(McpApprovalFilter))]
[JsonSerializable(typeof(McpTool))]
[JsonSerializable(typeof(McpToolChoice))]
[JsonSerializable(typeof(McpToolFilter))]
[JsonSerializable(typeof(McpToolNames))]
[JsonSerializable(typeof(NamedJsonSchema))]
[JsonSerializable(typeof(NearFieldNoiseReduction))]
[JsonSerializable(typeof(NoiseReduction))]
[JsonSerializable(typeof(PcmAudioFormat))]
[JsonSerializable(typeof(PcmaAudioFormat))]
[JsonSerializable(typeof(PcmuAudioFormat))]
[JsonSerializable(typeof(PromptReference))]
[JsonSerializable(typeof(PromptVariable))]
[JsonSerializable(typeof(RealtimeError))]
[JsonSerializable(typeof(RealtimeReasoning))]
[JsonSerializable(typeof(RealtimeSession))]
[JsonSerializable(typeof(RealtimeSessionConfiguration))]
[JsonSerializable(typeof(RealtimeTool))]
[JsonSerializable(typeof(ResponseFormat))]
[JsonSerializable(typeof(RetentionRatioTruncation))]
[JsonSerializable(typeof(SemanticVad))]
[JsonSerializable(typeof(ServerVad))]
[JsonSerializable(typeof(SessionConfiguration))]
[JsonSerializable(typeof(StoredPrompt))]
[JsonSerializable(typeof(StringPromptVariable))]
[JsonSerializable(typeof(TextResponseFormat))]
[JsonSerializable(typeof(ToolChoice))]
[JsonSerializable(typeof(Tracing))]
[JsonSerializable(typeof(TracingConfiguration))]
[JsonSerializable(typeof(Transcription))]
[JsonSerializable(typeof(TranscriptionAudioConfiguration))]
[JsonSerializable(typeof(TranscriptionConfiguration))]
[JsonSerializable(typeof(TranscriptionSessionConfiguration))]
[JsonSerializable(typeof(TranslationAudioConfiguration))]
[JsonSerializable(typeof(TranslationAudioInputConfiguration))]
[JsonSerializable(typeof(TranslationAudioOutputConfiguration))]
[JsonSerializable(typeof(TranslationSessionConfiguration))]
[JsonSerializable(typeof(Truncation))]
[JsonSerializable(typeof(TruncationTokenLimits))]
[JsonSerializable(typeof(TurnDetection))]
[JsonSerializable(typeof(Voice))]
[JsonSerializable(typeof(IncomingCallWebhook))]
internal sealed partial class SessionJsonContext : JsonSerializerContext;
