using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Conventions;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>What a server says in events and closes is safe wherever it is printed; the records themselves hold it as it came.</summary>
public sealed class PeerEventWordsTests : IAsyncLifetime
{
    private const string Error =
        """{"type":"error","error":{"type":"DIRTY","code":"DIRTY","message":"DIRTY","param":"DIRTY","event_id":"EVENT","DIRTY":"DIRTY"}}""";

    private const string Created = """{"type":"session.created","session":{"type":"realtime","model":"m"}}""";

    private readonly Sinks _sinks = new();
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = new(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = _emulator.ApiKey, LoggerFactory = _sinks.LoggerFactory });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
        _sinks.Dispose();
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    public async Task No_text_of_any_event_reaches_a_sink_as_it_came(bool alsoTypes, bool logContent, bool translation)
    {
        var messages = Payloads(translation ? ["translation/server"] : ["server", "beta/server"]).Select(payload => PeerWords.Dirtied(payload, alsoTypes).ToJsonString()).ToArray();
        _emulator.OnConnect(async session =>
        {
            await session.SendTextAsync(Created);
            foreach (var message in messages)
                await session.SendTextAsync(message);
            await session.CloseAsync();
        });

        var read = translation
            ? await ReadAsync(await _client.ConnectTranslationAsync(new RealtimeTranslationConnectOptions { Model = "gpt-realtime-translate", LogContent = logContent }).WithTimeout())
            : await ReadAsync(await _client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", LogContent = logContent }).WithTimeout());

        read.Should().HaveCount(messages.Length + 1).And.HaveCountGreaterThan(5);
        foreach (var serverEvent in read)
            _sinks.Print(serverEvent);
        _sinks.ShouldBeClean();
    }

    [Fact]
    public async Task No_client_event_prints_its_texts_as_they_are()
    {
        var events = Payloads(["client", "beta/client"]).Select(payload => RealtimeJson.Deserialize<ClientEvent>(PeerWords.Dirtied(payload, alsoTypes: false).ToJsonString())).ToArray();
        await using var connection = await _client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", LogContent = true }).WithTimeout();

        foreach (var clientEvent in events)
        {
            _sinks.Print(clientEvent);
            if (await Record.ExceptionAsync(() => connection.SendAsync(clientEvent).WithTimeout()) is { } refused)
                _sinks.Add(refused);
        }

        _sinks.ShouldBeClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_as_the_first_event_is_told_clean_and_kept_as_it_came(bool translation)
    {
        _emulator.OnConnect(session => session.SendTextAsync(Dirty(Error)));

        var refused = await Record.ExceptionAsync(() => translation ? _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout() : _client.ConnectAsync("gpt-realtime").WithTimeout());

        refused.Should().BeOfType<RealtimeApiException>().Which.Error!.Message.Should().Be(PeerWords.Dirty);
        refused!.Message.Should().MatchRegex(@"^The server refused Connect(Translation)?Async to 127\.0\.0\.1:\d+ \(sk-\*\*\*");
        _sinks.Add(refused!);
        _sinks.ShouldBeClean();
        _sinks.Log.Should().Contain(entry => entry.Id.Id == 109 && entry.Message.Contains("sk-***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_that_answers_an_event_is_told_clean_and_kept_as_it_came()
    {
        _emulator.OnConnect(async session =>
        {
            await session.SendTextAsync(Created);
            var delete = await session.ExpectAsync<ConversationItemDeleteEvent>();
            await session.SendTextAsync(Dirty(Error).Replace("EVENT", delete.EventId, StringComparison.Ordinal));
        });
        await using var connection = await _client.ConnectAsync("gpt-realtime").WithTimeout();

        var refused = await Record.ExceptionAsync(() => connection.SendAndWaitForReplyAsync(new ConversationItemDeleteEvent { ItemId = "item_1" }).WithTimeout());

        refused.Should().BeOfType<RealtimeApiException>().Which.Error!.Code.Should().Be(PeerWords.Dirty);
        _sinks.Add(refused!);
        _sinks.ShouldBeClean();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1008)]
    [InlineData(3000)]
    [InlineData(4004)]
    public async Task The_reason_of_a_close_is_told_clean_and_kept_as_it_came(int code)
    {
        _emulator.OnConnect(async session =>
        {
            await session.SendTextAsync(Created);
            await session.ExpectAsync<ResponseCreateEvent>();
            await session.CloseAsync(code, PeerWords.Dirty);
        });
        await using var connection = await _client.ConnectAsync("gpt-realtime").WithTimeout();

        var confirming = connection.SendAndWaitForReplyAsync(new ResponseCreateEvent());
        var read = await Record.ExceptionAsync(async () =>
        {
            await foreach (var _ in connection.ReadEventsAsync())
                ;
        }).WithTimeout();
        var confirmed = await Record.ExceptionAsync(() => confirming.WithTimeout());
        var sent = await Record.ExceptionAsync(() => connection.CancelResponseAsync().WithTimeout());

        foreach (var failure in new[] { read, confirmed, sent }.OfType<Exception>())
        {
            failure.Should().BeOfType<RealtimeConnectionException>().Which.CloseReason.Should().Be(PeerWords.Dirty);
            _sinks.Add(failure);
        }
        (read is null).Should().Be(code == 1000);
        _sinks.ShouldBeClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_reason_of_a_close_before_the_first_event_is_told_clean(bool translation)
    {
        _emulator.OnConnect(session => session.CloseAsync(4000, PeerWords.Dirty));

        var refused = await Record.ExceptionAsync(() => translation ? _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout() : _client.ConnectAsync("gpt-realtime").WithTimeout());

        refused.Should().BeOfType<RealtimeConnectionException>().Which.CloseReason.Should().Be(PeerWords.Dirty);
        _sinks.Add(refused!);
        _sinks.ShouldBeClean();
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("any-word")]
    public async Task A_credential_without_a_form_of_its_own_is_masked_in_logs_and_exceptions(string key)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ApiKey = key });
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = emulator.BaseUrl, ApiKey = key, LoggerFactory = _sinks.LoggerFactory });
        emulator.OnNextConnect(session => session.SendTextAsync($$$"""{"type":"error","error":{"code":"{{{key}}}","message":"Wrong key: {{{key}}}"}}"""));
        emulator.OnConnect(async session =>
        {
            await session.SendTextAsync(Created);
            await session.SendTextAsync($$"""{"type":"{{key}}"}""");
            var delete = await session.ExpectAsync<ConversationItemDeleteEvent>();
            await session.SendTextAsync($$$"""{"type":"error","error":{"message":"{{{key}}}","event_id":"{{{delete.EventId}}}"}}""");
            await session.CloseAsync(3000, key);
        });

        _sinks.Add((await Record.ExceptionAsync(() => client.ConnectAsync("gpt-realtime").WithTimeout()))!, printsError: false);
        await using var connection = await client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", LogContent = true }).WithTimeout();
        _sinks.Add((await Record.ExceptionAsync(() => connection.SendAndWaitForReplyAsync(new ConversationItemDeleteEvent { ItemId = "item_1" }).WithTimeout()))!, printsError: false);
        _sinks.Add((await Record.ExceptionAsync(() => All(connection.ReadEventsAsync()).WithTimeout()))!, printsError: false);

        _sinks.All.Where(text => text.Contains("***", StringComparison.Ordinal)).Should().HaveCountGreaterThan(5);
        _sinks.All.Should().NotContain(text => text.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_that_cannot_be_read_are_told_clean()
    {
        string[] messages =
        [
            PeerWords.Dirty,
            """["sk-canary-4711"]""",
            """{"type":"sk-canary-4711","x":}""",
            """{"type":"response.done","response":{"ek_canary4711":{"deeper":""",
            """{"type":"response.done","response":{"output":[{"type":"message","content":[{"ek_canary4711":1},{"type":"text","text":{"ek_canary4711":1}}]}]}}""",
            """{"type":"session.created","session":{"type":"realtime","audio":{"ek_canary4711":{},"input":{"turn_detection":{"type":"server_vad","threshold":"sk-canary-4711"}}}}}""",
            """{"type":"response.done","response":{"metadata":{"ek_canary4711":{}}}}""",
            """{"type":"error","error":{"message":{"ek_canary4711":"sk-canary-4711"}}}""",
            """{"type":"error","error":"sk-canary-4711","code":"sk-canary-4711"}""",
            """{"type":"response.output_text.delta","delta":"\ud800 sk-canary-4711"}""",
        ];
        _emulator.OnConnect(async session =>
        {
            await session.SendTextAsync(Created);
            foreach (var message in messages)
                await session.SendTextAsync(message);
            await session.CloseAsync();
        });

        var read = await ReadAsync(await _client.ConnectAsync("gpt-realtime").WithTimeout());

        read.Should().HaveCount(messages.Length + 1);
        read.OfType<MalformedEvent>().Should().HaveCountGreaterThan(4);
        foreach (var serverEvent in read)
            _sinks.Print($"{serverEvent} {(serverEvent as MalformedEvent)?.Reason} {(serverEvent as MalformedEvent)?.Path}");
        _sinks.ShouldBeClean();
    }

    private static string Dirty(string json) => json.Replace("\"DIRTY\"", JsonValue.Create(PeerWords.Dirty).ToJsonString(), StringComparison.Ordinal);

    private static IEnumerable<JsonNode> Payloads(string[] folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Events/Payloads", folder), "*.json")
        select JsonNode.Parse(File.ReadAllText(file))!;

    private static async Task<List<WireObject>> ReadAsync(RealtimeConnection connection)
    {
        await using (connection)
            return await All(connection.ReadEventsAsync()).WithTimeout();
    }

    private static async Task<List<WireObject>> ReadAsync(RealtimeTranslationConnection connection)
    {
        await using (connection)
            return await All(connection.ReadEventsAsync()).WithTimeout();
    }

    private static async Task<List<WireObject>> All(IAsyncEnumerable<WireObject> events)
    {
        var read = new List<WireObject>();
        await foreach (var serverEvent in events)
            read.Add(serverEvent);
        return read;
    }
}
