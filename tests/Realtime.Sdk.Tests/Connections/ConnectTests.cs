using System.Net;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

public sealed class ConnectTests : IAsyncLifetime
{
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync();
        _client = new(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, ApiKey = _emulator.ApiKey, SafetyIdentifier = "user-1" });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task A_model_is_connected_to_and_the_first_event_is_still_there_to_read()
    {
        await using var connection = await _client.ConnectAsync("gpt-realtime-2").WithTimeout();

        var first = await FirstAsync(connection);

        first.Should().BeOfType<SessionCreatedEvent>().Which.Session.Should().BeEquivalentTo(connection.Session);
        connection.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Model.Should().Be("gpt-realtime-2");
        connection.CallId.Should().BeNull();
        var request = _emulator.Requests.Single();
        request.Path.Should().Be("/v1/realtime");
        request.Query.Should().Be("?model=gpt-realtime-2");
        request.Headers["Authorization"].Should().Be($"Bearer {_emulator.ApiKey}");
        request.Headers["OpenAI-Safety-Identifier"].Should().Be("user-1");
        request.Headers.Keys.Should().NotContain(["OpenAI-Beta", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Cookie"]);
    }

    [Fact]
    public async Task A_configured_session_is_in_effect_when_the_connection_is_given()
    {
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Be brief." };

        await using var connection = await _client.ConnectAsync(session).WithTimeout();

        connection.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Be brief.");
        var emulated = await _emulator.WhenConnectedAsync();
        emulated.Received.Select(message => message.Type).Should().Equal("session.update");
        var read = new List<string>();
        await foreach (var serverEvent in connection.ReadEventsAsync())
        {
            read.Add(serverEvent.Type);
            if (serverEvent is SessionUpdatedEvent)
                break;
        }
        read.Should().Equal("session.created", "session.updated");
    }

    [Fact]
    public async Task Transcription_names_its_intent_and_no_model()
    {
        await using var plain = await _client.ConnectAsync(new RealtimeConnectOptions { Transcription = true }).WithTimeout();
        await using var configured = await _client.ConnectAsync(new TranscriptionSessionConfiguration()).WithTimeout();

        _emulator.Requests.Select(request => request.Query).Should().AllBe("?intent=transcription");
    }

    [Fact]
    public async Task A_key_in_a_subprotocol_is_in_no_header()
    {
        var secret = await _client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2" }).WithTimeout();
        using var device = new RealtimeClient(new RealtimeClientOptions
        {
            BaseUrl = _emulator.BaseUrl,
            Credential = RealtimeCredential.FromEphemeralKey(secret.Value),
            Organization = "org-1",
        });

        await using var connection = await device.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime-2", CredentialInSubprotocol = true }).WithTimeout();

        var request = _emulator.Requests[^1];
        request.Headers.Keys.Should().NotContain(["Authorization", "OpenAI-Organization"]);
        request.Headers["Sec-WebSocket-Protocol"].Should().StartWith("realtime, openai-insecure-api-key.").And.EndWith(", openai-organization.org-1");
    }

    [Fact]
    public async Task Only_an_ephemeral_key_may_travel_as_a_subprotocol()
    {
        var connecting = FluentActions.Awaiting(() => _client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", CredentialInSubprotocol = true }).WithTimeout());

        var refused = await connecting.Should().ThrowAsync<RealtimeCredentialException>();

        refused.Which.Message.Should().NotContain(_emulator.ApiKey);
        _emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Authorization", "Bearer gateway")]
    [InlineData("api-key", "gateway")]
    public async Task A_key_in_a_subprotocol_and_another_in_a_default_header_are_refused(string header, string value)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        http.DefaultRequestHeaders.TryAddWithoutValidation(header, value).Should().BeTrue();
        using var device = new RealtimeClient(http, new() { BaseUrl = _emulator.BaseUrl, Credential = RealtimeCredential.FromEphemeralKey("ek_1"), HttpClientFollowsNoRedirects = true });

        var connect = () => device.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", CredentialInSubprotocol = true }).WithTimeout();

        await connect.Should().ThrowAsync<ArgumentException>()
            .WithMessage("CredentialInSubprotocol must not be set if the HttpClient has a default Authorization or api-key header: the server rejects a second key.*");
        _emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task An_organization_that_is_no_token_cannot_travel_as_a_subprotocol()
    {
        using var device = new RealtimeClient(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, Credential = RealtimeCredential.FromEphemeralKey("ek_1"), Organization = "org, 1" });

        var connect = () => device.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", CredentialInSubprotocol = true }).WithTimeout();

        await connect.Should().ThrowAsync<ArgumentException>().WithMessage("Organization must contain only letters, digits and *");
        _emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(401, "invalid_api_key", RealtimeApiErrorKind.Authentication, false)]
    [InlineData(404, "call_id_not_found", RealtimeApiErrorKind.NotFound, false)]
    [InlineData(429, "rate_limit_exceeded", RealtimeApiErrorKind.RateLimited, true)]
    [InlineData(429, "insufficient_quota", RealtimeApiErrorKind.QuotaExceeded, false)]
    [InlineData(503, "server_error", RealtimeApiErrorKind.Server, true)]
    public async Task A_refused_upgrade_says_what_the_server_said(int status, string code, RealtimeApiErrorKind kind, bool transient)
    {
        var body = $$$"""{"error":{"message":"No, {{{_emulator.ApiKey}}}.","type":"t","code":"{{{code}}}","param":null}}""";
        _emulator.RespondNext(status, body, new Dictionary<string, string> { ["x-request-id"] = "req_7", ["Retry-After"] = "3" });

        var refused = await FluentActions.Awaiting(() => _client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        refused.Which.StatusCode.Should().Be((HttpStatusCode)status);
        refused.Which.Kind.Should().Be(kind);
        refused.Which.IsTransient.Should().Be(transient);
        refused.Which.Error!.Code.Should().Be(code);
        refused.Which.RequestId.Should().Be("req_7");
        refused.Which.RetryAfter.Should().Be(TimeSpan.FromSeconds(3));
        var path = status == 404 ? " at /v1/realtime" : "";
        refused.Which.Message.Should().Be($"The server refused ConnectAsync with {status}{path} ({code}): No, *** [request ID req_7].");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var elsewhere = await RealtimeEmulator.StartAsync();
        _emulator.RespondNext(status, "", new Dictionary<string, string> { ["Location"] = $"{elsewhere.BaseUrl}/realtime?model=gpt-realtime" });

        var refused = await FluentActions.Awaiting(() => _client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        refused.Which.Kind.Should().Be(RealtimeApiErrorKind.Redirect);
        elsewhere.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task An_error_in_the_place_of_a_session_fails_the_connect()
    {
        _emulator.OnConnect(async session =>
        {
            await session.SendAsync(new ErrorEvent { Error = new() { Type = "invalid_request_error", Code = "beta_api_shape_disabled", Message = "No beta." } });
            await session.CloseAsync(4000, "invalid_request_error.beta_api_shape_disabled");
        });

        var refused = await FluentActions.Awaiting(() => _client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        refused.Which.StatusCode.Should().BeNull();
        refused.Which.Error!.Code.Should().Be("beta_api_shape_disabled");
        refused.Which.Message.Should().Be($"The server refused ConnectAsync to 127.0.0.1:{_emulator.BaseUrl.Port} (beta_api_shape_disabled): No beta.");
    }

    [Fact]
    public async Task A_close_in_the_place_of_a_session_fails_the_connect()
    {
        _emulator.OnConnect(session => session.CloseAsync(1013, "try later"));

        var lost = await FluentActions.Awaiting(() => _client.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();

        lost.Which.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        lost.Which.CloseCode.Should().Be(1013);
        lost.Which.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task Silence_in_the_place_of_a_session_ends_at_the_deadline()
    {
        _emulator.OnConnect(_ => Task.CompletedTask);
        var time = new FakeTimeProvider();
        var connecting = _client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", ConnectTimeout = TimeSpan.FromSeconds(9), TimeProvider = time });
        await _emulator.WhenConnectedAsync();

        time.Advance(TimeSpan.FromSeconds(9));
        var late = await FluentActions.Awaiting(() => connecting.WithTimeout()).Should().ThrowAsync<RealtimeTimeoutException>();

        late.Which.Deadline.Should().Be(RealtimeDeadline.Connect);
        late.Which.Timeout.Should().Be(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task Without_waiting_a_silent_server_is_connected_to()
    {
        _emulator.OnConnect(async session =>
        {
            await session.ExpectAsync<InputAudioBufferClearEvent>();
            await session.SendAsync(new InputAudioBufferClearedEvent());
        });

        await using var connection = await _client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", WaitForSession = false }).WithTimeout();
        await connection.SendAsync(new InputAudioBufferClearEvent());

        (await FirstAsync(connection)).Should().BeOfType<InputAudioBufferClearedEvent>();
    }

    [Fact]
    public async Task A_server_that_refuses_the_configuration_fails_the_connect()
    {
        _emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var update = await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendAsync(new ErrorEvent { Error = new() { Type = "invalid_request_error", Code = "unknown_parameter", Message = "Bad.", EventId = update.EventId } });
        });

        var refused = await FluentActions.Awaiting(() => _client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime" }).WithTimeout())
            .Should().ThrowAsync<RealtimeApiException>();

        refused.Which.Message.Should().Be($"The server refused session.update in ConnectAsync to 127.0.0.1:{_emulator.BaseUrl.Port} (unknown_parameter): Bad.");
    }

    [Fact]
    public async Task A_cancelled_connect_leaves_nothing_open()
    {
        _emulator.OnConnect(_ => Task.CompletedTask);
        using var cancellation = new CancellationTokenSource();
        var connecting = _client.ConnectAsync("gpt-realtime", cancellation.Token);
        var session = await _emulator.WhenConnectedAsync();

        await cancellation.CancelAsync();

        var cancelled = await FluentActions.Awaiting(() => connecting.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        cancelled.Which.CancellationToken.Should().Be(cancellation.Token);
        await session.Completion.WithTimeout();
    }

    [Fact]
    public async Task Wrong_options_are_refused_with_every_reason_before_anything_is_sent()
    {
        var options = new RealtimeConnectOptions
        {
            Model = " ", CallId = "rtc_1", ConnectTimeout = TimeSpan.Zero, MaxUnreadBytes = 1, SafetyIdentifier = "a\r\nb",
            Headers = { ["Authorization"] = "Bearer sk-secret", ["X-Fine"] = "fine" },
        };

        var refused = await FluentActions.Awaiting(() => _client.ConnectAsync(options)).Should().ThrowAsync<ArgumentException>();

        refused.Which.Message.Should().Be(
            "ConnectTimeout must be more than 0 and at most a day, or infinite. MaxUnreadBytes must be at least MaxMessageBytes. "
            + "SafetyIdentifier must contain only printable ASCII characters, without line breaks. "
            + "Headers contains a header whose name is invalid, or that carries credentials or belongs to the handshake. "
            + "Exactly one of Model, Session, CallId and Transcription must be set. Model must not be blank. (Parameter 'options')");
        _emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Further_headers_travel_along()
    {
        var options = new RealtimeConnectOptions { Model = "gpt-realtime", SafetyIdentifier = "user-2", Headers = { ["X-Trace"] = "t1" } };

        await using var connection = await _client.ConnectAsync(options).WithTimeout();

        _emulator.Requests.Single().Headers["X-Trace"].Should().Be("t1");
        _emulator.Requests.Single().Headers["OpenAI-Safety-Identifier"].Should().Be("user-2");
    }

    [Fact]
    public async Task Tls_is_checked_by_the_clients_own_handler()
    {
        using var trusting = _emulator.CreateHandler();
        using var trusted = new RealtimeClient(trusting, new RealtimeClientOptions { BaseUrl = _emulator.HttpsBaseUrl, ApiKey = _emulator.ApiKey });
        using var stranger = new RealtimeClient(new RealtimeClientOptions { BaseUrl = _emulator.HttpsBaseUrl, ApiKey = _emulator.ApiKey });

        await using var connection = await trusted.ConnectAsync("gpt-realtime").WithTimeout();
        var lost = await FluentActions.Awaiting(() => stranger.ConnectAsync("gpt-realtime").WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();

        lost.Which.Phase.Should().Be(RealtimeConnectionPhase.Connect);
        lost.Which.IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task The_credential_is_asked_for_anew_for_each_connection()
    {
        var asked = 0;
        using var client = new RealtimeClient(new RealtimeClientOptions
        {
            BaseUrl = _emulator.BaseUrl,
            Credential = RealtimeCredential.FromTokenProvider(_ =>
            {
                asked++;
                return ValueTask.FromResult(_emulator.ApiKey);
            }),
        });

        await using var first = await client.ConnectAsync("gpt-realtime").WithTimeout();
        await using var second = await client.ConnectAsync("gpt-realtime").WithTimeout();

        asked.Should().Be(2);
    }

    private static async Task<ServerEvent> FirstAsync(RealtimeConnection connection)
    {
        await foreach (var serverEvent in connection.ReadEventsAsync())
            return serverEvent;
        throw new InvalidOperationException("The connection ended.");
    }
}
