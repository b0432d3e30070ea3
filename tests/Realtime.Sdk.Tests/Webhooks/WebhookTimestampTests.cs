using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Webhooks;

public sealed class WebhookTimestampTests
{
    [Theory]
    [InlineData(0, WebhookStatus.Verified)]
    [InlineData(300, WebhookStatus.Verified)]
    [InlineData(301, WebhookStatus.TooOld)]
    [InlineData(-300, WebhookStatus.Verified)]
    [InlineData(-301, WebhookStatus.TooNew)]
    public void A_delivery_is_accepted_up_to_five_minutes_from_the_clock_in_both_directions(int age, WebhookStatus expected)
    {
        var delivery = Delivery.Sign(Delivery.IncomingCall, time: Delivery.Now.AddSeconds(-age));

        delivery.StatusBy(Delivery.Verifier()).Should().Be(expected);
    }

    [Theory]
    [InlineData(300.999, WebhookStatus.Verified)]
    [InlineData(301, WebhookStatus.TooOld)]
    public void A_delivery_expires_by_the_clock_of_the_options(double seconds, WebhookStatus expected)
    {
        var clock = new FakeTimeProvider(Delivery.Now);
        var webhooks = Delivery.Verifier(clock);

        clock.Advance(TimeSpan.FromSeconds(seconds));

        Delivery.Sign(Delivery.IncomingCall).StatusBy(webhooks).Should().Be(expected);
    }

    [Theory]
    [InlineData(10, 10, WebhookStatus.Verified)]
    [InlineData(10, 11, WebhookStatus.TooOld)]
    [InlineData(10, -11, WebhookStatus.TooNew)]
    [InlineData(0.5, 0, WebhookStatus.Verified)]
    [InlineData(0.5, 1, WebhookStatus.TooOld)]
    [InlineData(3_600, -3_600, WebhookStatus.Verified)]
    public void The_tolerance_is_an_option(double tolerance, int age, WebhookStatus expected)
    {
        var options = Delivery.Options(new FakeTimeProvider(Delivery.Now));
        options.Tolerance = TimeSpan.FromSeconds(tolerance);

        Delivery.Sign(Delivery.IncomingCall, time: Delivery.Now.AddSeconds(-age)).StatusBy(new(options)).Should().Be(expected);
    }

    /// <summary>Each is signed as it stands, so only its form is refused. The platform's parsers read several of them, or throw.</summary>
    [Theory]
    [InlineData("+1795780800")]
    [InlineData("-1795780800")]
    [InlineData(" 1795780800")]
    [InlineData("1795780800 ")]
    [InlineData("1795780800\0")]
    [InlineData("01795780800")]
    [InlineData("0")]
    [InlineData("1795780800.0")]
    [InlineData("1,795,780,800")]
    [InlineData("1.7957808E9")]
    [InlineData("0x6B098F00")]
    [InlineData("1795780800s")]
    [InlineData("2026-11-28T00:00:00Z")]
    [InlineData("１７９５７８０８００")]
    [InlineData("1795780800000000")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999999999")]
    [InlineData("NaN")]
    public void A_timestamp_in_another_form_is_refused(string timestamp)
    {
        Signed(timestamp).StatusBy(Delivery.Verifier()).Should().Be(WebhookStatus.InvalidTimestamp);
    }

    [Theory]
    [InlineData("1", WebhookStatus.TooOld)]
    [InlineData("1795780800000", WebhookStatus.InvalidTimestamp)]
    [InlineData("179578080000", WebhookStatus.TooNew)]
    [InlineData("999999999999", WebhookStatus.TooNew)]
    public void A_timestamp_far_from_the_clock_is_refused(string timestamp, WebhookStatus expected)
    {
        Signed(timestamp).StatusBy(Delivery.Verifier()).Should().Be(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(253_402_300_799)]
    [InlineData(-62_135_596_800)]
    public void Any_clock_can_be_compared(long now)
    {
        var webhooks = Delivery.Verifier(new StoppedClock(DateTimeOffset.FromUnixTimeSeconds(now)));

        foreach (var timestamp in new[] { "1", "999999999999" })
            Signed(timestamp).VerifiedBy(webhooks).IsVerified.Should().Be(now == 0 && timestamp == "1");
    }

    private static Delivery Signed(string timestamp) =>
        new(Delivery.IncomingCall, "wh_1", timestamp, Delivery.ComputeSignature(Delivery.Secret, "wh_1", timestamp, Delivery.IncomingCall));

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
