namespace Realtime.Sdk.Benchmarks;

/// <summary>Reads turns from the connection that the server starts, as when the user speaks: several at once, with their audio passed to a handler.</summary>
internal sealed class PushedConnection : ITalk
{
    private readonly RealtimeConnection _connection;
#pragma warning disable CA2213 // A read may be pending; aborting the connection ends it, and with it the enumerator.
    private readonly IAsyncEnumerator<ServerEvent> _events;
#pragma warning restore CA2213
    private readonly PushedWork _work = new();

    private PushedConnection(RealtimeConnection connection)
    {
        _connection = connection;
        connection.OnOutputAudio((in audio) => _work.Add(audio.Audio));
        _events = connection.ReadEventsAsync().GetAsyncEnumerator();
    }

    public static async Task<ITalk> ConnectAsync(RealtimeClient client, string model) => new PushedConnection(await client.ConnectAsync(Talks.Session(model)));

    public async Task<Work> AskAsync()
    {
        _work.Begin();
        await _connection.SendAsync(new InputAudioBufferClearEvent());
        while (!_work.IsDone && await _events.MoveNextAsync())
            _work.Add(_events.Current);
        return _work.Done;
    }

    public ValueTask DisposeAsync()
    {
        _connection.Abort();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The same turns in a conversation whose clock is so fast that audio is heard as soon as it is received.</summary>
internal sealed class PushedConversation : ITalk
{
    private readonly RealtimeConversation _conversation;
    private readonly Func<Task> _ask;
    private readonly PushedWork _work = new();
    private readonly Task _reading;
    private TaskCompletionSource _done = new();

    private PushedConversation(RealtimeConversation conversation, Func<Task> ask, bool isRead)
    {
        (_conversation, _ask) = (conversation, ask);
        conversation.OnAudio((in audio) => _work.Add(audio.Audio));
        conversation.OnEvent(Count);
        _reading = isRead ? ReadAsync() : Task.CompletedTask;
    }

    public static async Task<ITalk> StartAsync(RealtimeClient client, string model, bool isRead)
    {
        var connection = await client.ConnectAsync(model);
        var agent = new RealtimeAgent { Name = "agent", Session = Talks.Session(model) };
        var conversation = await connection.StartConversationAsync(agent, Talks.Options with { TimeProvider = new FastClock(1_000_000) });
        return new PushedConversation(conversation, () => connection.SendAsync(new InputAudioBufferClearEvent()).AsTask(), isRead);
    }

    public async Task<Work> AskAsync()
    {
        var before = _conversation.Usage.Responses;
        _work.Begin();
        _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _ask();
        await _done.Task;
        return _work.Done with { Events = _conversation.Usage.Responses - before };
    }

    public async ValueTask DisposeAsync()
    {
        await _conversation.DisposeAsync();
        await _reading;
    }

    private void Count(ServerEvent serverEvent)
    {
        _work.Add(serverEvent);
        if (_work.IsDone)
            _done.TrySetResult();
    }

    private async Task ReadAsync()
    {
        await foreach (var _ in _conversation.ReadUpdatesAsync()) { }
    }
}

/// <summary>The progress of the requested turns.</summary>
internal sealed class PushedWork
{
    private int _turns, _textChars;
    private long _audioBytes;

    public bool IsDone => _turns == WholeTurns.Pushed;

    public Work Done => new(_turns, _audioBytes, _textChars);

    public void Begin() => (_turns, _textChars, _audioBytes) = (0, 0, 0);

    public void Add(ReadOnlySpan<byte> audio) => _audioBytes += audio.Length;

    public void Add(ServerEvent serverEvent)
    {
        if (serverEvent is ResponseOutputAudioTranscriptDeltaEvent text)
            _textChars += text.Delta.Length;
        else if (serverEvent.Type == NumberedTurn.Last)
            _turns++;
    }
}
