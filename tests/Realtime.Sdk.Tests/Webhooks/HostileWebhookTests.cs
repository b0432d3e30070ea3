using System.Text;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>Bodies that are signed, but are not webhooks that can be handled: a mistake of the service, or of a sender that has the secret.</summary>
public sealed class HostileWebhookTests
{
    public static TheoryData<string> Unreadable() =>
    [
        "", " ", "null", "true", "1", "\"text\"", "[]", "[{\"type\":\"realtime.call.incoming\"}]",
        "{", "{}", "{}{}", "{\"type\":null}", "{\"type\":5}", "{\"type\":\"\"}", "\uFEFF{\"type\":\"x\"}",
        """{"type":"realtime.call.incoming"}""",
        """{"type":"realtime.call.incoming","data":null}""",
        """{"type":"realtime.call.incoming","data":[]}""",
        """{"type":"realtime.call.incoming","data":"rtc_1"}""",
        """{"type":"realtime.call.incoming","data":{"call_id":"","sip_headers":[]}}""",
        """{"type":"realtime.call.incoming","data":{"call_id":5}}""",
        """{"type":"realtime.call.incoming","data":{"session_id":"live_1"}}""",
        """{"type":"live.call.incoming","data":{"call_id":"rtc_1"}}""",
        """{"type":"realtime.call.incoming","type":"live.call.incoming","data":{"call_id":"rtc_1","session_id":"live_1"}}""",
        """{"type":"response.completed","type":"realtime.call.incoming","data":{"call_id":"rtc_1"}}""",
        """{"type":"realtime.call.incoming","data":{"call_id":"\uD800"}}""",
        """{"type":"realtime.call.incoming","created_at":1e300,"data":{"call_id":"rtc_1"}}""",
        """{"type":"realtime.call.incoming","created_at":"now","data":{"call_id":"rtc_1"}}""",
        $$"""{"type":"realtime.call.incoming","data":{"call_id":"rtc_1","later":{{new string('[', 100_000)}}""",
    ];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void A_body_that_is_not_a_webhook_is_reported_and_nothing_is_thrown(string body)
    {
        var result = Delivery.Sign(body).VerifiedBy(Delivery.Verifier());

        result.Status.Should().Be(WebhookStatus.Unreadable);
        result.IsVerified.Should().BeTrue();
        result.Webhook.Should().BeNull();
        result.DeliveryId.Should().NotBeNull();
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0xC0)]
    [InlineData(0xED)]
    [InlineData(0x00)]
    public void Invalid_UTF8_is_not_a_webhook(byte invalid)
    {
        byte[] body = [.. """{"type":"realtime.call.incoming","data":{"call_id":"rtc_"""u8, invalid, .. "\"}}"u8];

        Delivery.Sign(body).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.Unreadable);
    }

    [Fact]
    public void Unusual_headers_of_a_call_do_not_make_it_unreadable()
    {
        var huge = new string('x', 1_000_000);
        var headers = $$"""[{"name":"From","value":"{{huge}}"},{"name":"From"},{"name":null,"value":null},null,{"name":"X","value":"\u0000\r\n","later":[[[]]]}]""";

        var delivery = Delivery.Sign($$"""{"data":{"call_id":"rtc_1","sip_headers":{{headers}},"later":{} },"later":1,"type":"realtime.call.incoming"}""");

        var result = delivery.VerifiedBy(Delivery.Verifier());

        var call = result.Webhook.Should().BeOfType<IncomingCallWebhook>().Subject;
        call.Data.SipHeaderValues("from").Should().Equal(huge, "");
        call.ToString().Length.Should().BeLessThan(500);
    }

    /// <summary>A body that is not genuine is not even looked at: it is not JSON, and its length is not that of any webhook.</summary>
    [Fact]
    public void A_forged_body_is_not_read()
    {
        var forged = Delivery.Sign(Delivery.IncomingCall) with { Body = Encoding.UTF8.GetBytes(new string('[', 1_000_000)) };

        var result = forged.VerifiedBy(Delivery.Verifier());

        result.Status.Should().Be(WebhookStatus.WrongSignature);
        result.IsVerified.Should().BeFalse();
        result.Webhook.Should().BeNull();
        result.DeliveryId.Should().BeNull();
    }

    [Fact]
    public void A_result_prints_no_header_and_no_content()
    {
        const string number = "+14155550123";
        var genuine = Delivery.Sign($$$"""{"type":"realtime.call.incoming","data":{"call_id":"rtc_1","sip_headers":[{"name":"From","value":"{{{number}}}"}]}}""");
        var refused = genuine with { Id = number };

        genuine.VerifiedBy(Delivery.Verifier()).ToString().Should().Be("Verified, DeliveryId = wh_685c059ae39c8190af8c71ed1022a24d, Type = realtime.call.incoming");
        refused.VerifiedBy(Delivery.Verifier()).ToString().Should().Be("WrongSignature");
        Delivery.Sign("{}").VerifiedBy(Delivery.Verifier()).ToString().Should().Be("Unreadable, DeliveryId = wh_685c059ae39c8190af8c71ed1022a24d, Type = ");
    }
}
