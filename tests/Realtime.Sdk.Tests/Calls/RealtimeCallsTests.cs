using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Calls;

public sealed class RealtimeCallsTests
{
    private const string Offer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n";
    private const string Answer = "v=0\r\na=ice-pwd:canary-4711\r\n\r\n";
    private const string Created = "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\nLocation: /v1/realtime/calls/rtc_u1_9c65?x=1\r\nContent-Length: ";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task A_bare_offer_goes_as_sdp_and_comes_back_with_the_calls_id()
    {
        await using var server = new RawServer($"{Created}{Answer.Length}\r\n\r\n{Answer}");
        using var client = Client(server);

        var answer = await client.Calls.CreateAsync(Offer).WithTimeout();

        answer.CallId.Should().Be("rtc_u1_9c65");
        answer.Sdp.Should().Be(Answer);
        answer.ToString().Should().NotContain("canary");
        var request = server.Requests.Single();
        request.Should().StartWith("POST /v1/realtime/calls HTTP/1.1\r\n").And.EndWith($"\r\n\r\n{Offer}");
        request.Should().Contain("\r\nContent-Type: application/sdp\r\n").And.Contain("\r\nAccept: application/sdp\r\n");
    }

    [Fact]
    public async Task An_offer_with_a_session_goes_as_two_parts_with_their_types()
    {
        await using var server = new RawServer($"{Created}{Answer.Length}\r\n\r\n{Answer}");
        using var client = Client(server);

        await client.Calls.CreateAsync(Offer, new RealtimeSessionConfiguration { Model = "gpt-realtime-2" }).WithTimeout();

        var (head, body) = Split(server.Requests.Single());
        var boundary = head.Split("boundary=")[1].Split("\r\n")[0];
        body.Should().Be(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: application/sdp\r\n\r\n{Offer}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n"
            + $"{{\"type\":\"realtime\",\"model\":\"gpt-realtime-2\"}}\r\n--{boundary}--\r\n");
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("Location: \r\n", null)]
    [InlineData("Location: rtc_1\r\n", "rtc_1")]
    [InlineData("Location: https://api.openai.com/v1/realtime/calls/rtc_1/\r\n", "rtc_1")]
    [InlineData("Location: /v1/realtime/calls/rtc%2F1#here\r\n", "rtc/1")]
    public async Task The_calls_id_is_the_last_segment_of_the_location(string location, string? id)
    {
        await using var server = new RawServer($"HTTP/1.1 201 Created\r\n{location}Content-Length: 3\r\n\r\nv=0");
        using var client = Client(server);

        (await client.Calls.CreateAsync(Offer).WithTimeout()).CallId.Should().Be(id);
    }

    [Fact]
    public async Task An_answer_without_sdp_is_an_invalid_response()
    {
        await using var server = new RawServer($"{Created}0\r\n\r\n");
        using var client = Client(server);

        var create = () => client.Calls.CreateAsync(Offer).WithTimeout();

        (await create.Should().ThrowAsync<RealtimeApiException>()).Which.Kind.Should().Be(RealtimeApiErrorKind.InvalidResponse);
    }

