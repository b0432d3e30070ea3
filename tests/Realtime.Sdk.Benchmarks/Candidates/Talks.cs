namespace Realtime.Sdk.Benchmarks;

/// <summary>One session in which the user asks and the agent answers by voice.</summary>
internal interface ITalk : IAsyncDisposable
{
    /// <summary>Asks, and returns the text and the audio of the answer.</summary>
    Task<Work> AskAsync();
}

/// <summary>Reads the answer from the connection itself, with its audio passed to a handler.</summary>
internal sealed class ConnectionTalk : ITalk
{
    private readonly RealtimeConnection _connection;
#pragma warning disable CA2213 // A read may be pending; aborting the connection ends it, and with it the enumerator.
    private readonly IAsyncEnumerator<ServerEvent> _events;
#pragma warning restore CA2213
    private long _audioBytes;

    private ConnectionTalk(RealtimeConnection connection)
    {
        _connection = connection;
        connection.OnOutputAudio((in audio) => _audioBytes += audio.Audio.Length);
        _events = connection.ReadEventsAsync().GetAsyncEnumerator();
    }

    public static async Task<ITalk> ConnectAsync(RealtimeClient client, string model) =>
        new ConnectionTalk(await client.ConnectAsync(Talks.Session(model)));

    public async Task<Work> AskAsync()
    {
        await _connection.SendTextAsync(NumberedTurn.Question);
        await _connection.SendAsync(new ResponseCreateEvent());
        _audioBytes = 0;
        var textChars = 0;
        while (await _events.MoveNextAsync())
        {
            if (_events.Current is ResponseOutputAudioTranscriptDeltaEvent text)
                textChars += text.Delta.Length;
            if (_events.Current.Type == NumberedTurn.Last)
                break;
        }
        return new(1, _audioBytes, textChars);
    }

    public ValueTask DisposeAsync()
    {
        _connection.Abort();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// The minimum for a program that reads continuously, and for which an answer is complete when all of it was heard: a read loop, and one wait by the same
/// fast clock.
/// </summary>
internal sealed class HeardTalk : ITalk
{
    private readonly RealtimeConnection _connection;
    private readonly Task _reading;
    private TaskCompletionSource _done = new();
    private long _audioBytes, _soundingSince;
    private int _textChars;

    private HeardTalk(RealtimeConnection connection)
    {
        _connection = connection;
        connection.OnOutputAudio(Count);
        _reading = ReadAsync();
    }

    public static async Task<ITalk> ConnectAsync(RealtimeClient client, string model) => new HeardTalk(await client.ConnectAsync(Talks.Session(model)));

    public async Task<Work> AskAsync()
    {
        (_done, _audioBytes, _textChars) = (new(TaskCreationOptions.RunContinuationsAsynchronously), 0, 0);
        await _connection.SendTextAsync(NumberedTurn.Question);
        await _connection.SendAsync(new ResponseCreateEvent());
        await _done.Task;
        var clock = Talks.Options.TimeProvider!;
        var rest = SampleFormat.Pcm().DurationOf(_audioBytes) - clock.GetElapsedTime(_soundingSince);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, clock);
        return new(1, _audioBytes, _textChars);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Abort();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Count(in OutputAudioDelta audio)
    {
        if (_audioBytes == 0)
            _soundingSince = Talks.Options.TimeProvider!.GetTimestamp();
        _audioBytes += audio.Audio.Length;
    }

    private async Task ReadAsync()
    {
        await foreach (var serverEvent in _connection.ReadEventsAsync())
        {
            if (serverEvent is ResponseOutputAudioTranscriptDeltaEvent text)
                _textChars += text.Delta.Length;
            else if (serverEvent.Type == NumberedTurn.Last)
                _done.SetResult();
        }
    }
}

/// <summary>A conversation without an audio output, with a fast clock. An answer is complete when all of it was heard.</summary>
internal sealed class ConversationTalk : ITalk
{
    private readonly RealtimeConversation _conversation;
    private readonly Task _reading;

    private ConversationTalk(RealtimeConversation conversation, bool isRead)
    {
        _conversation = conversation;
        _reading = isRead ? ReadAsync() : Task.CompletedTask;
    }

    public RealtimeConversation Conversation => _conversation;

    public static async Task<ConversationTalk> StartAsync(RealtimeClient client, string model, bool isRead) =>
        new(await client.StartConversationAsync(new RealtimeAgent { Name = "agent", Session = Talks.Session(model) }, Talks.Options), isRead);

    public async Task<Work> AskAsync()
    {
        var turn = await _conversation.AskAsync(NumberedTurn.Question);
        return new(1, SampleFormat.Pcm().BytesIn(turn.HeardDuration), turn.HeardText.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _conversation.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        await foreach (var _ in _conversation.ReadUpdatesAsync()) { }
    }
}

/// <summary>The options of all sessions of these rows.</summary>
internal static class Talks
{
    public static RealtimeSessionConfiguration Session(string model) => new() { Model = model, Instructions = SessionJson.Instructions };

    /// <summary>The options of a conversation with a fast clock, on a connection with the system clock. Its timeouts are a day, because the clock is fast.</summary>
    public static RealtimeConversationOptions Options { get; } = new()
    {
        Connect = new() { TimeProvider = TimeProvider.System },
        TimeProvider = new FastClock(1000),
        Limits = new() { ReplyTimeout = TimeSpan.FromDays(1), TranscriptTimeout = TimeSpan.FromDays(1) },
        Watchdog = new() { ServerSilence = TimeSpan.FromDays(1), ResponseTimeout = TimeSpan.FromDays(1), CancelStalledResponses = false },
    };

    public static Work Answer(int audioEvents) => new(1, (long)audioEvents * NumberedTurn.AudioBytes, NumberedTurn.Answer.Length);
}
