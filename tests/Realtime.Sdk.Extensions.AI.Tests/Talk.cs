namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>A session of Microsoft.Extensions.AI over this SDK, with an emulator of its own.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private readonly RealtimeClient _client;
    private IAsyncEnumerator<RealtimeServerMessage> _messages;

    private Talk(RealtimeEmulator emulator, RealtimeClient client, IRealtimeClient realtime, IRealtimeClientSession session)
    {
        (Emulator, _client, Client, Session) = (emulator, client, realtime, session);
        _messages = session.GetStreamingResponseAsync().GetAsyncEnumerator();
    }

    public RealtimeEmulator Emulator { get; }

    public IRealtimeClient Client { get; }

    public IRealtimeClientSession Session { get; }

    /// <summary>Opens a session with the model of the emulator.</summary>
    public static async Task<Talk> StartAsync(
        RealtimeSessionOptions? options = null, Func<IRealtimeClient, IRealtimeClient>? middleware = null, Action<RealtimeEmulator>? arrange = null)
    {
        var emulator = await RealtimeEmulator.StartAsync();
        arrange?.Invoke(emulator);
        var client = emulator.CreateClient();
        var realtime = client.AsIRealtimeClient("gpt-realtime");
        realtime = middleware?.Invoke(realtime) ?? realtime;
        return new(emulator, client, realtime, await realtime.CreateSessionAsync(options).WithTimeout());
    }

    /// <summary>Opens a session with a server that sends these events and then closes.</summary>
    public static Task<Talk> HearAsync(params string[] events) => StartAsync(arrange: emulator => emulator.OnConnect(async session =>
    {
        await session.SendSessionCreatedAsync();
        foreach (var serverEvent in events)
            await session.SendTextAsync(serverEvent);
        await session.CloseAsync();
    }));

    /// <summary>Returns the message for one event of the server.</summary>
    public static async Task<RealtimeServerMessage> HearOneAsync(string serverEvent)
    {
        await using var talk = await HearAsync(serverEvent);
        return (await talk.ReadToEndAsync())[1];
    }

    /// <summary>Returns the first events that the server receives for a message, without their IDs if the message has none.</summary>
    public static async Task<JsonElement[]> SayAsync(RealtimeClientMessage message, RealtimeSessionOptions? options = null, int count = 1)
    {
        var received = new TaskCompletionSource<JsonElement[]>();
        await using var talk = await StartAsync(options, arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            if (options is not null)
                await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            var events = new JsonElement[count];
            for (var i = 0; i < count; i++)
                events[i] = JsonElement.Parse((await session.NextAsync()).Text);
            received.SetResult(events);
        }));
        await talk.SendAsync(message);
        return await received.Task.WithTimeout();
    }

    /// <summary>Returns the <c>session</c> of the <c>session.update</c> with which a session is opened.</summary>
    public static async Task<JsonElement> ConfigureAsync(RealtimeSessionOptions options)
    {
        await using var talk = await StartAsync(options);
        return JsonElement.Parse(talk.Emulator.Sessions[0].Received[0].Text).GetProperty("session");
    }

    public Task SendAsync(RealtimeClientMessage message) => Session.SendAsync(message).WithTimeout();

    public Task SayTextAsync(string text) => SendAsync(new CreateConversationItemRealtimeClientMessage(new([new TextContent(text)], role: ChatRole.User)));

    public async Task<List<RealtimeServerMessage>> AskAsync(string text)
    {
        await SayTextAsync(text);
        await SendAsync(new CreateResponseRealtimeClientMessage());
        return await UntilAsync(RealtimeServerMessageType.ResponseDone);
    }

    /// <summary>Reads all messages up to the next of a type, which is the last.</summary>
    public async Task<List<RealtimeServerMessage>> UntilAsync(RealtimeServerMessageType type)
    {
        var read = new List<RealtimeServerMessage>();
        do
        {
            (await _messages.MoveNextAsync().WithTimeout()).Should().BeTrue("a message of the type {0} should follow", type);
            read.Add(_messages.Current);
        }
        while (read[^1].Type != type);
        return read;
    }

    /// <summary>Begins to read again: function invocation ends the stream when the app has to run a function.</summary>
    public void ReadAgain() => _messages = Session.GetStreamingResponseAsync().GetAsyncEnumerator();

    public async Task<List<RealtimeServerMessage>> ReadToEndAsync()
    {
        var read = new List<RealtimeServerMessage>();
        while (await _messages.MoveNextAsync().WithTimeout())
            read.Add(_messages.Current);
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        Client.Dispose();
        _client.Dispose();
        await Emulator.DisposeAsync();
    }
}
