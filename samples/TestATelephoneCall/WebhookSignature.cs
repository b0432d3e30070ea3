using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Realtime.Sdk;

namespace TestATelephoneCall;

/// <summary>Checks that a webhook was signed with the secret, in the last five minutes.</summary>
internal static class WebhookSignature
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    public static bool IsValid(IHeaderDictionary headers, byte[] body, RealtimeWebhookSecret secret, DateTimeOffset now)
    {
        var id = headers[RealtimeWebhookSecret.IdHeader].ToString();
        if (id is "" || !long.TryParse(headers[RealtimeWebhookSecret.TimestampHeader], out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)MaxAge.TotalSeconds)
            return false;
        var expected = Encoding.UTF8.GetBytes(secret.Sign(id, DateTimeOffset.FromUnixTimeSeconds(seconds), body));
        var signatures = headers[RealtimeWebhookSecret.SignatureHeader].ToString().Split(' ');
        return signatures.Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
    }
}
