using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>What is changed in options after a call has begun has no effect on it, however long the call waits for its credential.</summary>
public sealed class OptionsInUseTests : IAsyncLifetime
{
    private readonly Queue<TaskCompletionSource<string>> _tokens = new();
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = _emulator.CreateClient(options =>
        {
            options.ApiKey = null;
            options.Credential = RealtimeCredential.FromTokenProvider(_ =>
            {
                _tokens.Enqueue(new(TaskCreationOptions.RunContinuationsAsynchronously));
                return new(_tokens.Last().Task);
            });
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task One_options_object_used_for_two_users_speaks_for_each()
    {
        var options = new RealtimeConnectOptions { Model = "gpt-realtime", SafetyIdentifier = "alice", Headers = { ["X-User"] = "alice" } };

        var first = _client.ConnectAsync(options);
        (options.SafetyIdentifier, options.Headers["X-User"]) = ("bob", "bob");
        var second = _client.ConnectAsync(options);
        await using var one = await GrantAsync(first);
        await using var two = await GrantAsync(second);

        _emulator.Requests.Select(request => $"{request.Headers["OpenAI-Safety-Identifier"]}, {request.Headers["X-User"]}").Should().Equal("alice, alice", "bob, bob");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_that_are_set_after_the_call_do_not_travel(bool translation)
    {
        var (realtime, translating) = (new RealtimeConnectOptions { Model = "gpt-realtime" }, new RealtimeTranslationConnectOptions { Model = "gpt-realtime-translate" });

        var connecting = translation ? Opened(_client.ConnectTranslationAsync(translating)) : Opened(_client.ConnectAsync(realtime));
        foreach (var headers in new[] { realtime.Headers, translating.Headers })
            (headers["X-Late"], headers["Authorization"]) = ("late", "Bearer another");
        _tokens.Dequeue().SetResult(_emulator.ApiKey);
        await using var connection = await connecting.WithTimeout();

        var sent = _emulator.Requests.Should().ContainSingle().Subject.Headers;
        sent.Keys.Should().NotContain("X-Late");
        sent["Authorization"].Should().Be($"Bearer {_emulator.ApiKey}");
    }

    [Fact]
    public async Task A_session_whose_lists_change_after_the_call_is_sent_as_it_was()
    {
        var tools = new List<RealtimeTool> { new FunctionTool { Name = "first" } };
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime", Tools = tools };

        var connecting = _client.ConnectAsync(session);
        tools.Add(new FunctionTool { Name = "not valid!" });
        await using var connection = await GrantAsync(connecting);

        connection.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Tools
            .Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Which.Name.Should().Be("first");
    }

    [Fact]
    public async Task A_translation_whose_options_get_another_session_after_the_call_is_sent_as_it_was()
    {
        var options = new RealtimeTranslationConnectOptions { Session = Translation("de") };

        var connecting = _client.ConnectTranslationAsync(options);
        options.Session = Translation("fr");
        _tokens.Dequeue().SetResult(_emulator.ApiKey);
        await using var connection = await connecting.WithTimeout();

        connection.Session!.Configuration.Should().BeOfType<TranslationSessionConfiguration>().Which.Audio!.Output!.Language.Should().Be("de");
    }

    [Fact]
    public void Every_kind_of_session_can_be_copied_as_it_would_be_sent()
    {
        SessionConfiguration[] sessions =
        [
            new RealtimeSessionConfiguration { Model = "gpt-realtime", Tools = [new FunctionTool { Name = "f" }] },
            new TranscriptionSessionConfiguration { Audio = new() },
            Translation("de"),
            new LegacySessionConfiguration { Temperature = 0.9, Modalities = [OutputModality.Text] },
            new LegacyTranscriptionSessionConfiguration(),
            new UnknownSessionConfiguration("live", System.Text.Json.JsonElement.Parse("""{"type":"live","x":1}""")),
        ];

        foreach (var session in sessions)
        {
            var copy = session.Snapshot();

            copy.Should().BeOfType(session.GetType()).And.NotBeSameAs(session);
            RealtimeJson.Serialize(copy).Should().Be(RealtimeJson.Serialize(session));
        }
        var kinds = typeof(SessionConfiguration).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SessionConfiguration)) && !type.IsAbstract);
        sessions.Select(session => session.GetType()).Should().BeEquivalentTo(kinds);
    }

    private static async Task<IAsyncDisposable> Opened<T>(Task<T> connecting) where T : IAsyncDisposable => await connecting;

    private static TranslationSessionConfiguration Translation(string language) =>
        new() { Model = "gpt-realtime-translate", Audio = new() { Output = new() { Language = language } } };

    private Task<RealtimeConnection> GrantAsync(Task<RealtimeConnection> connecting)
    {
        _tokens.Dequeue().SetResult(_emulator.ApiKey);
        return connecting.WithTimeout();
    }
}
