using Realtime.Sdk.Extensions.AI.Tests;

namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>What the server says.</summary>
internal static class MessageRows
{
    public static Row[] All { get; } =
    [
        new("events with a message that is more than raw", async candidate =>
            Result.Of((await HearAllAsync(candidate)).Count(message => message.GetType() != typeof(RealtimeServerMessage)), ServerEvents.All.Length - 1)),
        new("events that can be recognized without the types of the provider", async candidate =>
            Result.Of((await HearAllAsync(candidate)).Count(message => message.Type != RealtimeServerMessageType.RawContentOnly), ServerEvents.All.Length - 1)),
        new("messages with the ID of their event", async candidate =>
            Result.Of((await HearAllAsync(candidate)).Count(message => message.MessageId is { Length: > 0 }), ServerEvents.All.Length - 1)),
        new("messages with a raw representation", async candidate =>
            Result.Of((await HearAllAsync(candidate)).Count(message => message.RawRepresentation is not null), ServerEvents.All.Length - 1)),
        new("text of the model while it is generated", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(new() { OutputModalities = ["text"] });
            var deltas = (await visit.AskAsync("Good morning")).OfType<OutputTextAudioRealtimeServerMessage>().Where(message => message.Type == RealtimeServerMessageType.OutputTextDelta);
            return Result.Of(string.Concat(deltas.Select(delta => delta.Text)) == "You said: Good morning");
        }),
        new("begin and end of the user's speech", async candidate =>
        {
            var messages = await candidate.HearAsync(
                """{"type":"input_audio_buffer.speech_started","audio_start_ms":1000,"item_id":"i"}""", """{"type":"input_audio_buffer.speech_stopped","audio_end_ms":2000,"item_id":"i"}""");
            return Result.Of(messages.Select(message => message.Type).Distinct().Count() == 2, "a type for each", "only raw");
        }),
        new("counts of the usage of a response", async candidate =>
        {
            var usage = ((ResponseCreatedRealtimeServerMessage)(await candidate.HearAsync("""
                {"type":"response.done","event_id":"e","response":{"id":"r","object":"realtime.response","status":"completed","output":[],"usage":{"total_tokens":30,"input_tokens":20,"output_tokens":10,
                "input_token_details":{"text_tokens":9,"audio_tokens":8,"image_tokens":3,"cached_tokens":5,"cached_tokens_details":{"text_tokens":2,"audio_tokens":2,"image_tokens":1}},
                "output_token_details":{"text_tokens":4,"audio_tokens":6}}}}
                """)).Single()).Usage!;
            long?[] counts =
            [
                usage.TotalTokenCount, usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount, usage.InputTextTokenCount, usage.InputAudioTokenCount,
                usage.OutputTextTokenCount, usage.OutputAudioTokenCount,
            ];
            var others = usage.AdditionalCounts?.Count(count => count.Key.Contains("Image", StringComparison.Ordinal) || count.Key.Contains("Cached", StringComparison.Ordinal)) ?? 0;
            return Result.Of(counts.Count(count => count is not null) + others, 12);
        }),
        new("usage of a transcription in tokens", candidate => TranscribeAsync(
            candidate, """{"type":"tokens","total_tokens":48,"input_tokens":38,"output_tokens":10,"input_token_details":{"text_tokens":10,"audio_tokens":28}}""")),
        new("usage of a transcription of 2.5 seconds", candidate => TranscribeAsync(candidate, """{"type":"duration","seconds":2.5}""")),
        new("message, code and parameter of an error, and the message that caused it", async candidate =>
        {
            var error = (ErrorRealtimeServerMessage)(await candidate.HearAsync(
                """{"type":"error","event_id":"e","error":{"type":"invalid_request_error","code":"invalid_value","message":"No such voice.","param":"session.voice","event_id":"mine"}}""")).Single();
            return Result.Of(error.Error?.Message == "No such voice.", error.Error?.ErrorCode == "invalid_value", error.Error?.Details == "session.voice", error.OriginatingMessageId == "mine");
        }),
        new("message and code of a response that failed", async candidate =>
        {
            var response = (ResponseCreatedRealtimeServerMessage)(await candidate.HearAsync("""
                {"type":"response.done","event_id":"e","response":{"id":"r","object":"realtime.response","status":"failed",
                "status_details":{"type":"failed","error":{"type":"server_error","code":"overloaded","message":"Try again later."}},"output":[]}}
                """)).Single();
            return Result.Of(response.Error?.Message == "Try again later.", response.Error?.ErrorCode == "overloaded");
        }),
        new("metadata of a response as text", async candidate =>
        {
            var response = (ResponseCreatedRealtimeServerMessage)(await candidate.HearAsync(
                """{"type":"response.done","event_id":"e","response":{"id":"r","object":"realtime.response","status":"completed","output":[],"metadata":{"topic":"soup"}}}""")).Single();
            return Result.Of(response.AdditionalProperties?["topic"] is "soup");
        }),
        new("the answer to an MCP approval request as a message", async candidate =>
        {
            var message = (await candidate.HearAsync(
                """{"type":"conversation.item.done","event_id":"e","item":{"id":"i","type":"mcp_approval_response","approval_request_id":"a","approve":true}}""")).Single();
            return Result.Of((message as ResponseOutputItemRealtimeServerMessage)?.Item?.Contents.OfType<ToolApprovalResponseContent>().Any() is true);
        }),
        new("the session continues after a message that is not JSON", candidate => SurviveAsync(candidate, "{not json")),
        new("the session continues after audio that is not base64", candidate => SurviveAsync(
            candidate, """{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"***"}""")),
        new("the session continues after a function call that an interruption has cut off", candidate => SurviveAsync(candidate, """
            {"type":"response.output_item.done","event_id":"e","response_id":"r","output_index":0,"item":{"id":"i","type":"function_call","status":"incomplete","call_id":"c","name":"f","arguments":"{\"a\":"}}
            """)),
    ];

    private static Task<List<RealtimeServerMessage>> HearAllAsync(Candidate candidate) =>
        candidate.HearAsync([.. ServerEvents.All.SkipLast(1).Select((serverEvent, index) => $$"""{"event_id":"e{{index}}",{{serverEvent.Json[1..]}}""")]);

    private static async Task<Result> TranscribeAsync(Candidate candidate, string usage)
    {
        var completed = (InputAudioTranscriptionRealtimeServerMessage)(await candidate.HearAsync(
            $$"""{"type":"conversation.item.input_audio_transcription.completed","event_id":"e","item_id":"i","content_index":0,"transcript":"a","usage":{{usage}}}""")).Single();
        return Result.Of(completed.Usage is not null);
    }

    private static async Task<Result> SurviveAsync(Candidate candidate, string serverEvent)
    {
        var messages = await candidate.HearAsync(serverEvent, """{"type":"input_audio_buffer.cleared","event_id":"e"}""");
        return Result.Of(messages.Count == 2);
    }
}
