using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// A conversation whose server is the test: it sends exact events, in an exact order, and sees what the conversation sends. The conversation's clock stands
/// still unless the test advances it; without a player of the test, audio is heard by that clock.
/// </summary>
internal sealed class ScriptedConversation : IAsyncDisposable
{
    private const string BarrierKey = "test_barrier";

    private readonly RealtimeClient _client;
    private readonly RealtimeConnection? _connection;
    private int _barriers;

    private ScriptedConversation(
        RealtimeEmulator emulator, RealtimeClient client, RealtimeConnection? connection, EmulatorSession server, RealtimeConversation conversation, FakeTimeProvider time)
    {
        (Emulator, _client, _connection, Server, Conversation, Time) = (emulator, client, connection, server, conversation, time);
        Updates = new(conversation);
    }

    public static RealtimeAgent Agent { get; } = new()
    {
        Name = "waiter",
        Session = new()
        {
            Model = "gpt-realtime-2",
            Instructions = "Take the order.",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-4o-transcribe" } } },
        },
    };

    public RealtimeEmulator Emulator { get; }

    public EmulatorSession Server { get; }

    public RealtimeConversation Conversation { get; }

    public FakeTimeProvider Time { get; }

    public UpdateLog Updates { get; }

    /// <summary>The events of the client since the session was set up, without audio.</summary>
    public IReadOnlyList<ClientEvent> Sent =>
    [
        .. Server.Received.Select(message => message.Event).OfType<ClientEvent>().Where(sent => sent is not InputAudioBufferAppendEvent && !IsBarrier(sent)).Skip(1),
    ];

    public IReadOnlyList<string> SentTypes => [.. Sent.Select(sent => sent.Type)];

    /// <summary>The outputs of function calls that the conversation has sent.</summary>
    public IReadOnlyList<FunctionCallOutputItem> Outputs => [.. Sent.OfType<ConversationItemCreateEvent>().Select(sent => sent.Item).OfType<FunctionCallOutputItem>()];

    public IReadOnlyList<ResponseCreateEvent> Requests => [.. Sent.OfType<ResponseCreateEvent>()];

