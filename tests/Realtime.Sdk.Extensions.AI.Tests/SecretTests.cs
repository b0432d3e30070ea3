namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>No key is in a message, an exception or a printed object.</summary>
public sealed class SecretTests
{
    private const string Key = "sk-canary4711canary4711canary4711";

    [Fact]
    public async Task A_key_that_the_server_repeats_is_not_in_the_exception()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient(options => options.ApiKey = Key);
        using var realtime = client.AsIRealtimeClient("gpt-realtime");

        var refused = await realtime.Invoking(subject => subject.CreateSessionAsync()).Should().ThrowAsync<RealtimeApiException>();

        refused.Which.ToString().Should().NotContain("canary");
        $"{realtime} {realtime.GetService<RealtimeClient>()} {realtime.GetService<ChatClientMetadata>()}".Should().NotContain("canary");
    }

    [Fact]
    public async Task Messages_and_options_print_no_key()
    {
        await using var talk = await Talk.StartAsync(new()
        {
            OutputModalities = ["text"],
            Tools = [new HostedMcpServerTool("docs", "https://mcp.example.com/") { Headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {Key}", ["X-Key"] = Key } }],
        });

        var messages = await talk.AskAsync("Good morning");

        var printed = messages.SelectMany(message => new[] { $"{message}", $"{message.RawRepresentation}" }).Append($"{talk.Session} {talk.Session.Options} {talk.Session.Options!.RawRepresentationFactory!()}");
        printed.Should().NotContain(text => text.Contains("canary", StringComparison.Ordinal) || text.Contains(talk.Emulator.ApiKey, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"Bad key sk-canary4711canary4711canary4711"}}""")]
    [InlineData("""{"type":"session.updated","session":{"type":"realtime","client_secret":{"value":"ek_canary4711canary4711canary"}}}""")]
    [InlineData("""{"type":"sk-canary4711canary4711canary4711"}""")]
    public async Task What_the_server_says_is_masked_when_it_is_printed(string serverEvent)
    {
        var message = await Talk.HearOneAsync(serverEvent);

        $"{message} {message.RawRepresentation}".Should().NotContain("canary");
    }

    [Fact]
    public async Task Exceptions_of_this_package_mask_what_they_name()
    {
        await using var talk = await Talk.StartAsync();

        var media = await talk.Session.Invoking(session => session.SendAsync(new InputAudioBufferAppendRealtimeClientMessage(new DataContent(new byte[] { 1 }, $"video/{Key}")))).Should().ThrowAsync<ArgumentException>();
        var kind = await talk.Client.Invoking(client => client.CreateSessionAsync(new() { SessionKind = new(Key) })).Should().ThrowAsync<NotSupportedException>();

        media.Which.Message.Should().Contain("***").And.NotContain("canary");
        kind.Which.Message.Should().Contain("***").And.NotContain("canary");
    }
}