    [Fact]
    public async Task Each_request_about_a_call_has_its_address_and_body_and_an_empty_answer_is_success()
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server);

        await client.Calls.AcceptAsync("rtc_1", new RealtimeSessionConfiguration { Instructions = "Hello." }).WithTimeout();
        await client.Calls.RejectAsync("rtc_1").WithTimeout();
        await client.Calls.RejectAsync("rtc_1", 486).WithTimeout();
        await client.Calls.ReferAsync("rtc_1", "tel:+14155550123").WithTimeout();
        await client.Calls.HangUpAsync("rtc_1").WithTimeout();

        server.Requests.Select(request => $"{request.Split(' ')[1]} {Split(request).Body}").Should().Equal(
            "/v1/realtime/calls/rtc_1/accept {\"type\":\"realtime\",\"instructions\":\"Hello.\"}",
            "/v1/realtime/calls/rtc_1/reject ",
            "/v1/realtime/calls/rtc_1/reject {\"status_code\":486}",
            "/v1/realtime/calls/rtc_1/refer {\"target_uri\":\"tel:+14155550123\"}",
            "/v1/realtime/calls/rtc_1/hangup ");
    }

    [Theory]
    [InlineData("a/b", "/v1/realtime/calls/a%2Fb/hangup")]
    [InlineData("../files", "/v1/realtime/calls/..%2Ffiles/hangup")]
    [InlineData("a?b#c", "/v1/realtime/calls/a%3Fb%23c/hangup")]
    [InlineData("%2f", "/v1/realtime/calls/%252f/hangup")]
    [InlineData("%2e%2e", "/v1/realtime/calls/%252e%252e/hangup")]
    [InlineData("a\r\nb", "/v1/realtime/calls/a%0D%0Ab/hangup")]
    public async Task A_calls_id_stays_one_segment_of_the_path(string id, string path)
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server);

        await client.Calls.HangUpAsync(id).WithTimeout();

        server.Requests.Single().Split(' ')[1].Should().Be(path);
    }

    [Theory]
    [InlineData("", "call_id is \"\", must not be blank")]
    [InlineData(" ", "call_id is \" \", must not be blank")]
    [InlineData(".", "call_id is \".\", must not be a relative path segment")]
    [InlineData("..", "call_id is \"..\", must not be a relative path segment")]
    [InlineData("live_u3_Zx81", "call_id is \"live_u3_Zx81\", must be the ID of a Realtime call (rtc_…): this is a session of the Live API, which has its own endpoints")]
    public async Task A_calls_id_that_would_leave_its_place_is_refused_even_without_validation(string id, string violation)
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server, options => options.ValidateRequests = false);

        var hangUp = () => client.Calls.HangUpAsync(id);

        (await hangUp.Should().ThrowAsync<RealtimeValidationException>()).Which.Violations.Single().ToString().Should().Be(violation);
        server.Connections.Should().Be(0);
    }

    [Fact]
    public async Task A_calls_id_with_half_a_character_is_refused()
    {
        using var client = new RealtimeClient("sk-1");

        var hangUp = () => client.Calls.HangUpAsync("rtc_\ud800");

        (await hangUp.Should().ThrowAsync<RealtimeValidationException>())
            .WithMessage("The request was not sent: call_id must not contain a lone surrogate: there is one at index 4.");
    }

    [Fact]
    public async Task What_a_call_cannot_take_is_refused_before_a_connection_is_opened()
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server);

        Func<Task>[] wrong =
        [
            () => client.Calls.CreateAsync(" "),
            () => client.Calls.CreateAsync(Offer, new TranscriptionSessionConfiguration()),
            () => client.Calls.CreateAsync(Offer, new RealtimeSessionConfiguration { Audio = new() { Output = new() { Speed = 9 } } }),
            () => client.Calls.AcceptAsync("rtc_1", new LegacySessionConfiguration()),
            () => client.Calls.ReferAsync("rtc_1", ""),
            () => client.CreateClientSecretAsync(new RealtimeSessionConfiguration { MaxOutputTokens = 5000 }),
            () => client.CreateTranslationClientSecretAsync(new ClientSecretRequest()),
            () => client.CreateSessionAsync(new() { Temperature = 1.5 }),
        ];

        foreach (var call in wrong)
            await call.Should().ThrowAsync<RealtimeValidationException>();
        server.Connections.Should().Be(0);
    }

    [Fact]
    public async Task What_is_merely_odd_is_sent_and_logged_once_with_its_value()
    {
        await using var server = new RawServer(Empty);
        var log = new FakeLogCollector();
        using var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(log)));
        using var client = Client(server, options => options.LoggerFactory = factory);

        await client.Calls.RejectAsync("rtc_1", 200).WithTimeout();

        log.GetSnapshot().Where(entry => entry.Id.Id == 4).Select(entry => $"{entry.Level}: {entry.Message}").Should().Equal(
            "Debug: Sending reject_call despite a validation warning: status_code is 200, should be 300 to 699.");
    }

    [Theory]
    [InlineData("tel:+14155550123")]
    [InlineData("SIP:agent@example.com")]
    [InlineData("sips:agent@example.com;transport=tls")]
    public async Task A_call_is_transferred_to_a_telephone_or_SIP_URI(string target)
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server);

        await client.Calls.ReferAsync("rtc_1", target).WithTimeout();

        Split(server.Requests.Single()).Body.Should().Be($$"""{"target_uri":"{{target}}"}""");
    }

    [Theory]
    [InlineData("+14155550123")]
    [InlineData("agent@example.com")]
    [InlineData("tel:")]
    [InlineData("sip: ")]
    [InlineData("https://example.com")]
    [InlineData(" tel:+14155550123")]
    public async Task A_transfer_to_what_is_no_telephone_or_SIP_URI_is_refused_without_quoting_it(string target)
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server);

        var refer = () => client.Calls.ReferAsync("rtc_1", target).WithTimeout();

        (await refer.Should().ThrowAsync<RealtimeValidationException>())
            .Which.Violations.Errors().Should().Equal("target_uri must be a tel:, sip: or sips: URI, for example tel:+14155550123");
        server.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("tel:+1415\r\nX-Evil: 1", 9)]
    [InlineData("sip:a@b\n", 7)]
    [InlineData("sip:\0a@b", 4)]
    [InlineData("sip:a\u0085@b", 5)]
    public async Task A_transfer_to_a_URI_with_control_characters_is_refused_even_when_requests_are_not_validated(string target, int index)
    {
        await using var server = new RawServer(Empty);
        using var client = Client(server, options => options.ValidateRequests = false);

        var refer = () => client.Calls.ReferAsync("rtc_1", target).WithTimeout();

        (await refer.Should().ThrowAsync<RealtimeValidationException>())
            .Which.Violations.Errors().Should().Equal($"target_uri must not contain control characters: there is one at index {index}");
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_whose_connection_breaks_after_sending_is_not_placed_twice()
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask);
        using var client = Client(server);

        var create = () => client.Calls.CreateAsync(Offer).WithTimeout();

        var error = (await create.Should().ThrowAsync<RealtimeConnectionException>()).Which;
        error.IsDeliveryUncertain.Should().BeTrue();
        error.Phase.Should().Be(RealtimeConnectionPhase.Request);
        server.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_hang_up_has_no_body_and_still_knows_that_it_was_sent()
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask);
        using var client = Client(server);

        var hangUp = () => client.Calls.HangUpAsync("rtc_1").WithTimeout();

        (await hangUp.Should().ThrowAsync<RealtimeConnectionException>()).Which.IsDeliveryUncertain.Should().BeTrue();
        server.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_call_the_server_refuses_for_now_is_not_placed_twice()
    {
        await using var server = new RawServer("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
        using var client = Client(server);

        var create = () => client.Calls.CreateAsync(Offer).WithTimeout();

        (await create.Should().ThrowAsync<RealtimeApiException>()).Which.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        server.Connections.Should().Be(1);
    }

    private static RealtimeClient Client(RawServer server, Action<RealtimeClientOptions>? configure = null)
    {
        var options = new RealtimeClientOptions { ApiKey = "sk-1", BaseUrl = server.BaseUrl };
        configure?.Invoke(options);
        return new(options);
    }

    private static (string Head, string Body) Split(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return (request[..end], request[(end + 4)..]);
    }
}
