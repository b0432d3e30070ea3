using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>The exceptions when the server refuses a connection after the handshake, with an error, a close, or both.</summary>
public sealed class RefusedConnectTests : IAsyncLifetime
{
    private static readonly RealtimeSessionConfiguration Asked = new() { Model = "gpt-realtime", Instructions = "Be brief." };

    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;
    private string _server = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = new(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = _emulator.ApiKey });
        _server = $"127.0.0.1:{_emulator.BaseUrl.Port}";
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    /// <summary>Codes and reasons of closes from public reports about the service.</summary>
    [Theory]
    [InlineData(3000, "invalid_request_error", "invalid_api_key", RealtimeApiErrorKind.Authentication)]
    [InlineData(4004, "invalid_request_error", "model_not_found", RealtimeApiErrorKind.NotFound)]
    [InlineData(4000, "invalid_request_error", "beta_api_shape_disabled", RealtimeApiErrorKind.InvalidRequest)]
    public async Task A_close_that_names_an_error_is_a_refusal(int close, string type, string code, RealtimeApiErrorKind kind)
    {
        _emulator.OnConnect(session => session.CloseAsync(close, $"{type}.{code}"));

        var connect = () => _client.ConnectAsync("gpt-realtime").WithTimeout();

        var refused = (await connect.Should().ThrowAsync<RealtimeApiException>()).Which;
        refused.Message.Should().Be($"The server refused ConnectAsync to {_server}: the server closed the connection ({close}: {type}.{code}).");
        refused.Kind.Should().Be(kind);
        refused.IsTransient.Should().BeFalse();
        refused.Error.Should().Be(new RealtimeError { Type = type, Code = code });
        refused.InnerException.Should().BeOfType<RealtimeConnectionException>().Which.CloseCode.Should().Be(close);
    }

    /// <summary>A wrong key as the service was seen to refuse it; the words of the error are made up.</summary>
    [Theory]
    [InlineData(3000, "invalid_api_key", RealtimeApiErrorKind.Authentication)]
    [InlineData(4004, "model_not_found", RealtimeApiErrorKind.NotFound)]
    public async Task An_error_before_the_close_is_the_refusal(int close, string code, RealtimeApiErrorKind kind)
    {
        _emulator.OnConnect(async session =>
        {
            await session.SendTextAsync($$$"""{"type":"error","event_id":"event_1","error":{"type":"invalid_request_error","code":"{{{code}}}","message":"No.","param":null,"event_id":null}}""");
            await session.CloseAsync(close, $"invalid_request_error.{code}");
        });

        var connect = () => _client.ConnectAsync("gpt-realtime").WithTimeout();

        var refused = (await connect.Should().ThrowAsync<RealtimeApiException>()).Which;
        refused.Message.Should().Be($"The server refused ConnectAsync to {_server} ({code}): No.");
        refused.Kind.Should().Be(kind);
        refused.IsTransient.Should().BeFalse();
        refused.Error!.Message.Should().Be("No.");
    }

    [Fact]
    public async Task A_close_in_answer_to_the_configuration_is_a_refusal_too()
    {
        _emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<SessionUpdateEvent>();
            await session.CloseAsync(4004, "invalid_request_error.model_not_found");
        });

        var connect = () => _client.ConnectAsync(Asked).WithTimeout();

        var refused = (await connect.Should().ThrowAsync<RealtimeApiException>()).Which;
        refused.Message.Should().StartWith($"The server refused ConnectAsync to {_server}: the server closed the connection (4004: ");
        refused.Error!.Code.Should().Be("model_not_found");
    }

    [Theory]
    [InlineData(1011, "bye", true)]
    [InlineData(4999, "", false)]
    public async Task Any_other_close_before_the_session_names_the_operation_and_the_server(int close, string reason, bool isTransient)
    {
        _emulator.OnConnect(session => session.CloseAsync(close, reason));

        var connect = () => _client.ConnectAsync("gpt-realtime").WithTimeout();

        var failure = (await connect.Should().ThrowAsync<RealtimeConnectionException>()).Which;
        failure.Message.Should().Be($"ConnectAsync got no session from {_server}: the server closed the connection ({close}{(reason.Length > 0 ? $": {reason}" : "")}).");
        failure.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        failure.CloseCode.Should().Be(close);
        failure.IsTransient.Should().Be(isTransient);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_before_the_session_names_the_operation_and_the_server()
    {
        _emulator.OnConnect(session =>
        {
            session.End(ConnectionFailure.Reset);
            return Task.CompletedTask;
        });

        var connect = () => _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout();

        var failure = (await connect.Should().ThrowAsync<RealtimeConnectionException>()).Which;
        failure.Message.Should().Be($"ConnectTranslationAsync got no session from {_server}: the connection was lost without a close handshake.");
        failure.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        failure.IsTransient.Should().BeTrue();
    }

    /// <summary>The bodies that vLLM and Azure send over HTTP, made up from their documentation.</summary>
    [Theory]
    [InlineData(true, """{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","param":null,"code":404}""", "404", "The model `m` does not exist")]
    [InlineData(false, """{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","param":null,"code":404}""", "404", "The model `m` does not exist")]
    [InlineData(true, """{"error":{"code":"DeploymentNotFound","message":"No such deployment."}}""", "DeploymentNotFound", "No such deployment")]
    [InlineData(false, """{"error":{"code":"DeploymentNotFound","message":"No such deployment."}}""", "DeploymentNotFound", "No such deployment")]
    public async Task An_error_that_is_not_an_event_fails_the_connect(bool speaksFirst, string error, string code, string words)
    {
        _emulator.OnConnect(async session =>
        {
            if (!speaksFirst)
                await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendTextAsync(error);
        });

        var connect = () => _client.ConnectAsync(new RealtimeConnectOptions { Session = Asked, WaitForSession = speaksFirst }).WithTimeout();

        var refused = (await connect.Should().ThrowAsync<RealtimeApiException>()).Which;
        refused.Message.Should().Be($"The server refused {(speaksFirst ? "" : "session.update in ")}ConnectAsync to {_server} ({code}): {words}.");
        refused.IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task A_translation_server_that_refuses_is_named_too()
    {
        _emulator.OnConnect(session => session.SendTextAsync("""{"error":"Busy."}"""));

        var connect = () => _client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout();

        (await connect.Should().ThrowAsync<RealtimeApiException>()).Which.Message.Should().Be($"The server refused ConnectTranslationAsync to {_server}: Busy.");
    }

    /// <summary>Made up: events of kinds that this version does not know.</summary>
    [Theory]
    [InlineData("""{"type":"hello","error":{"message":"none yet"}}""")]
    [InlineData("""{"type":"hello","object":"greeting"}""")]
    public async Task An_unknown_event_is_not_an_error(string first)
    {
        _emulator.OnConnect(session => session.SendTextAsync(first));

        await using var connection = await _client.ConnectAsync("gpt-realtime").WithTimeout();

        await foreach (var serverEvent in connection.ReadEventsAsync())
        {
            serverEvent.Should().BeOfType<UnknownServerEvent>();
            break;
        }
    }
}
