using System.ClientModel;

namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>An implementation of the realtime client of Microsoft.Extensions.AI.</summary>
internal sealed record Candidate(string Name, Func<RealtimeEmulator, string, IRealtimeClient> Create)
{
    public static Candidate Official { get; } = new("official adapter", (emulator, key) =>
        new OpenAIRealtimeClient(new OpenAI.Realtime.RealtimeClient(new ApiKeyCredential(key), new() { Endpoint = emulator.BaseUrl }), "gpt-realtime"));

    public static Candidate Ours { get; } = new("this package", (emulator, key) => emulator.CreateClient(options => options.ApiKey = key).AsIRealtimeClient("gpt-realtime"));

    /// <summary>Opens a session with the model of the emulator, or with a script.</summary>
    public async Task<Visit> VisitAsync(
        RealtimeSessionOptions? options = null, Func<EmulatorSession, Task>? script = null, Action<EmulatorModel>? model = null, bool invokesFunctions = false)
    {
        var emulator = await RealtimeEmulator.StartAsync();
        model?.Invoke(emulator.Model);
        if (script is not null)
            emulator.OnConnect(script);
        var client = Create(emulator, emulator.ApiKey);
        if (invokesFunctions)
            client = client.AsBuilder().UseFunctionInvocation().Build();
        var session = await client.CreateSessionAsync(options).WaitAsync(Visit.Limit);
        return new(emulator, await emulator.WhenConnectedAsync(), client, session);
    }

    /// <summary>Returns the messages for these events, without that of the session.</summary>
    public async Task<List<RealtimeServerMessage>> HearAsync(params string[] events)
    {
        await using var visit = await VisitAsync(script: async session =>
        {
            await session.SendSessionCreatedAsync();
            foreach (var serverEvent in events)
                await session.SendTextAsync(serverEvent.ReplaceLineEndings(""));
            await session.CloseAsync();
        });
        return [.. (await visit.ReadToEndAsync()).Skip(1)];
    }

    /// <summary>Returns the first event that the server receives for a message.</summary>
    public async Task<JsonElement> SayAsync(RealtimeClientMessage message)
    {
        var received = new TaskCompletionSource<JsonElement>();
        await using var visit = await VisitAsync(script: async session =>
        {
            await session.SendSessionCreatedAsync();
            received.SetResult(JsonElement.Parse((await session.NextAsync()).Text));
        });
        await visit.Session.SendAsync(message).WaitAsync(Visit.Limit);
        return await received.Task.WaitAsync(TimeSpan.FromSeconds(2));
    }
}

/// <summary>A session with an emulator of its own.</summary>
internal sealed class Visit(RealtimeEmulator emulator, EmulatorSession server, IRealtimeClient client, IRealtimeClientSession session) : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly IAsyncEnumerator<RealtimeServerMessage> _messages = session.GetStreamingResponseAsync().GetAsyncEnumerator();

    public RealtimeEmulator Emulator => emulator;

    public IRealtimeClientSession Session => session;

    public EmulatorSession Server => server;

    public async Task<List<RealtimeServerMessage>> AskAsync(string text)
    {
        await session.SendAsync(new CreateConversationItemRealtimeClientMessage(new([new TextContent(text)], role: ChatRole.User))).WaitAsync(Limit);
        await session.SendAsync(new CreateResponseRealtimeClientMessage()).WaitAsync(Limit);
        return await UntilAsync(RealtimeServerMessageType.ResponseDone);
    }

    public async Task<List<RealtimeServerMessage>> UntilAsync(RealtimeServerMessageType type)
    {
        var read = new List<RealtimeServerMessage>();
        while (await _messages.MoveNextAsync().AsTask().WaitAsync(Limit))
        {
            read.Add(_messages.Current);
            if (_messages.Current.Type == type)
                return read;
        }
        throw new InvalidOperationException($"The session ended before {type}.");
    }

    public async Task<List<RealtimeServerMessage>> ReadToEndAsync()
    {
        var read = new List<RealtimeServerMessage>();
        while (await _messages.MoveNextAsync().AsTask().WaitAsync(Limit))
            read.Add(_messages.Current);
        return read;
    }

    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync();
        client.Dispose();
        try
        {
            await emulator.DisposeAsync();
        }
        catch (Exception e) when (e is EmulatorExpectationException or EmulatorSessionEndedException)
        {
            // The candidate did not send what the script waited for, which is what the row has measured.
        }
    }
}
