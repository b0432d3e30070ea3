using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Webhooks;

public sealed class IncomingCallWebhookTests
{
    /// <summary>The example of the OpenAPI description, with the members that it leaves out: <c>object</c> and <c>sip_media_security</c>.</summary>
    private const string Payload = """
        {"object":"event","id":"evt_abc123","type":"realtime.call.incoming","created_at":1719168000,"data":{
        "call_id":"rtc_479a275623b54bdb9b6fbae2f7cbd408","sip_headers":[
        {"name":"Max-Forwards","value":"63"},{"name":"CSeq","value":"851287 INVITE"},{"name":"Content-Type","value":"application/sdp"}],
        "sip_media_security":"srtp"}}
        """;

    /// <summary>The webhooks of the Live API, composed from the fields that the types of the official npm package declare.</summary>
    private const string LiveCall = """
        {"id":"evt_1","object":"event","type":"live.call.incoming","created_at":1795780800,"data":{"session_id":"live_u3_Zx81",
        "sip_headers":[{"name":"From","value":"sip:+14155550123@example.com"}],"sip_media_security":"rtp"}}
        """;

    private const string LiveTransport = """
        {"id":"evt_2","object":"event","type":"live.transport.incoming","created_at":1795780800,"data":{"session_id":"live_u3_Zx81","type":"sip",
        "sip_headers":[{"name":"From","value":"sip:+14155550123@example.com"}],"sip_media_security":"srtp"}}
        """;

    private const string LiveConnected = """
        {"id":"evt_3","object":"event","type":"live.transport.connected","created_at":1795780800,"data":{"session_id":"live_u3_Zx81","type":"webrtc"}}
        """;

    [Fact]
    public void An_incoming_call_is_read_with_its_headers_in_order()
    {
        var webhook = Read(Payload);

        webhook.Type.Should().Be("realtime.call.incoming");
        webhook.CreatedAt.Should().Be(DateTimeOffset.FromUnixTimeSeconds(1719168000));
        webhook.Data.CallId.Should().Be("rtc_479a275623b54bdb9b6fbae2f7cbd408");
        webhook.Data.SipMediaSecurity.Should().Be(SipMediaSecurity.Srtp);
        webhook.Data.SipHeaders.Select(header => header.Name).Should().Equal("Max-Forwards", "CSeq", "Content-Type");
        RealtimeJson.Deserialize<RealtimeWebhook>(Payload).Should().BeEquivalentTo(webhook, options => options.RespectingRuntimeTypes());
    }

    /// <summary>RFC 3261: a header may come several times, and the case of its name does not matter.</summary>
    [Fact]
    public void The_values_of_a_SIP_header_keep_their_order_whatever_the_case_of_the_name()
    {
        var data = new IncomingCallData { SipHeaders = [new() { Name = "Via", Value = "one" }, new() { Name = "To", Value = "x" }, new() { Name = "VIA", Value = "two" }] };

        data.SipHeaderValues("via").Should().Equal("one", "two");
    }

    [Theory]
    [InlineData(Payload)]
    [InlineData(LiveCall)]
    [InlineData(LiveTransport)]
    [InlineData(LiveConnected)]
    [InlineData("""{"id":"evt_4","type":"response.completed","created_at":1795780800,"data":{"id":"resp_1"}}""")]
    public void A_webhook_is_written_as_it_was_read(string json)
    {
        var written = RealtimeJson.Serialize(RealtimeJson.Deserialize<RealtimeWebhook>(json));

        JsonNode.DeepEquals(JsonNode.Parse(written), JsonNode.Parse(json)).Should().BeTrue(written);
    }

    [Fact]
    public void Webhooks_of_the_Live_API_carry_a_session_and_no_call()
    {
        var call = RealtimeJson.Deserialize<RealtimeWebhook>(LiveCall).Should().BeOfType<LiveCallIncomingWebhook>().Subject;
        var transport = RealtimeJson.Deserialize<RealtimeWebhook>(LiveTransport).Should().BeOfType<LiveTransportIncomingWebhook>().Subject;
        var connected = RealtimeJson.Deserialize<RealtimeWebhook>(LiveConnected).Should().BeOfType<LiveTransportConnectedWebhook>().Subject;

        new[] { call.Data.SessionId, transport.Data.SessionId, connected.Data.SessionId }.Should().AllBe("live_u3_Zx81");
        new[] { call.Data.Type, transport.Data.Type, connected.Data.Type }.Should().Equal(null, "sip", "webrtc");
        transport.Data.SipMediaSecurity.Should().Be(SipMediaSecurity.Srtp);
        transport.Data.SipHeaders.Should().ContainSingle().Which.Name.Should().Be("From");
        connected.Data.SipHeaders.Should().BeNull();
    }

    /// <summary>The last three are hostile.</summary>
    [Theory]
    [InlineData(LiveCall)]
    [InlineData(LiveTransport)]
    [InlineData(LiveConnected)]
    [InlineData("{}")]
    [InlineData("""{"type":"realtime.call.incoming","data":{"call_id":" ","sip_headers":[]}}""")]
    [InlineData("""{"type":"realtime.call.incoming","data":{"sip_headers":[]}}""")]
    [InlineData("""{"data":{"call_id":"rtc_479a275623b54bdb9b6fbae2f7cbd408","sip_headers":[]}}""")]
    public void What_is_not_an_incoming_call_does_not_read_as_one(string json)
    {
        var read = () => Read(json);

        read.Should().Throw<RealtimeProtocolException>().Which.Message.Should().Contain("could not be read as IncomingCallWebhook");
    }

    /// <summary>Hostile.</summary>
    [Theory]
    [InlineData("realtime.call.incoming", "session_id")]
    [InlineData("live.call.incoming", "call_id")]
    [InlineData("live.transport.incoming", "call_id")]
    [InlineData("live.transport.connected", "call_id")]
    public void A_webhook_without_the_ID_that_its_type_carries_cannot_be_read(string type, string member)
    {
        var read = () => RealtimeJson.Deserialize<RealtimeWebhook>($$$"""{"type":"{{{type}}}","data":{"{{{member}}}":"live_1","sip_headers":[]}}""");

        read.Should().Throw<RealtimeProtocolException>();
    }

    [Fact]
    public void A_webhook_of_another_type_is_kept_whole()
    {
        var webhook = RealtimeJson.Deserialize<RealtimeWebhook>("""{"type":"response.completed","data":{"id":"resp_1"}}""");

        webhook.Should().BeOfType<UnknownWebhook>().Which.Json.GetProperty("data").GetProperty("id").GetString().Should().Be("resp_1");
        webhook.Type.Should().Be("response.completed");
    }

    [Fact]
    public void A_webhook_prints_its_data_once()
    {
        foreach (var json in new[] { Payload, LiveTransport })
            RealtimeJson.Deserialize<RealtimeWebhook>(json).ToString().Split("Data = ").Should().HaveCount(2);
    }

    [Fact]
    public void A_telephone_number_is_not_printed()
    {
        RealtimeJson.Deserialize<RealtimeWebhook>(LiveTransport).ToString().Should().NotContain("4155550123").And.Contain("live_u3_Zx81");
        new SipHeader { Name = "From", Value = "sip:+14155550123@example.com" }.ToString().Should().Be("SipHeader { Name = From }");
        Read(Payload).ToString().Should().NotContain("851287").And.Contain("rtc_479a275623b54bdb9b6fbae2f7cbd408");
    }

    private static IncomingCallWebhook Read(string json) => RealtimeJson.Deserialize<IncomingCallWebhook>(Encoding.UTF8.GetBytes(json));
}
