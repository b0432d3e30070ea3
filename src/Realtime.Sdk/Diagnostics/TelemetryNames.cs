namespace Realtime.Sdk.Internal;

/// <summary>
/// Names of spans, tags, metrics and values. They follow the OpenTelemetry conventions for generative AI; where those define none, the names are the
/// SDK's own. The conventions are still in development, so all names are in one place.
/// </summary>
internal static class TelemetryNames
{
    // Spans without an operation.
    public const string Connection = "realtime.connection";

    // Tags.
    public const string AgentName = "gen_ai.agent.name";
    public const string CloseCode = "realtime.close_code";
    public const string ConnectionPurpose = "realtime.connection.purpose";
    public const string ConversationId = "gen_ai.conversation.id";
    public const string Direction = "direction";
    public const string ErrorType = "error.type";
    public const string EventType = "realtime.event.type";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string HttpStatusCode = "http.response.status_code";
    public const string InputMessages = "gen_ai.input.messages";
    public const string Operation = "gen_ai.operation.name";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RenewalCause = "realtime.conversation.renewal.reason";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string TokenModality = "gen_ai.token.modality";
    public const string TokenType = "gen_ai.token.type";
    public const string ToolArguments = "gen_ai.tool.call.arguments";
    public const string ToolCallId = "gen_ai.tool.call.id";
    public const string ToolDescription = "gen_ai.tool.description";
    public const string ToolName = "gen_ai.tool.name";
    public const string ToolResult = "gen_ai.tool.call.result";
    public const string ToolType = "gen_ai.tool.type";
    public const string TurnInterrupted = "realtime.turn.interrupted";
    public const string WarningKindTag = "realtime.warning.kind";
    public const string UsageInput = "gen_ai.usage.input_tokens";
    public const string UsageOutput = "gen_ai.usage.output_tokens";
    public const string UsageCached = "gen_ai.usage.cache_read.input_tokens";
    public const string UsageTextInput = "gen_ai.usage.text.input_tokens";
    public const string UsageAudioInput = "gen_ai.usage.audio.input_tokens";
    public const string UsageImageInput = "gen_ai.usage.image.input_tokens";
    public const string UsageCachedText = "gen_ai.usage.text.cache_read.input_tokens";
    public const string UsageCachedAudio = "gen_ai.usage.audio.cache_read.input_tokens";
    public const string UsageCachedImage = "gen_ai.usage.image.cache_read.input_tokens";
    public const string UsageTextOutput = "gen_ai.usage.text.output_tokens";
    public const string UsageAudioOutput = "gen_ai.usage.audio.output_tokens";

    // Metrics. The number of attempts is also a tag.
    public const string Attempts = "realtime.client.attempts";
    public const string ConnectionBytes = "realtime.connection.bytes";
    public const string ConnectionEvents = "realtime.connection.events";
    public const string DroppedEvents = "realtime.connection.events.dropped";
    public const string OpenConnections = "realtime.connection.open";
    public const string UnreadBytes = "realtime.connection.unread";
    public const string OperationDuration = "gen_ai.client.operation.duration";
    public const string TokenUsage = "gen_ai.client.token.usage";
    public const string TimeToFirstAudio = "realtime.time_to_first_audio";
    public const string TurnLatency = "realtime.turn.latency";
    public const string FunctionDuration = "gen_ai.execute_tool.duration";
    public const string Renewals = "realtime.conversation.renewals";
    public const string Cost = "realtime.cost";
    public const string RelayRefusedEvents = "realtime.relay.refused_events";
    public const string InterruptionLatency = "realtime.interruption.latency";
    public const string Warnings = "realtime.conversation.warnings";

    // Values.
    public const string ClosedConnection = "closed";
    public const string LostConnection = "lost";
    public const string Received = "received";
    public const string Sent = "sent";
    public const string ChatOperation = "chat";
    public const string TranscribeOperation = "transcribe";
    public const string ExecuteToolOperation = "execute_tool";
    public const string FunctionToolType = "function";
    public const string InvalidArguments = "invalid_arguments";
    public const string OutputTooLong = "output_too_long";
    public const string InvokeAgentOperation = "invoke_agent";
    public const string OpenAIProvider = "openai";
    public const string AzureProvider = "azure.ai.openai";
    public const string InputTokens = "input";
    public const string OutputTokens = "output";
    public const string TextModality = "text";
    public const string AudioModality = "audio";
    public const string ImageModality = "image";
    public const string FinishedByStop = "stop";
    public const string FinishedByLength = "length";
    public const string FinishedByContentFilter = "content_filter";
    public const string FinishedByToolCall = "tool_call";
    public const string FinishedByError = "error";
    public const string FinishedByCancellation = "cancelled";
    public const string FinishedIncomplete = "incomplete";
}
