using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>What a page sees when the service refuses a request, or cannot be reached: nothing of the service's answer.</summary>
public sealed class UpstreamFailureTests
{
    private const string Canary = "sk-canary-1234567890abcdef", Refused = "The service has refused the request of the server.", Unreachable = "The service cannot be reached now.";

    private static readonly Dictionary<string, string> HostileHeaders = new()
    {
        ["Set-Cookie"] = $"session={Canary}",
        ["X-Request-Id"] = "req_canary",
        ["OpenAI-Organization"] = "org-canary",
        ["X-RateLimit-Limit-Requests"] = "7",
        ["Server"] = "canary",
        ["WWW-Authenticate"] = "Bearer realm=canary",
    };

    public static TheoryData<Door, int, string, string?, int, int?> Answers
    {
        get
        {
            var data = new TheoryData<Door, int, string, string?, int, int?>();
            foreach (var door in new[] { Door.WebRtc, Door.ClientSecrets, Door.Relay })
            {
                data.Add(door, 400, Error("invalid_request_error", "invalid_value"), null, 502, null);
                data.Add(door, 401, Error("invalid_request_error", "invalid_api_key"), null, 502, null);
                data.Add(door, 403, Error("invalid_request_error", "unsupported_country_region_territory"), null, 502, null);
                data.Add(door, 404, Error("invalid_request_error", "model_not_found"), null, 502, null);
                data.Add(door, 429, Error("requests", "rate_limit_exceeded"), "7", 503, 7);
                data.Add(door, 429, Error("requests", "rate_limit_exceeded"), null, 503, 1);
                data.Add(door, 429, Error("requests", "rate_limit_exceeded"), "86400", 503, 600);
                data.Add(door, 429, Error("requests", "rate_limit_exceeded"), "0", 503, 1);
                data.Add(door, 429, Error("insufficient_quota", "insufficient_quota"), "7", 502, null);
                data.Add(door, 500, Error("server_error", "server_error"), null, 503, 1);
                data.Add(door, 503, $"<html>{Canary}</html>", "30", 503, 30);
                data.Add(door, 302, "", null, 502, null);
                data.Add(door, 501, Canary, null, 502, null);
            }
            data.Add(Door.ClientSecrets, 200, $"<html>{Canary}</html>", null, 502, null);
            data.Add(Door.ClientSecrets, 200, "", null, 502, null);
            data.Add(Door.ClientSecrets, 200, "{}", null, 502, null);
            data.Add(Door.ClientSecrets, 200, """{"value":"","expires_at":1}""", null, 502, null);
            data.Add(Door.ClientSecrets, 200, $$"""{"value":7,"expires_at":"{{Canary}}"}""", null, 502, null);
            data.Add(Door.Relay, 200, Canary, null, 502, null);
            data.Add(Door.Relay, 426, Canary, null, 502, null);
            data.Add(Door.WebRtc, 201, "", null, 502, null);
            data.Add(Door.WebRtc, 201, $"v=0\r\na={Canary}\r\n", null, 502, null);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_of_the_service_is_mapped(Door door, int status, string body, string? retryAfter, int expected, int? expectedRetryAfter)
    {
        await using var app = await StartAsync(door);
        var headers = new Dictionary<string, string>(HostileHeaders);
        if (retryAfter is not null)
            headers["Retry-After"] = retryAfter;
        if (status == 302)
            headers["Location"] = $"https://evil.example/?key={Canary}";
        app.Emulator.RespondNext(new() { StatusCode = status, Body = Encoding.UTF8.GetBytes(body), Headers = headers });

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await ExpectAsync(app, response, expected, expectedRetryAfter);
        app.Emulator.Requests.Should().ContainSingle();
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_service_that_does_not_answer_in_time_is_unavailable(Door door)
    {
        var timeout = TimeSpan.FromMilliseconds(50);
        await using var app = await StartAsync(
            door, options => options.Timeout = options.AttemptTimeout = timeout, prepared: options => door == Door.Relay ? options with { Connect = new() { ConnectTimeout = timeout } } : options);
        app.Emulator.RespondNext(new() { Delay = Timeout.InfiniteTimeSpan });

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await ExpectAsync(app, response, 503, 1);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_service_that_refuses_the_connection_is_unavailable(Door door)
    {
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var app = await StartAsync(door, options => options.BaseUrl = new($"http://{closed.LocalEndPoint}/v1"));

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await ExpectAsync(app, response, 503, 1);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_service_whose_answer_breaks_off_is_unavailable(Door door)
    {
        await using var app = await StartAsync(door);
        app.Emulator.RespondNext(new() { Fault = new() { AfterBytes = 40, End = ConnectionFailure.Reset } });

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await ExpectAsync(app, response, 503, 1);
    }

    [Theory]
    [InlineData("v=0\r\n")]
    [InlineData("v=1")]
    [InlineData("o=- 1 2 IN IP4 127.0.0.1")]
    public async Task An_offer_that_the_service_does_not_accept_is_the_fault_of_the_page(string offer)
    {
        await using var app = await StartAsync(Door.WebRtc);

        using var response = await app.SendAsync(HttpMethod.Post, TestApp.Token, "ann", Door.WebRtc.Content(offer));

        await Problems.ExpectAsync(response, 400, "The body is not an SDP offer that the service accepts.");
    }

    [Fact]
    public async Task An_abandoned_request_cancels_the_request_to_the_service()
    {
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(
            Door.ClientSecrets, build: services => services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(() => new CancellationWatch(canceled))));
        app.Emulator.RespondNext(new() { Delay = Timeout.InfiniteTimeSpan });
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, TestApp.Token);
        request.Headers.Add(TestApp.UserHeader, "ann");
        var abandoned = app.Http.SendAsync(request, leave.Token);
        await app.Emulator.WhenReceivedAsync(1).WithTimeout();

        await leave.CancelAsync();

        await canceled.Task.WithTimeout();
        await FluentActions.Awaiting(() => abandoned.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await app.App.StopAsync().WithTimeout();
        app.Logs.GetSnapshot().Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    private static async Task ExpectAsync(TestApp app, HttpResponseMessage response, int status, int? retryAfter)
    {
        await Problems.ExpectAsync(response, status, status == 503 ? Unreachable : Refused);
        (response.Headers.RetryAfter?.Delta?.TotalSeconds).Should().Be(retryAfter);
        response.Headers.Server.ToString().Should().Be("Kestrel");
        app.Logs.GetSnapshot().Should().ContainSingle(entry => entry.Level >= LogLevel.Error).Which.Id.Id.Should().BeOneOf(302, 303, 309);
        app.Logs.GetSnapshot().Should().NotContain(entry => $"{entry.Message} {entry.Exception}".Contains(Canary));
    }

    private static Task<TestApp> StartAsync(Door door, Action<RealtimeClientOptions>? configure = null, Action<IServiceCollection>? build = null,
        Func<RealtimeConversationOptions, RealtimeConversationOptions>? prepared = null) => TestApp.StartAsync(
        app => door.Map(app, TestApp.Token, prepared is null ? null : new() { Prepare = (_, options, _) => new(prepared(options)) }).RequireAuthorization(),
        builder =>
        {
            builder.Services.PostConfigureAll<RealtimeClientOptions>(options =>
            {
                options.MaxRetries = 0;
                configure?.Invoke(options);
            });
            build?.Invoke(builder.Services);
        });

    private static string Error(string type, string code) => $$"""{ "error": { "type": "{{type}}", "code": "{{code}}", "message": "Incorrect API key provided: {{Canary}}.", "param": "{{Canary}}" } }""";

    private sealed class CancellationWatch(TaskCompletionSource canceled) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                canceled.TrySetResult();
                throw;
            }
        }
    }
}
