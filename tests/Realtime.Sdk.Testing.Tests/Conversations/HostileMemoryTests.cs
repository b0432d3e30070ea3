using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing.Tests.Hosting;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Servers that send without end to a conversation whose updates nobody reads and whose clock stands still. Ten times as much with the environment variable
/// REALTIME_SDK_EXHAUSTIVE=1. Alone in its collection: the heap belongs to the whole process.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class HostileMemoryTests
{
    private const int WarmUps = 2_000, Times = 10_000;
    private const long Noise = 1024 * 1024;

    private static readonly int Factor = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 10 : 1;

    [Theory]
    [InlineData("""{"type":"response.created","response":{"id":"resp_N"}}""")]
    [InlineData("""{"type":"response.created","response":{"id":"resp_N","conversation_id":null,"metadata":{"realtime_sdk_reply":"x"}}}""")]
    [InlineData("""{"type":"response.done","response":{"id":"resp_N"}}""")]
    [InlineData("""{"type":"response.output_item.added","response_id":"resp_1","item":{"id":"item_N","type":"message","role":"assistant"}}""")]
    [InlineData("""{"type":"response.output_text.delta","response_id":"resp_N","item_id":"item_N","delta":"Hello."}""")]
    [InlineData("""{"type":"response.output_text.delta","response_id":"resp_1","item_id":"item_1","delta":"Hello. Hello. Hello. Hello. Hello. Hello. "}""")]
    [InlineData("""{"type":"response.output_text.done","response_id":"resp_1","item_id":"item_1","text":"N"}""")]
    [InlineData("""{"type":"response.output_audio.delta","response_id":"resp_N","item_id":"item_N","delta":"AAAA"}""")]
    [InlineData("""{"type":"response.output_audio.delta","response_id":"resp_1","item_id":"item_N","delta":"AAAA"}""")]
    [InlineData("""{"type":"response.output_audio.delta","response_id":"resp_1","item_id":"item_1","delta":"AAAA","x":"N"}""")]
    [InlineData("""{"type":"response.output_audio.done","response_id":"resp_N","item_id":"item_N"}""")]
    [InlineData("""{"type":"input_audio_buffer.speech_started","item_id":"item_N","audio_start_ms":1}""")]
    [InlineData("""{"type":"input_audio_buffer.committed","item_id":"item_N"}""")]
    [InlineData("""{"type":"input_audio_buffer.committed","item_id":"item_1"}""")]
    [InlineData("""{"type":"input_audio_buffer.dtmf_event_received","event":"1"}""")]
    [InlineData("""{"type":"conversation.item.input_audio_transcription.delta","item_id":"item_N","delta":"Hello."}""")]
    [InlineData("""{"type":"conversation.item.added","item":{"id":"item_N","type":"message","role":"user","content":[{"type":"input_text","text":"Hello."}]}}""")]
    [InlineData("""{"type":"conversation.item.added","item":{"id":"item_N","type":"message","role":"assistant","status":"completed","content":[]}}""")]
    [InlineData("""{"type":"conversation.item.added","item":{"id":"item_N","type":"message","role":"system","content":[]}}""")]
    [InlineData("""{"type":"conversation.item.truncated","item_id":"item_N","audio_end_ms":1}""")]
    [InlineData("""{"type":"conversation.item.deleted","item_id":"item_N"}""")]
    [InlineData("""{"type":"error","error":{"message":"No."}}""")]
    [InlineData("""{"type":"response.output_item.done","response_id":"resp_N","item":{"id":"item_N","type":"function_call","call_id":"call_N","name":"other","arguments":"{}"}}""")]
    [InlineData("""{"type":"response.output_item.done","response_id":"resp_1","item":{"id":"item_N","type":"function_call","call_id":"call_N","name":"other","arguments":"{}"}}""")]
    [InlineData("""{"type":"response.done","response":{"id":"resp_N","status":"completed","output":[{"id":"item_N","type":"function_call","call_id":"call_N","name":"other","arguments":"{}"}]}}""")]
    [InlineData("""{"type":"response.done","response":{"id":"resp_N","status":"completed","output":[{"id":"item_N","type":"mcp_approval_request","server_label":"web","name":"other","arguments":"{}"}]}}""")]
    [InlineData("""{"type":"response.done","response":{"id":"resp_N","status":"completed","output":[{"id":"item_N","type":"mcp_call","server_label":"web","name":"other","arguments":"{}","output":"x"}]}}""")]
    [InlineData("""{"type":"response.output_item.added","response_id":"resp_N","item":{"id":"item_N","type":"mcp_call","server_label":"web","name":"other","arguments":"{}"}}""")]
    public async Task What_is_sent_without_end_is_not_kept(string serverEvent)
    {
        var limits = new ConversationLimits { MaxTurns = 100, MaxItems = 100, MaxTurnText = 1_000, MaxUnreadUpdates = 100 };
        (await GrowthAsync(limits, serverEvent, WarmUps, Times * Factor)).Should().BeLessThan(Noise);
    }

    [Fact]
    public async Task Arguments_that_are_too_long_to_be_shown_are_not_kept()
    {
        var call = $$$"""{"type":"response.done","response":{"id":"resp_N","status":"completed","output":[{"id":"item_N","type":"function_call","call_id":"call_N","name":"other","arguments":"{{{new string('x', 50_000)}}}"}]}}""";

        (await GrowthAsync(new() { MaxTurnText = 1_000 }, call, 500, 500)).Should().BeLessThan(16 * Noise);
    }

    private static async Task<long> GrowthAsync(ConversationLimits limits, string serverEvent, int warmUps, int times)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false });
        var connected = new TaskCompletionSource<EmulatorSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            connected.TrySetResult(session);
        });
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent, new() { TimeProvider = new FakeTimeProvider(), Limits = limits }).WithTimeout();
        var server = await connected.Task.WithTimeout();
        await SendAsync(conversation, server, serverEvent, 0, warmUps);
        await SettleAsync(conversation, server);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAsync(conversation, server, serverEvent, warmUps, times);
        await SettleAsync(conversation, server);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        conversation.Completion.IsCompleted.Should().BeFalse();
        return growth;
    }

    /// <summary>Takes what the conversation has sent, so that neither side keeps it.</summary>
    private static async Task SettleAsync(RealtimeConversation conversation, EmulatorSession server)
    {
        var barrier = conversation.Respond(new ReplyOptions { Response = new() { Conversation = ResponseConversation.None } });
        while (true)
        {
            var sent = await server.SkipToAsync<ResponseCreateEvent>().WithTimeout();
            if (sent.Response?.Conversation != ResponseConversation.None)
                continue;
            await server.SendAsync(Wire.Error("barrier", sent.EventId));
            await barrier.Completion.WithTimeout();
            return;
        }
    }

    private static async Task SendAsync(RealtimeConversation conversation, EmulatorSession server, string serverEvent, int first, int count)
    {
        const int Batch = 500;
        for (var sent = 0; sent < count; sent += Batch)
        {
            var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var handler = conversation.OnEvent(seen =>
            {
                if (seen.Type == "test.marker")
                    handled.TrySetResult();
            });
            for (var i = 0; i < Batch; i++)
                await server.SendTextAsync(serverEvent.Replace("N\"", $"{first + sent + i}\"", StringComparison.Ordinal));
            await server.SendTextAsync("""{"type":"test.marker"}""");
            await handled.Task.WithTimeout();

            // Otherwise the queues of both sides would keep the capacity for all that was sent.
            await SettleAsync(conversation, server);
        }
    }
}
