using System.Net.Sockets;

namespace Realtime.Sdk.Testing.Tests.Telephony;

/// <summary>The results of deliveries, and the printed options of calls, which show no number and no token.</summary>
public sealed class WebhookDeliveryTests
{
    private static readonly RealtimeWebhookSecret Secret = new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    [Theory]
    [InlineData(null, false)]
    [InlineData(199, false)]
    [InlineData(200, true)]
    [InlineData(299, true)]
    [InlineData(300, false)]
    public void Only_2xx_acknowledges_a_delivery(int? status, bool isAcknowledged)
    {
        new EmulatedWebhookDelivery { WebhookId = "wh_1", Type = "realtime.call.incoming", StatusCode = status }.IsAcknowledged.Should().Be(isAcknowledged);
    }

    [Fact]
    public void A_delivery_is_printed_with_the_type_of_its_exception()
    {
        var failed = new EmulatedWebhookDelivery { WebhookId = "wh_1", Type = "realtime.call.incoming", Exception = new SocketException() };

        failed.ToString().Should().Be("EmulatedWebhookDelivery { WebhookId = wh_1, Type = realtime.call.incoming, StatusCode = , Exception = SocketException }");
        (failed with { StatusCode = 204, Exception = null }).ToString().Should().Be("EmulatedWebhookDelivery { WebhookId = wh_1, Type = realtime.call.incoming, StatusCode = 204, Exception =  }");
    }

    [Fact]
    public void Options_are_printed_without_numbers_and_without_the_path_of_the_webhook()
    {
        var webhook = new EmulatedWebhookOptions { Url = new("http://127.0.0.1:5000/canary"), Secret = Secret };
        var call = new EmulatedCallerOptions { From = "+1canary", MediaSecurity = SipMediaSecurity.Srtp, Webhook = webhook };

        call.ToString().Should().Be(
            "EmulatedCallerOptions { SipHeaders = (0), MediaSecurity = srtp, Webhook = EmulatedWebhookOptions { Url = 127.0.0.1:5000, Repetitions = 0, TimestampAge = 00:00:00 } }");
        (call with { MediaSecurity = null, Webhook = webhook with { Url = new("/canary", UriKind.Relative) } }).ToString().Should().Be(
            "EmulatedCallerOptions { SipHeaders = (0), MediaSecurity = , Webhook = EmulatedWebhookOptions { Url = , Repetitions = 0, TimestampAge = 00:00:00 } }");
    }
}
