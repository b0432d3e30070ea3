using System.Text.Json.Nodes;

namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>What the app says.</summary>
internal static class SendingRows
{
    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => $"Sunny in {city}.", "get_weather", "The weather in a city.");

    public static Row[] All { get; } =
    [
        new("kinds of contents that can be sent in an item", async candidate =>
        {
            var request = new ToolApprovalRequestContent("a1", new McpServerToolCallContent("a1", "delete", "docs"));
            (AIContent Content, string Wire)[] contents =
            [
                (new TextContent("Hi"), "input_text"), (new DataContent(new byte[] { 1, 2 }, "audio/pcm"), "input_audio"),
                (new DataContent(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "image/png"), "input_image"), (new FunctionResultContent("c1", "19"), "function_call_output"),
                (new FunctionCallContent("c1", "f", new Dictionary<string, object?> { ["a"] = 1 }), "\"function_call\""), (request.CreateResponse(true), "mcp_approval_response"),
            ];
            var sent = 0;
            foreach (var (content, wire) in contents)
                sent += await IsSentAsync(candidate, new CreateConversationItemRealtimeClientMessage(new([content], role: ChatRole.User)), wire) ? 1 : 0;
            return Result.Of(sent, contents.Length);
        }),
        new("an image has its level of detail", async candidate =>
        {
            var image = new DataContent(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "image/png") { AdditionalProperties = new() { ["detail"] = "low" } };
            return Result.Of(await IsSentAsync(candidate, new CreateConversationItemRealtimeClientMessage(new([image], role: ChatRole.User)), "\"detail\":\"low\""));
        }),
        new("overrides of a response that are sent", async candidate =>
        {
            (CreateResponseRealtimeClientMessage Message, string Wire)[] overrides =
            [
                (new() { Instructions = "Say hello." }, "Say hello."), (new() { OutputModalities = ["text"] }, "output_modalities"), (new() { OutputVoice = "cedar" }, "cedar"),
                (new() { OutputAudioOptions = new("audio/pcma", 8_000) }, "audio/pcma"), (new() { MaxOutputTokens = 50 }, "max_output_tokens"), (new() { ToolMode = ChatToolMode.None }, "tool_choice"),
                (new() { Tools = [Weather] }, "get_weather"), (new() { ExcludeFromConversation = true }, "\"none\""),
                (new() { Items = [new([new TextContent("Hi")], role: ChatRole.User)] }, "input_text"), (new() { AdditionalProperties = new() { ["topic"] = "soup" } }, "soup"),
            ];
            var sent = 0;
            foreach (var (message, wire) in overrides)
                sent += await IsSentAsync(candidate, message, wire) ? 1 : 0;
            return Result.Of(sent, overrides.Length);
        }),
        new("an event of the API as JSON", async candidate =>
            Result.Of(await IsSentAsync(candidate, new() { RawRepresentation = """{"type":"conversation.item.delete","item_id":"item_1"}""" }, "conversation.item.delete"))),
        new("an event of the API as a JSON object", async candidate =>
            Result.Of(await IsSentAsync(candidate, new() { RawRepresentation = new JsonObject { ["type"] = "conversation.item.delete", ["item_id"] = "item_1" } }, "conversation.item.delete"))),
        new("messages that carry their ID to the server", async candidate =>
        {
            RealtimeClientMessage[] messages =
            [
                new CreateConversationItemRealtimeClientMessage(new([new TextContent("Hi")], role: ChatRole.User)), new CreateResponseRealtimeClientMessage(),
                new InputAudioBufferAppendRealtimeClientMessage(new DataContent(new byte[] { 1, 2 }, "audio/pcm")), new InputAudioBufferCommitRealtimeClientMessage(),
                new SessionUpdateRealtimeClientMessage(new() { Instructions = "Hurry." }),
            ];
            var sent = 0;
            foreach (var message in messages)
            {
                message.MessageId = "m1";
                sent += await IsSentAsync(candidate, message, "\"event_id\":\"m1\"") ? 1 : 0;
            }
            return Result.Of(sent, messages.Length);
        }),
        new("content that the API does not have is refused, not dropped", async candidate =>
        {
            try
            {
                await candidate.SayAsync(new CreateConversationItemRealtimeClientMessage(new([new HostedFileContent("f1")], role: ChatRole.User)));
                return Result.Of(false, bad: "no, an empty item is sent");
            }
            catch (ArgumentException)
            {
                return Result.Of(true);
            }
            catch (TimeoutException)
            {
                return Result.Of(false, bad: "no, nothing is sent");
            }
        }),
        new("an audio file in place of audio is refused", async candidate =>
        {
            try
            {
                await candidate.SayAsync(new InputAudioBufferAppendRealtimeClientMessage(new DataContent(new byte[] { 1, 2 }, "audio/wav")));
                return Result.Of(false, bad: "no, it is heard as noise");
            }
            catch (ArgumentException)
            {
                return Result.Of(true);
            }
        }),
    ];

    private static async Task<bool> IsSentAsync(Candidate candidate, RealtimeClientMessage message, string wire)
    {
        try
        {
            return (await candidate.SayAsync(message)).GetRawText().Contains(wire, StringComparison.Ordinal);
        }
#pragma warning disable CA1031 // not sent, for any reason
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