    public static async Task<ScriptedConversation> StartAsync(
        RealtimeAgent? agent = null, Func<RealtimeConversationOptions, FakeTimeProvider, RealtimeConversationOptions>? configure = null, bool inCall = false)
    {
        var time = new FakeTimeProvider();
        var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        var connected = new TaskCompletionSource<EmulatorSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            connected.TrySetResult(session);
        });
        var client = emulator.CreateClient();
        // The barriers of SettleAsync are requests that fail.
        var options = new RealtimeConversationOptions { TimeProvider = time, Watchdog = new() { RepeatedFailures = null } };
        (agent, options) = (agent ?? Agent, configure?.Invoke(options, time) ?? options);
        var connection = options.LeaveConnectionOpen ? await client.ConnectAsync("gpt-realtime-2").WithTimeout() : null;
        var starting = connection is not null
            ? connection.StartConversationAsync(agent, options)
            : inCall
            ? client.AttachConversationAsync((await client.Calls.CreateAsync(Offers.Browser)).CallId!, agent, options)
            : client.StartConversationAsync(agent, options);
        var conversation = await starting.WithTimeout();
        return new(emulator, client, connection, await connected.Task.WithTimeout(), conversation, time);
    }

    /// <summary>Sends events and returns when the conversation has handled them, or has ended with one of them.</summary>
    public async Task SendAsync(params ServerEvent[] events)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var marker = $"test.marker_{Interlocked.Increment(ref _barriers)}";
        using var handler = Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent.Type == marker)
                handled.TrySetResult();
        });
        try
        {
            foreach (var serverEvent in events)
                await Server.SendAsync(serverEvent);
            await Server.SendTextAsync($$"""{"type":"{{marker}}"}""");
        }
        catch (EmulatorSessionEndedException)
        {
            // The conversation has ended and closed the connection.
        }
        await (await Task.WhenAny(handled.Task, Conversation.Completion).WithTimeout());
    }

    /// <summary>Returns when everything that the conversation has decided to send was received.</summary>
    public async Task SettleAsync()
    {
        var id = $"{Interlocked.Increment(ref _barriers)}";
        var barrier = Conversation.Respond(new ReplyOptions
        {
            Response = new() { Conversation = ResponseConversation.None, Metadata = new Dictionary<string, string> { [BarrierKey] = id } },
        });
        var request = await Server.WhenReceivedAsync<ResponseCreateEvent>(sent => sent.Response?.Metadata?.GetValueOrDefault(BarrierKey) == id).WithTimeout();
        await SendAsync(Wire.Error("barrier", request.EventId));
        await barrier.Completion.WithTimeout();
    }

    /// <summary>Returns when everything that was sent over a connection that the conversation has left open was received.</summary>
    public async Task PingAsync()
    {
        await _connection!.SendAsync(new InputAudioBufferClearEvent()).WithTimeout();
        await Server.WhenReceivedAsync<InputAudioBufferClearEvent>(_ => true).WithTimeout();
    }

    /// <summary>Waits for the n-th request of a response.</summary>
    public Task<ResponseCreateEvent> WhenRequestedAsync(int number = 1) => WhenSentAsync<ResponseCreateEvent>(number);

    /// <summary>Waits for the output of a call.</summary>
    public async Task<string> WhenOutputAsync(string callId) =>
        ((FunctionCallOutputItem)(await Server.WhenReceivedAsync<ConversationItemCreateEvent>(sent => sent.Item is FunctionCallOutputItem output && output.CallId == callId).WithTimeout()).Item).Output;

    /// <summary>Waits for the end of a call.</summary>
    public async Task<FunctionCall> WhenOverAsync(string callId) =>
        (await Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.IsOver && update.Call.CallId == callId)).Call;

    /// <summary>Waits for the n-th event of a kind; the first session.update is that of the start.</summary>
    public async Task<T> WhenSentAsync<T>(int number = 1) where T : ClientEvent
    {
        var seen = 0;
        return await Server.WhenReceivedAsync<T>(sent => !IsBarrier(sent) && ++seen == number).WithTimeout();
    }

    /// <summary>Sends a spoken answer, without the end of its response, and returns when it is heard.</summary>
    public async Task SpeakAsync(string responseId, string itemId, string text, int milliseconds, string? previousItemId = null)
    {
        await SendAsync([Wire.Created(responseId), .. Wire.Item(responseId, itemId, previousItemId), .. Wire.Speech(responseId, itemId, text, milliseconds)]);
        await WhenStatusAsync(ConversationStatus.Speaking);
    }

    /// <summary>Lets time pass in small steps until something has completed.</summary>
    public async Task AdvanceUntilAsync(Task task)
    {
        for (var i = 0; i < 200 && !task.IsCompleted; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await SettleAsync();
        }
        await task.WithTimeout();
    }

    /// <summary>Ends the conversation and returns when all updates are in the log, which may lag behind what the server has received.</summary>
    public async Task EndAsync()
    {
        await Conversation.DisposeAsync().WithTimeout();
        await Updates.Reading.WithTimeout();
    }

    public async Task WhenStatusAsync(ConversationStatus status)
    {
        await using var updates = Conversation.ReadUpdatesAsync().GetAsyncEnumerator();
        while (Conversation.Status != status)
            await updates.MoveNextAsync().WithTimeout();
    }

    public async ValueTask DisposeAsync()
    {
        await Conversation.DisposeAsync().WithTimeout();
        if (_connection is not null)
            await _connection.DisposeAsync();
        _client.Dispose();
        await Emulator.DisposeAsync();
    }

    private static bool IsBarrier(ClientEvent sent) => sent is ResponseCreateEvent { Response.Metadata: { } metadata } && metadata.ContainsKey(BarrierKey);
}
