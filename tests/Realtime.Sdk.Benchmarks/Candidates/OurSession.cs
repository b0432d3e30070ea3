namespace Realtime.Sdk.Benchmarks;

/// <summary>A session of this SDK: all events as records, or with the output audio passed to a handler.</summary>
internal sealed class OurSession : ISession
{
    private readonly RealtimeConnection _connection;
#pragma warning disable CA2213 // A read may be pending; aborting the connection ends it, and with it the enumerator.
    private readonly IAsyncEnumerator<ServerEvent> _events;
#pragma warning restore CA2213
    private Tally? _tally;

    private OurSession(RealtimeConnection connection, bool leased)
    {
        _connection = connection;
        if (leased)
            connection.OnOutputAudio((in audio) => _tally!.Add(new(1, audio.Audio.Length, 0)));
        _events = connection.ReadEventsAsync().GetAsyncEnumerator();
    }

    /// <summary>Connects with one client for all sessions, as a program would.</summary>
    public static Connect Connector(Uri endpoint, bool leased)
    {
        var client = new RealtimeClient(Ours.Options(endpoint));
        return async model => new OurSession(await client.ConnectAsync(model), leased);
    }

    public Task AskAsync() => _connection.SendAsync(new ResponseCreateEvent()).AsTask();

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        _tally = tally;
        while (await _events.MoveNextAsync())
        {
            tally.Add(Ours.WorkOf(_events.Current));
            if (_events.Current.Type == until)
                return true;
        }
        return false;
    }

    public ValueTask DisposeAsync()
    {
        _connection.Abort();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A session of this SDK whose messages are read without parsing, and parsed by the program, as a recorder does it.</summary>
internal sealed class OurMessageSession : ISession
{
    private readonly RealtimeConnection _connection;
#pragma warning disable CA2213 // A read may be pending; aborting the connection ends it, and with it the enumerator.
    private readonly IAsyncEnumerator<RealtimeMessage> _messages;
#pragma warning restore CA2213

    private OurMessageSession(RealtimeConnection connection) =>
        (_connection, _messages) = (connection, connection.ReadMessagesAsync().GetAsyncEnumerator());

    public static Connect Connector(Uri endpoint)
    {
        var client = new RealtimeClient(Ours.Options(endpoint));
        return async model => new OurMessageSession(await client.ConnectAsync(model));
    }

    public Task AskAsync() => _connection.SendAsync(new ResponseCreateEvent()).AsTask();

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        while (await _messages.MoveNextAsync())
        {
            var serverEvent = RealtimeJson.Deserialize<ServerEvent>(_messages.Current.Utf8Json.Span);
            tally.Add(Ours.WorkOf(serverEvent));
            if (serverEvent.Type == until)
                return true;
        }
        return false;
    }

    public ValueTask DisposeAsync()
    {
        _connection.Abort();
        return ValueTask.CompletedTask;
    }
}
