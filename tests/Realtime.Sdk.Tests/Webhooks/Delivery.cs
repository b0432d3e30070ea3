using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>A delivery as a sender sends it, genuine or not.</summary>
internal sealed record Delivery(byte[] Body, string? Id, string? Timestamp, string? Signature)
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", OldSecret = "an endpoint's former secret";

    /// <summary>The time at which the deliveries of tests are signed.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_780_800);

    /// <summary>The example of the OpenAPI description, <c>WebhookRealtimeCallIncoming</c>.</summary>
    public static readonly byte[] IncomingCall = """
        {
          "id": "evt_abc123",
          "type": "realtime.call.incoming",
          "created_at": 1719168000,
          "data": {
            "call_id": "rtc_479a275623b54bdb9b6fbae2f7cbd408",
            "sip_headers": [
              {
                "name": "Max-Forwards",
                "value": "63"
              },
              {
                "name": "CSeq",
                "value": "851287 INVITE"
              },
              {
                "name": "Content-Type",
                "value": "application/sdp"
              }
            ]
          }
        }
        """u8.ToArray();

    public static Delivery Sign(string body, string secret = Secret, DateTimeOffset? time = null) => Sign(Encoding.UTF8.GetBytes(body), secret, time);

    public static Delivery Sign(byte[] body, string secret = Secret, DateTimeOffset? time = null)
    {
        var (id, at) = ("wh_685c059ae39c8190af8c71ed1022a24d", time ?? Now);
        return new(body, id, $"{at.ToUnixTimeSeconds()}", new RealtimeWebhookSecret(secret).Sign(id, at, body));
    }

    /// <summary>The signature by the words of the specification, without this SDK, for any text as ID and timestamp.</summary>
    public static string ComputeSignature(string secret, string id, string timestamp, byte[] body)
    {
        var key = secret.StartsWith("whsec_", StringComparison.Ordinal) ? Convert.FromBase64String(secret["whsec_".Length..]) : Encoding.UTF8.GetBytes(secret);
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}";
    }

    public static RealtimeWebhooks Verifier(params string[] secrets) => Verifier(new FakeTimeProvider(Now), secrets);

    public static RealtimeWebhooks Verifier(TimeProvider time, params string[] secrets) => new(Options(time, secrets));

    public static RealtimeWebhookOptions Options(TimeProvider time, params string[] secrets)
    {
        var options = new RealtimeWebhookOptions { TimeProvider = time };
        foreach (var secret in secrets is [] ? [Secret] : secrets)
            options.Secrets.Add(secret);
        return options;
    }

    public WebhookResult VerifiedBy(RealtimeWebhooks webhooks) => webhooks.Verify(Body, Id, Timestamp, Signature);

    public WebhookStatus StatusBy(RealtimeWebhooks webhooks) => VerifiedBy(webhooks).Status;
}
