using System.Security.Cryptography;
using System.Text;

namespace Realtime.Sdk.Tests.Webhooks;

public sealed class RealtimeWebhookSecretTests
{
    // The example of the Standard Webhooks libraries, computed again with Python's hmac.
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Id = "msg_p5jXN8AQM9LWM0D4loKWxJek", Body = """{"test": 2432232314}""";

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void A_delivery_is_signed_as_Standard_Webhooks_says()
    {
        var signature = new RealtimeWebhookSecret(Secret).Sign(Id, Time, Encoding.UTF8.GetBytes(Body));

        signature.Should().Be("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void A_fraction_of_a_second_does_not_change_the_signature_and_a_byte_of_the_body_does()
    {
        var secret = new RealtimeWebhookSecret(Secret);
        var signature = secret.Sign(Id, Time, Encoding.UTF8.GetBytes(Body));

        secret.Sign(Id, Time.AddMilliseconds(999), Encoding.UTF8.GetBytes(Body)).Should().Be(signature);
        secret.Sign(Id, Time, Encoding.UTF8.GetBytes(Body + " ")).Should().NotBe(signature);
        secret.Sign(Id + "0", Time, Encoding.UTF8.GetBytes(Body)).Should().NotBe(signature);
        secret.Sign(Id, Time.AddSeconds(1), Encoding.UTF8.GetBytes(Body)).Should().NotBe(signature);
    }

    [Fact]
    public void A_secret_without_the_prefix_is_used_as_UTF8_bytes()
    {
        const string plain = "an endpoint's own secret, é";

        var signature = new RealtimeWebhookSecret(plain).Sign("wh_1", Time, "{}"u8);

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(plain), "wh_1.1614265330.{}"u8);
        signature.Should().Be($"v1,{Convert.ToBase64String(expected)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("whsec_")]
    [InlineData("too-short")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAA")]
    [InlineData("whsec_canary*MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")]
    [InlineData("an endpoint's own canary\n")]
    [InlineData(" an endpoint's own canary")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    public void A_secret_that_can_only_be_a_mistake_is_refused_without_quoting_it(string secret)
    {
        var refused = () => new RealtimeWebhookSecret(secret);

        refused.Should().Throw<ArgumentException>().Which.Message.Should().NotContain("canary").And.NotContain("MfKQ");
    }

    [Fact]
    public void A_key_may_have_16_to_256_bytes()
    {
        var shortest = () => new RealtimeWebhookSecret($"whsec_{Convert.ToBase64String(new byte[16])}");
        var longest = () => new RealtimeWebhookSecret($"whsec_{Convert.ToBase64String(new byte[256])}");
        var tooLong = () => new RealtimeWebhookSecret($"whsec_{Convert.ToBase64String(new byte[257])}");

        shortest.Should().NotThrow();
        longest.Should().NotThrow();
        tooLong.Should().Throw<ArgumentException>().WithMessage("*257 bytes, but must have 16 to 256*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("wh.1")]
    [InlineData("wh 1")]
    [InlineData("wh\r\n1")]
    [InlineData("whé")]
    public void An_ID_that_could_be_read_in_two_ways_is_not_signed(string id)
    {
        var signing = () => new RealtimeWebhookSecret(Secret).Sign(id, Time, []);

        signing.Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task A_secret_signs_for_several_callers_at_the_same_time()
    {
        var secret = new RealtimeWebhookSecret(Secret);

        var signatures = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
            Enumerable.Range(0, 1_000).Select(_ => secret.Sign(Id, Time.AddSeconds(worker % 2), Encoding.UTF8.GetBytes(Body))).Distinct().Single()))).WithTimeout();

        signatures.Where((_, worker) => worker % 2 == 0).Distinct().Should().Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        signatures.Where((_, worker) => worker % 2 == 1).Distinct().Should().ContainSingle();
    }

    [Fact]
    public void A_secret_does_not_print_itself()
    {
        new RealtimeWebhookSecret(Secret).ToString().Should().Be("webhook secret (24 bytes)");
    }
}
