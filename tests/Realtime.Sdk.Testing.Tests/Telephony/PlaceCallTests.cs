using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Telephony;

/// <summary>The webhooks of telephone calls. A second emulator stands in for the application's endpoint: it records the requests and returns scripted answers.</summary>
public sealed class PlaceCallTests : IAsyncLifetime
{
    private static readonly RealtimeWebhookSecret Secret = new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private RealtimeEmulator _emulator = null!;
    private RealtimeEmulator _application = null!;

    private EmulatedWebhookOptions Webhook => new() { Url = new($"{_application.BaseUrl}/openai/webhook?token=canary-4711"), Secret = Secret };

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        _application = await RealtimeEmulator.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task The_webhook_of_a_call_is_delivered_and_signed_as_the_contract_says()
    {
        _application.RespondNext(202);

        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook, From = "+14155550777", SipHeaders = [new() { Name = "Max-Forwards", Value = "63" }] }).WithTimeout();

        caller.Deliveries.Should().ContainSingle().Which.Should().Match<EmulatedWebhookDelivery>(delivery => delivery.StatusCode == 202 && delivery.IsAcknowledged);
        var request = _application.Requests.Should().ContainSingle().Subject;
        request.Method.Should().Be("POST");
        request.Headers["Content-Type"].Should().Be("application/json");
        IsSigned(request).Should().BeTrue();
        request.Headers[RealtimeWebhookSecret.TimestampHeader].Should().Be("1800000000");
        var body = JsonNode.Parse(request.BodyText)!;
        body["type"]!.ToString().Should().Be("realtime.call.incoming");
        body["created_at"]!.GetValue<long>().Should().Be(1_800_000_000);
        body["data"]!["call_id"]!.ToString().Should().Be(caller.CallId).And.StartWith("rtc_");
        body["data"]!["sip_headers"]!.AsArray().Select(header => header!["name"]!.ToString()).Should().Equal("From", "To", "Call-ID", "Max-Forwards");
        body["data"]!["sip_headers"]![0]!["value"]!.ToString().Should().Contain("+14155550777");
        body["data"]!.AsObject().ContainsKey("sip_media_security").Should().BeFalse();
    }

    /// <summary>The members are those of the contract's example <c>webhook/realtime.call.incoming</c>, and <c>object</c>, which its schema has.</summary>
    [Fact]
    public async Task The_webhook_of_a_call_has_the_members_of_the_contract()
    {
        var webhook = (await _emulator.PlaceCallAsync(new() { MediaSecurity = SipMediaSecurity.Srtp })).Webhook;

        var json = JsonNode.Parse(RealtimeJson.SerializeToUtf8Bytes(webhook))!.AsObject();
        json.Select(member => member.Key).Should().BeEquivalentTo("object", "id", "type", "created_at", "data");
        json["data"]!.AsObject().Select(member => member.Key).Should().BeEquivalentTo("call_id", "sip_headers", "sip_media_security");
        webhook.Data.SipMediaSecurity.Should().Be(SipMediaSecurity.Srtp);
        webhook.AdditionalProperties.Should().BeEmpty();
    }

    [Fact]
    public async Task A_header_that_is_given_replaces_the_emulators_own()
    {
        var caller = await _emulator.PlaceCallAsync(new() { SipHeaders = [new() { Name = "from", Value = "anonymous" }] });

        caller.Webhook.Data.SipHeaderValues("From").Should().Equal("anonymous");
    }

    [Fact]
    public async Task A_delivery_is_repeated_with_its_ID_whatever_was_answered()
    {
        _application.RespondNext(500);
        _application.RespondNext(200);
        _application.RespondNext(409);

        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook with { Repetitions = 2 } }).WithTimeout();

        caller.Deliveries.Select(delivery => delivery.StatusCode).Should().Equal(500, 200, 409);
        caller.Deliveries.Select(delivery => delivery.WebhookId).Distinct().Should().ContainSingle();
        _application.Requests.Select(request => request.BodyText).Distinct().Should().ContainSingle();
        _application.Requests.Should().OnlyContain(request => IsSigned(request));
    }

    [Fact]
    public async Task A_signature_can_be_invalid_and_a_timestamp_old()
    {
        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook with { HasInvalidSignature = true } }).WithTimeout();
        await _emulator.PlaceCallAsync(new() { Webhook = Webhook with { TimestampAge = TimeSpan.FromMinutes(6) } }).WithTimeout();

        IsSigned(_application.Requests[0]).Should().BeFalse();
        _application.Requests[0].Headers[RealtimeWebhookSecret.SignatureHeader].Should().MatchRegex("^v1,[A-Za-z0-9+/]{43}=$");
        IsSigned(_application.Requests[1]).Should().BeTrue();
        _application.Requests[1].Headers[RealtimeWebhookSecret.TimestampHeader].Should().Be("1799999640");
        caller.Deliveries.Single().IsAcknowledged.Should().BeFalse();
    }

    /// <summary>The contract, live.md (g): a session ID of the Live API and never a call ID; what both webhooks share is the SIP header Call-ID.</summary>
    [Fact]
    public async Task The_webhook_of_the_Live_API_has_its_own_ID_and_the_same_headers()
    {
        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook with { IncludesLiveWebhook = true } }).WithTimeout();

        caller.Deliveries.Select(delivery => delivery.Type).Should().Equal("realtime.call.incoming", "live.call.incoming");
        caller.Deliveries.Select(delivery => delivery.WebhookId).Distinct().Should().HaveCount(2);
        var live = RealtimeJson.Deserialize<RealtimeWebhook>(_application.Requests[1].Body.Span).Should().BeOfType<LiveCallIncomingWebhook>().Subject;
        live.Data.SessionId.Should().StartWith("live_");
        live.Data.AdditionalProperties.Should().BeEmpty();
        live.Data.SipHeaders!.Single(header => header.Name == "Call-ID").Value.Should().Be(caller.Webhook.Data.SipHeaderValues("Call-ID").Single());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _application.RespondNext(307, "", new Dictionary<string, string> { ["Location"] = $"{_application.BaseUrl}/elsewhere" });

        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook }).WithTimeout();

        caller.Deliveries.Single().Should().Match<EmulatedWebhookDelivery>(delivery => delivery.StatusCode == 307 && !delivery.IsAcknowledged);
        _application.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_fails_the_delivery_and_the_call_keeps_ringing()
    {
        var closed = await RealtimeEmulator.StartAsync();
        await closed.DisposeAsync();

        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook with { Url = closed.BaseUrl } }).WithTimeout();

        caller.Deliveries.Single().Should().Match<EmulatedWebhookDelivery>(delivery => delivery.StatusCode == null && delivery.Exception is HttpRequestException);
        caller.Call.State.Should().Be(EmulatedCallState.Ringing);
    }

    [Theory]
    [InlineData("https://example.com/webhook")]
    [InlineData("ftp://127.0.0.1/webhook")]
    [InlineData("/webhook")]
    public async Task A_URL_of_another_machine_is_refused_and_no_call_begins(string url)
    {
        var placing = () => _emulator.PlaceCallAsync(new() { Webhook = Webhook with { Url = new(url, UriKind.RelativeOrAbsolute) } });

        await placing.Should().ThrowAsync<ArgumentException>();
        _emulator.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task A_handler_of_the_test_receives_the_deliveries()
    {
        using var handler = new Endpoint();

        var caller = await _emulator.PlaceCallAsync(new() { Webhook = Webhook with { Url = new("http://localhost/webhook"), Handler = handler } }).WithTimeout();

        caller.Deliveries.Single().StatusCode.Should().Be(202);
        handler.Bodies.Should().ContainSingle().Which.Should().Contain(caller.CallId);
    }

    [Fact]
    public async Task Telephone_numbers_the_URL_and_the_secret_are_not_printed()
    {
        $"{Webhook} {new EmulatedCallerOptions { From = "+14155550777" }} {await _emulator.PlaceCallAsync()}".Should().NotContain("canary").And.NotContain("415555").And.NotContain("MfKQ");
    }

    private static bool IsSigned(RecordedRequest request)
    {
        var headers = request.Headers;
        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers[RealtimeWebhookSecret.TimestampHeader], System.Globalization.CultureInfo.InvariantCulture));
        return headers[RealtimeWebhookSecret.SignatureHeader] == Secret.Sign(headers[RealtimeWebhookSecret.IdHeader], time, request.Body.Span);
    }

    private sealed class Endpoint : HttpMessageHandler
    {
        public List<string> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Bodies.Add(Encoding.UTF8.GetString(await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            return new(System.Net.HttpStatusCode.Accepted);
        }
    }
}
