namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>Addresses of SIP headers, as telephone systems write them.</summary>
public sealed class SipAddressTests
{
    [Theory]
    [InlineData("<sip:+14155550123@sip.example.com>;tag=1", null, "sip:+14155550123@sip.example.com", "+14155550123")]
    [InlineData("\"Ann Smith\" <sips:ann@example.com;transport=tls>", "Ann Smith", "sips:ann@example.com;transport=tls", "ann")]
    [InlineData("\"Ann \\\"the <b>\\\\\" <sip:ann@example.com>", "Ann \"the <b>\\", "sip:ann@example.com", "ann")]
    [InlineData("Ann Smith <sip:ann@example.com>", "Ann Smith", "sip:ann@example.com", "ann")]
    [InlineData("sip:+14155550123@example.com;tag=1", null, "sip:+14155550123@example.com", "+14155550123")]
    [InlineData(" SIP:+14155550123@example.com ", null, "SIP:+14155550123@example.com", "+14155550123")]
    [InlineData("<tel:+1-415-555-0123;ext=5>", null, "tel:+1-415-555-0123;ext=5", "+1-415-555-0123")]
    [InlineData("tel:911", null, "tel:911", "911")]
    [InlineData("<sip:+14155550123;npdi=yes@example.com>", null, "sip:+14155550123;npdi=yes@example.com", "+14155550123")]
    [InlineData("<sip:ann:secret@example.com>", null, "sip:ann:secret@example.com", "ann")]
    [InlineData("<sip:%2B14155550123@example.com>", null, "sip:%2B14155550123@example.com", "+14155550123")]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "Anonymous", "sip:anonymous@anonymous.invalid", "anonymous")]
    [InlineData("<sip:example.com>", null, "sip:example.com", null)]
    [InlineData("<sip:@example.com>", null, "sip:@example.com", null)]
    [InlineData("<sip:;a=b@example.com>", null, "sip:;a=b@example.com", null)]
    [InlineData("\"\" <sip:ann@example.com>", null, "sip:ann@example.com", "ann")]
    public void An_address_has_a_name_a_URI_and_a_user(string value, string? name, string uri, string? user)
    {
        var address = SipAddress.Parse(value)!;

        (address.DisplayName, address.Uri, address.User).Should().Be((name, uri, user));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+14155550123")]
    [InlineData("<>")]
    [InlineData("<sip:>")]
    [InlineData("<sip:ann@example.com")]
    [InlineData("<mailto:ann@example.com>")]
    [InlineData("\"Ann <sip:ann@example.com>")]
    [InlineData("\"Ann\\")]
    [InlineData("\"Ann\" sip:ann@example.com")]
    public void Other_values_are_no_addresses(string? value)
    {
        SipAddress.Parse(value).Should().BeNull();
    }

    [Fact]
    public void An_address_is_not_printed()
    {
        SipAddress.Parse("\"Ann\" <sip:+14155550123@example.com>")!.ToString().Should().Be("SipAddress");
    }

    [Fact]
    public void A_call_has_the_addresses_of_its_first_headers()
    {
        var call = new IncomingCallData
        {
            SipHeaders =
            [
                new() { Name = "from", Value = "<sip:+14155550123@example.com>" },
                new() { Name = "From", Value = "<sip:+14155550124@example.com>" },
                new() { Name = "To", Value = "nothing" },
                new() { Name = "CALL-ID", Value = "1@example.com" },
            ],
        };

        (call.From!.User, call.To, call.SipCallId).Should().Be(("+14155550123", null, "1@example.com"));
        (new IncomingCallData().From, new IncomingCallData().SipCallId).Should().Be((null, null));
        RealtimeJson.Serialize(call).Should().NotContain("\"from\":").And.NotContain("sip_call_id");
    }
}
