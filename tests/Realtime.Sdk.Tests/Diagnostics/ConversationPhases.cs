using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>What a conversation goes through: a spoken turn, an interruption, a warning, a function call, and two ways to end.</summary>
internal static class ConversationPhases
{
    private static readonly RealtimeAgent Agent = new()
    {
        Name = "waiter",
        Session = new() { Model = "gpt-realtime" },
        Functions = [AgentFunction.Create("tell_time", "Tells the time.", (_, _) => Task.FromResult("Noon."))],
    };

    private static readonly PriceTable Prices = new() { Models = new Dictionary<string, ModelPrices> { ["gpt-realtime"] = new() { TextInput = 4m, TextOutput = 16m } } };

    /// <summary>Runs a conversation over a connection of its own and tells what came of it.</summary>
    public static async Task<string> TalkAsync(PhaseRun run, bool isLost)
    {
        var heard = new TaskCompletionSource();
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        run.Script(session => SpeakAsync(session, heard.Task, answered, isLost));
        var connection = await run.ConnectAsync();
        await using var conversation = await connection.StartConversationAsync(Agent, new() { LoggerFactory = run.Sinks, TimeProvider = run.Time, Prices = Prices }).WithTimeout();

        // Read from the start: a reader that begins later may miss the end of the turn.
        var cut = WhenAsync(conversation, update => update is TurnUpdate { Turn: { IsComplete: true, Role: TurnRole.Agent } });
        await WhenAsync(conversation, update => update is StatusUpdate { Status: ConversationStatus.Speaking }).WithTimeout();
        var called = WhenAsync(conversation, update => update is FunctionCallUpdate { Call.IsOver: true });
        heard.SetResult();
        var turn = await cut.WithTimeout();
        var call = await called.WithTimeout();
        await answered.Task.WithTimeout();
        if (!isLost)
            await conversation.EndAsync().WithTimeout();
        var end = await conversation.Completion.WithTimeout();
        return $"{((TurnUpdate?)turn)?.Turn.WasInterrupted}, {((FunctionCallUpdate?)call)?.Call.Output}, {end.Reason}, {conversation.Usage.TotalTokens}";
    }

    /// <summary>Continues a saved conversation over a connection of its own.</summary>
    public static async Task<string> ContinueAsync(PhaseRun run)
    {
        var saved = new SavedConversation { Agent = "waiter", SavedAt = DateTimeOffset.UnixEpoch, Items = [ConversationItem.UserText("Hello.")] };
        var connection = await run.ConnectAsync();
        await using var conversation = await connection.StartConversationAsync(Agent, new() { LoggerFactory = run.Sinks, TimeProvider = run.Time, History = saved }).WithTimeout();
        var renewal = await WhenAsync(conversation, update => update is RenewalUpdate).WithTimeout();
        await conversation.EndAsync().WithTimeout();
        return $"{((RenewalUpdate?)renewal)?.Reason}, {((RenewalUpdate?)renewal)?.HistoryItems}";
    }

    private static async Task SpeakAsync(EmulatorSession session, Task heard, TaskCompletionSource answered, bool isLost)
    {
        await session.SendSessionCreatedAsync();
        var update = await session.ExpectAsync<SessionUpdateEvent>();
        await session.SendAsync(new SessionUpdatedEvent { Session = new() { Id = session.Id, Configuration = update.Session } });
        await session.SendTextAsync("""{"type":"input_audio_buffer.speech_started","event_id":"e1","audio_start_ms":0,"item_id":"item_1"}""");
        await session.SendTextAsync("""{"type":"input_audio_buffer.speech_stopped","event_id":"e2","audio_end_ms":900,"item_id":"item_1"}""");
        await session.SendTextAsync("""{"type":"input_audio_buffer.committed","event_id":"e3","previous_item_id":null,"item_id":"item_1"}""");
        await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_1", ConversationId = "conv_1" } });
        await session.SendAsync(new ResponseOutputAudioDeltaEvent { ResponseId = "resp_1", ItemId = "item_2", Delta = new byte[48_000] });
        await heard;
        await session.SendTextAsync("""{"type":"input_audio_buffer.speech_started","event_id":"e4","audio_start_ms":2000,"item_id":"item_3"}""");
        await session.SendTextAsync(
            """{"type":"response.done","event_id":"e5","response":{"id":"resp_1","object":"realtime.response","status":"cancelled","status_details":{"type":"cancelled","reason":"turn_detected"},"conversation_id":"conv_1","output":[],"usage":{"total_tokens":3,"input_tokens":1,"output_tokens":2}}}""");
        await session.SendTextAsync("""{"type":"input_audio_buffer.cleared","event_id":"e6"}""");
        await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_2", ConversationId = "conv_1" } });
        await session.SendTextAsync(
            """{"type":"response.output_item.done","event_id":"e7","response_id":"resp_2","output_index":0,"item":{"id":"item_4","object":"realtime.item","type":"function_call","status":"completed","name":"tell_time","call_id":"call_1","arguments":"{}"}}""");
        await session.WhenReceivedAsync<ConversationItemCreateEvent>();
        answered.SetResult();
        if (isLost)
            session.End(ConnectionFailure.Fin);
    }

    /// <summary>Waits for an update from now on; null when the conversation ended first.</summary>
    private static async Task<ConversationUpdate?> WhenAsync(RealtimeConversation conversation, Predicate<ConversationUpdate> condition)
    {
        await foreach (var update in conversation.ReadUpdatesAsync())
        {
            if (condition(update))
                return update;
        }
        return null;
    }
}
