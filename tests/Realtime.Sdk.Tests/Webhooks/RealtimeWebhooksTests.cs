using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Webhooks;

public sealed class RealtimeWebhooksTests
{
    private const string Header = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    /// <summary>
    /// The first is the vector of the tests of all official OpenAI libraries (Python, Node, Go, Java, Ruby), the second that of the Standard Webhooks libraries
    /// (JavaScript, Go). Both were computed again with OpenSSL.
    /// </summary>
    [Theory]
    [InlineData("whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=", "wh_685c059ae39c8190af8c71ed1022a24d", 1750861210, "v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY=", WebhookStatus.Verified,
        """{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}""")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookStatus.Unreadable,
        """{"test": 2432232314}""")]
    public void Published_vectors_are_verified(string secret, string id, long seconds, string signature, WebhookStatus expected, string body)
    {
        var webhooks = Delivery.Verifier(new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(seconds)), secret);

        var result = webhooks.Verify(Encoding.UTF8.GetBytes(body), id, $"{seconds}", signature);

        result.Status.Should().Be(expected);
        result.DeliveryId.Should().Be(id);
    }

    [Fact]
    public void An_incoming_call_is_verified_and_read_in_one_call()
    {
        var result = Delivery.Sign(Delivery.IncomingCall).VerifiedBy(Delivery.Verifier());

        result.IsVerified.Should().BeTrue();
        result.Webhook.Should().BeOfType<IncomingCallWebhook>().Which.Data.CallId.Should().Be("rtc_479a275623b54bdb9b6fbae2f7cbd408");
        result.DeliveryId.Should().Be("wh_685c059ae39c8190af8c71ed1022a24d");
    }

    /// <summary>Composed from the fields that the types of the official npm package declare.</summary>
    [Theory]
    [InlineData("live.call.incoming", """{"session_id":"live_u3_Zx81","sip_headers":[]}""", typeof(LiveCallIncomingWebhook))]
    [InlineData("live.transport.incoming", """{"session_id":"live_u3_Zx81","type":"sip","sip_headers":[]}""", typeof(LiveTransportIncomingWebhook))]
    [InlineData("live.transport.connected", """{"session_id":"live_u3_Zx81","type":"webrtc"}""", typeof(LiveTransportConnectedWebhook))]
    [InlineData("response.completed", """{"id":"resp_123"}""", typeof(UnknownWebhook))]
    public void Other_webhooks_are_read_by_their_type(string type, string data, Type expected)
    {
        var delivery = Delivery.Sign($$"""{"id":"evt_1","object":"event","type":"{{type}}","created_at":1795780800,"data":{{data}}}""");

        var result = delivery.VerifiedBy(Delivery.Verifier());

        result.Status.Should().Be(WebhookStatus.Verified);
        result.Webhook.Should().BeOfType(expected);
    }

    /// <summary>The SIP header <c>Call-ID</c> is what the webhooks of both APIs for one call share.</summary>
    [Fact]
    public void The_webhooks_of_both_APIs_for_one_call_have_the_same_SIP_headers()
    {
        const string headers = """[{"name":"Call-ID","value":"843817637684230@998sdasdh09"},{"name":"From","value":"<sip:+14155550123@example.com>"}]""";
        var realtime = Delivery.Sign($$$"""{"type":"realtime.call.incoming","data":{"call_id":"rtc_1","sip_headers":{{{headers}}}}}""").VerifiedBy(Delivery.Verifier());
        var live = Delivery.Sign($$$"""{"type":"live.transport.incoming","data":{"session_id":"live_1","sip_headers":{{{headers}}}}}""").VerifiedBy(Delivery.Verifier());

        var callId = ((LiveTransportIncomingWebhook)live.Webhook!).Data.SipHeaderValues("call-id");

        callId.Should().Equal("843817637684230@998sdasdh09").And.Equal(((IncomingCallWebhook)realtime.Webhook!).Data.SipHeaderValues("Call-ID"));
    }

    [Fact]
    public void Headers_may_be_looked_up_by_name()
    {
        var delivery = Delivery.Sign(Delivery.IncomingCall);
        var headers = new Dictionary<string, string?> { ["webhook-id"] = delivery.Id, ["webhook-timestamp"] = delivery.Timestamp, ["webhook-signature"] = delivery.Signature };
        var webhooks = Delivery.Verifier();

        webhooks.Verify(delivery.Body, headers.GetValueOrDefault).IsVerified.Should().BeTrue();
        webhooks.Verify(delivery.Body, _ => null).Status.Should().Be(WebhookStatus.MissingHeader);
        FluentActions.Invoking(() => webhooks.Verify(delivery.Body, null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void A_delivery_is_verified_with_every_secret_while_one_is_replaced()
    {
        var webhooks = Delivery.Verifier(Delivery.OldSecret, Delivery.Secret);

        Delivery.Sign(Delivery.IncomingCall, Delivery.OldSecret).StatusBy(webhooks).Should().Be(WebhookStatus.Verified);
        Delivery.Sign(Delivery.IncomingCall, Delivery.Secret).StatusBy(webhooks).Should().Be(WebhookStatus.Verified);
        Delivery.Sign(Delivery.IncomingCall, "the secret of another endpoint").StatusBy(webhooks).Should().Be(WebhookStatus.WrongSignature);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData($"{{0}} {Header}")]
    [InlineData($"{Header} {{0}}")]
    [InlineData($"{Header} {{0}} {Header}")]
    [InlineData($"v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= {{0}} {Header}")]
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {0}")]
    [InlineData("v1 v1, v1,AAAA v1,***** no-comma  {0}")]
    [InlineData("a b c d e f g h i {0}")]
    [InlineData("{0} b c d e f g h i j k l m n o p q r s t u v w x y z")]
    public void A_valid_signature_counts_at_any_of_the_first_ten_places_whatever_stands_beside_it(string header)
    {
        var delivery = Delivery.Sign(Delivery.IncomingCall);

        (delivery with { Signature = string.Format(null, header, delivery.Signature) }).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.Verified);
    }

    [Theory]
    [InlineData("a b c d e f g h i j {0}", WebhookStatus.InvalidSignature)]
    [InlineData("          {0}", WebhookStatus.InvalidSignature)]
    [InlineData("\t{0}", WebhookStatus.InvalidSignature)]
    [InlineData("{0}\t", WebhookStatus.InvalidSignature)]
    [InlineData("{0},{0}", WebhookStatus.InvalidSignature)]
    [InlineData("{0}\r\n{0}", WebhookStatus.InvalidSignature)]
    [InlineData(" ", WebhookStatus.InvalidSignature)]
    [InlineData("v1", WebhookStatus.InvalidSignature)]
    [InlineData("v1,", WebhookStatus.InvalidSignature)]
    [InlineData(Header, WebhookStatus.WrongSignature)]
    [InlineData($"{Header} {Header} {Header} {Header} {Header} {Header} {Header} {Header} {Header} {Header} {{0}}", WebhookStatus.WrongSignature)]
    public void Other_signature_headers_are_refused(string header, WebhookStatus expected)
    {
        var delivery = Delivery.Sign(Delivery.IncomingCall);

        (delivery with { Signature = string.Format(null, header, delivery.Signature) }).StatusBy(Delivery.Verifier()).Should().Be(expected);
    }

    [Theory]
    [InlineData("{0}", "")]
    [InlineData("v2,{0}", "v1,")]
    [InlineData("V1,{0}", "v1,")]
    [InlineData("v1;{0}", "v1,")]
    [InlineData("v1,{0}", "=")]
    [InlineData("v1, {0}", "v1,")]
    public void A_signature_in_another_form_is_refused(string form, string without)
    {
        var delivery = Delivery.Sign(Delivery.IncomingCall);
        var text = without.Length == 0 ? delivery.Signature!["v1,".Length..] : delivery.Signature!.Replace(without, "", StringComparison.Ordinal);

        var altered = delivery with { Signature = string.Format(null, form, text.Replace("v1,", "", StringComparison.Ordinal)) };

        altered.StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.InvalidSignature);
    }

    [Fact]
    public void A_signature_header_is_read_up_to_1024_characters()
    {
        var delivery = Delivery.Sign(Delivery.IncomingCall);
        var longest = delivery with { Signature = $"{delivery.Signature} {new string('x', 1_024 - 48)}" };

        longest.StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.Verified);
        (longest with { Signature = longest.Signature + "x" }).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.InvalidSignature);
        (longest with { Signature = new string(' ', 10_000_000) }).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.InvalidSignature);
    }

    [Fact]
    public void Every_altered_byte_of_the_body_is_refused()
    {
        var (delivery, webhooks) = (Delivery.Sign(Delivery.IncomingCall), Delivery.Verifier());
        for (var at = 0; at < delivery.Body.Length; at++)
        {
            for (var change = 1; change < 256; change++)
            {
                var body = delivery.Body.ToArray();
                body[at] ^= (byte)change;

                (delivery with { Body = body }).StatusBy(webhooks).Should().Be(WebhookStatus.WrongSignature);
            }
        }
    }

    [Fact]
    public void Every_altered_length_of_the_body_is_refused()
    {
        var (delivery, webhooks) = (Delivery.Sign(Delivery.IncomingCall), Delivery.Verifier());
        for (var length = 0; length < delivery.Body.Length; length++)
            (delivery with { Body = delivery.Body[..length] }).StatusBy(webhooks).Should().Be(WebhookStatus.WrongSignature);

        (delivery with { Body = [.. delivery.Body, 0] }).StatusBy(webhooks).Should().Be(WebhookStatus.WrongSignature);
        (delivery with { Body = [.. Encoding.UTF8.Preamble, .. delivery.Body] }).StatusBy(webhooks).Should().Be(WebhookStatus.WrongSignature);
    }

    /// <summary>The last character of a signature has two unused bits, so three other characters decode to the same bytes.</summary>
    [Fact]
    public void Every_altered_character_of_a_header_is_refused()
    {
        var (delivery, webhooks) = (Delivery.Sign(Delivery.IncomingCall), Delivery.Verifier());

        foreach (var altered in Altered(delivery.Id!).Select(id => delivery with { Id = id })
            .Concat(Altered(delivery.Timestamp!).Select(timestamp => delivery with { Timestamp = timestamp }))
            .Concat(Altered(delivery.Signature!).Select(signature => delivery with { Signature = signature })))
        {
            altered.VerifiedBy(webhooks).IsVerified.Should().BeFalse("{0} {1} {2}", altered.Id, altered.Timestamp, altered.Signature);
        }
    }

    /// <summary>
    /// With a period in the ID, a caller whose SIP header contains a timestamp could have the rest of the body accepted as a body of its own.
    /// </summary>
    [Fact]
    public void A_signature_cannot_be_used_for_another_division_of_the_signed_text()
    {
        const string inner = """{"type":"realtime.call.incoming","data":{"call_id":"rtc_other"}}""";
        var signed = Delivery.Sign($$"""{"a":"1.{{Delivery.Now.ToUnixTimeSeconds()}}.{{inner}}""");
        var divided = signed with { Id = $$"""{{signed.Id}}.{{signed.Timestamp}}.{"a":"1""", Body = Encoding.UTF8.GetBytes(inner) };

        divided.StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.InvalidId);
        signed.VerifiedBy(Delivery.Verifier()).IsVerified.Should().BeTrue();
    }

    [Theory]
    [InlineData(null, "1", "x", WebhookStatus.MissingHeader)]
    [InlineData("x", null, "x", WebhookStatus.MissingHeader)]
    [InlineData("x", "1", null, WebhookStatus.MissingHeader)]
    [InlineData("", "1", "x", WebhookStatus.MissingHeader)]
    [InlineData("x", "", "x", WebhookStatus.MissingHeader)]
    [InlineData("x", "1", "", WebhookStatus.MissingHeader)]
    [InlineData(" ", "1", "x", WebhookStatus.InvalidId)]
    [InlineData("wh 1", "1", "x", WebhookStatus.InvalidId)]
    [InlineData("wh.1", "1", "x", WebhookStatus.InvalidId)]
    [InlineData("wh\n1", "1", "x", WebhookStatus.InvalidId)]
    [InlineData("whé", "1", "x", WebhookStatus.InvalidId)]
    public void Missing_and_malformed_headers_are_refused(string? id, string? timestamp, string? signature, WebhookStatus expected)
    {
        new Delivery(Delivery.IncomingCall, id, timestamp, signature).StatusBy(Delivery.Verifier()).Should().Be(expected);
    }

    [Fact]
    public void An_ID_has_up_to_256_characters()
    {
        var secret = new RealtimeWebhookSecret(Delivery.Secret);
        Delivery With(string id) =>
            new(Delivery.IncomingCall, id, $"{Delivery.Now.ToUnixTimeSeconds()}", id.Length > 256 ? "v1," : secret.Sign(id, Delivery.Now, Delivery.IncomingCall));

        With(new('a', 256)).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.Verified);
        With(new('a', 257)).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.InvalidId);
    }

    [Fact]
    public async Task Concurrent_deliveries_are_verified_independently()
    {
        var webhooks = Delivery.Verifier(Delivery.OldSecret, Delivery.Secret);
        var genuine = Delivery.Sign(Delivery.IncomingCall);
        var forged = genuine with { Body = [.. genuine.Body, (byte)' '] };

        var answeredRight = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Enumerable.Range(0, 2_000).Count(i => (i % 2 == 0 ? genuine : forged).VerifiedBy(webhooks).IsVerified == (i % 2 == 0))))).WithTimeout();

        answeredRight.Should().AllBeEquivalentTo(2_000);
    }

    /// <summary>Each character replaced by every other of ASCII and a few others, removed, and doubled.</summary>
    private static IEnumerable<string> Altered(string text)
    {
        var characters = Enumerable.Range(0, 128).Select(c => (char)c).Concat("é٣＋\u200B\uD800").ToArray();
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var c in characters.Where(c => c != text[at]))
                yield return $"{text.AsSpan(0, at)}{c}{text.AsSpan(at + 1)}";
            yield return text.Remove(at, 1);
            yield return text.Insert(at, text[at..(at + 1)]);
        }
    }
}
