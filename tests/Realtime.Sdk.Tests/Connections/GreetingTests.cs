using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>How a connection begins: with servers that speak first, with servers that speak when they were configured, and with refusals.</summary>
public sealed class GreetingTests : IAsyncLifetime
{
    private static readonly RealtimeSessionConfiguration Asked = new() { Model = "gpt-realtime", Instructions = "Be brief." };

    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    private string Server => $"127.0.0.1:{_emulator.BaseUrl.Port}";

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = new(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = _emulator.ApiKey });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Theory]
    [InlineData("session.created")]
    [InlineData("session.updated")]
    public async Task A_server_that_greets_only_after_it_was_configured_is_connected_to(string greeting)
    {
        _emulator.OnConnect(async session =>
        {
            var update = await session.ExpectAsync<SessionUpdateEvent>();
            var made = new RealtimeSession { Id = "sess_1", Configuration = update.Session };
            await session.SendAsync(greeting == "session.created" ? new SessionCreatedEvent { Session = made } : new SessionUpdatedEvent { Session = made });
            await session.RunModelAsync(sendsSessionCreated: false);
        });

        await using var connection = await _client.ConnectAsync(new RealtimeConnectOptions { Session = Asked, WaitForSession = false }).WithTimeout();

        connection.Session!.Id.Should().Be("sess_1");
        connection.Session.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Be brief.");
        await foreach (var first in connection.ReadEventsAsync())
        {
            first.Type.Should().Be(greeting);
            break;
        }
    }

    [Fact]
    public async Task After_a_late_greeting_replies_are_matched_to_the_updates_that_follow()
    {
        _emulator.OnConnect(async session =>
        {
            var first = await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendAsync(new SessionCreatedEvent { Session = new() { Id = "sess_1", Configuration = first.Session } });
            var second = await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendAsync(new SessionUpdatedEvent { Session = new() { Id = "sess_1", Configuration = second.Session } });
        });
        await using var connection = await _client.ConnectAsync(new RealtimeConnectOptions { Session = Asked, WaitForSession = false }).WithTimeout();

        var reply = await connection.SendAndWaitForReplyAsync(new SessionUpdateEvent { Session = Asked with { Model = null, Instructions = "Be long." } }).WithTimeout();

        reply.Should().BeOfType<SessionUpdatedEvent>().Which.Session.Configuration.Should().BeOfType<RealtimeSessionConfiguration>()
            .Which.Instructions.Should().Be("Be long.");
    }

    /// <summary>In the shapes of compatible servers, which do not repeat the ID of the event to blame.</summary>
    [Theory]
    [InlineData(false, """{"type":"error","error":"The model is not loaded","code":"model_error"}""")]
    [InlineData(true, """{"type":"error","error":"The model is not loaded","code":"model_error"}""")]
    [InlineData(true, """{"type":"error","message":"The model is not loaded","code":"model_error"}""")]
    public async Task An_error_that_answers_the_configuration_fails_the_connect(bool greetsFirst, string error)
    {
        _emulator.OnConnect(async session =>
        {
            if (greetsFirst)
                await session.SendSessionCreatedAsync();
            await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendTextAsync(error);
        });

        var connect = () => _client.ConnectAsync(new RealtimeConnectOptions { Session = Asked, WaitForSession = greetsFirst }).WithTimeout();

        (await connect.Should().ThrowAsync<RealtimeApiException>()).Which.Message.Should().Be($"The server refused session.update in ConnectAsync to {Server} (model_error): The model is not loaded.");
    }

    [Theory]
    [InlineData("""{"type":"error","error":"The model is not loaded","code":"model_error"}""", " (model_error): The model is not loaded.")]
    [InlineData("""{"type":"error","error":{"message":"No such model.","code":404}}""", " (404): No such model.")]
    [InlineData("""{"type":"error","message":"Busy."}""", ": Busy.")]
    [InlineData("""{"type":"error"}""", ".")]
    public async Task A_first_error_of_any_shape_fails_the_connect_with_its_words(string error, string words)
    {
        _emulator.OnConnect(session => session.SendTextAsync(error));

        var connect = () => _client.ConnectAsync("gpt-realtime").WithTimeout();

        (await connect.Should().ThrowAsync<RealtimeApiException>()).Which.Message.Should().Be($"The server refused ConnectAsync to {Server}{words}");
    }

    /// <summary>Hostile: cut off, and half a character.</summary>
    [Theory]
    [InlineData("""{"type":"error","error":{"message":"The mod""", "the message is not valid JSON")]
    [InlineData("""{"type":"error","error":{"message":"\ud800"}}""", "a string contains a lone surrogate")]
    public async Task A_first_error_that_cannot_be_read_fails_the_connect(string error, string reason)
    {
        _emulator.OnConnect(session => session.SendTextAsync(error));

        var connect = () => _client.ConnectAsync("gpt-realtime").WithTimeout();

        var failure = (await connect.Should().ThrowAsync<RealtimeProtocolException>()).Which;
        failure.Message.Should().Be($"The server refused ConnectAsync to {Server} with an error event of {error.Length} bytes that could not be read: {reason}.");
        failure.Length.Should().Be(error.Length);
    }

    [Fact]
    public async Task A_session_of_the_Live_API_is_not_connected_to()
    {
        var connect = () => _client.ConnectAsync(new RealtimeConnectOptions { CallId = "live_u3_Zx81" }).WithTimeout();

        (await connect.Should().ThrowAsync<ArgumentException>()).WithMessage(
            "CallId must be the ID of a Realtime call (rtc_…): this is a session of the Live API, which has its own endpoints. (Parameter 'options')");
        _emulator.Requests.Should().BeEmpty();
    }
}
