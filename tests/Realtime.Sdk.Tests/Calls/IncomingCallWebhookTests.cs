using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Calls;

public sealed class IncomingCallWebhookTests
{
    private const string Payload = """
        {"object":"event","id":"evt_1","type":"realtime.call.incoming","created_at":1800000000,"data":{"call_id":"rtc_1","sip_headers":[
        {"name":"From","value":"sip:+14155550123@example.com"},{"name":"Via","value":"one"},{"name":"VIA","value":"two"}],
        "sip_media_security":"srtp","later":1},"newer":{"a":true}}
        """;

    [Fact]
    public void An_incoming_call_is_read_with_its_headers_in_order()
    {
        var webhook = Read(Payload);

        webhook.Type.Should().Be("realtime.call.incoming");
        webhook.CreatedAt.Should().Be(DateTimeOffset.FromUnixTimeSeconds(1800000000));
        webhook.Data.CallId.Should().Be("rtc_1");
        webhook.Data.SipMediaSecurity.Should().Be(SipMediaSecurity.Srtp);
        webhook.Data.SipHeaderValues("via").Should().Equal("one", "two");
        webhook.Data.SipHeaders.Select(header => header.Name).Should().Equal("From", "Via", "VIA");
    }

    [Fact]
    public void An_incoming_call_is_written_as_it_was_read()
    {
        var written = RealtimeJson.Serialize(Read(Payload));

        JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(Payload)).Should().BeTrue();
    }

    [Fact]
    public void A_call_of_the_live_api_reads_too_and_missing_members_are_empty()
    {
        var webhook = Read("""{"type":"live.call.incoming","id":null,"data":{"call_id":"live_1","sip_headers":null}}""");

        webhook.Type.Should().Be("live.call.incoming");
        webhook.Id.Should().BeEmpty();
        webhook.Data.CallId.Should().Be("live_1");
        webhook.Data.SipHeaders.Should().BeEmpty();
        webhook.Data.SipMediaSecurity.Should().BeNull();
        Read("{}").Data.CallId.Should().BeEmpty();
    }

    [Fact]
    public void A_telephone_number_is_not_printed()
    {
        Read(Payload).ToString().Should().NotContain("4155550123").And.Contain("rtc_1");
        Read(Payload).Data.SipHeaders[0].ToString().Should().Be("SipHeader { Name = From }");
    }

    private static IncomingCallWebhook Read(string json) => RealtimeJson.Deserialize<IncomingCallWebhook>(Encoding.UTF8.GetBytes(json));
}
