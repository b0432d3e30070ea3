using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A signed webhook of 2 KB, as the service sends it for a telephone call, and the ways to verify it.</summary>
internal sealed class WebhookDelivery
{
    public const string Id = "wh_685c059ae39c8190af8c71ed1022a24d", WrongSignature = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const int BodyBytes = 2_048;

    private readonly byte[] _key = Convert.FromBase64String(Secret["whsec_".Length..]), _signedText, _expected;
    private readonly string _bodyText;
    private readonly RealtimeWebhooks _webhooks = new(new RealtimeWebhookOptions { Secrets = { Secret } });
    private readonly StandardWebhook _package = new(Secret);

    public WebhookDelivery()
    {
        _bodyText = CreateBody();
        Body = Encoding.UTF8.GetBytes(_bodyText);
        var now = DateTimeOffset.UtcNow;
        Timestamp = $"{now.ToUnixTimeSeconds()}";
        Signature = new RealtimeWebhookSecret(Secret).Sign(Id, now, Body);
        _signedText = [.. Encoding.UTF8.GetBytes($"{Id}.{Timestamp}."), .. Body];
        _expected = Convert.FromBase64String(Signature["v1,".Length..]);
    }

    public byte[] Body { get; }

    public string Timestamp { get; }

    public string Signature { get; }

    /// <summary>The floor: the HMAC of text that is already in one piece, and the comparison with a signature that is already decoded.</summary>
    public bool HashAndCompare()
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, _signedText, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _expected);
    }

    public bool Verify(string timestamp, string signature) => _webhooks.FindStatus(Body, Id, timestamp, signature) == WebhookStatus.Verified;

    public bool VerifyAndRead(string timestamp, string signature) => _webhooks.Verify(Body, Id, timestamp, signature).Webhook is IncomingCallWebhook;

    /// <summary>The package gets the body as text and the headers in the dictionary of a request. It does not read the webhook.</summary>
    public Func<bool> VerifyByPackage(string timestamp, string signature)
    {
        var headers = new HeaderDictionary { ["webhook-id"] = Id, ["webhook-timestamp"] = timestamp, ["webhook-signature"] = signature };
        return () =>
        {
            try
            {
                _package.Verify(_bodyText, headers);
                return true;
            }
            catch (WebhookVerificationException)
            {
                return false;
            }
        };
    }

    /// <summary>Returns the delivery with a signature, for a program that verifies it.</summary>
    public string ToJson(string signature) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["body"] = _bodyText,
        ["headers"] = new Dictionary<string, string> { ["webhook-id"] = Id, ["webhook-timestamp"] = Timestamp, ["webhook-signature"] = signature },
        ["secret"] = Secret,
        ["genuine"] = signature == Signature,
    });

    private static string CreateBody()
    {
        var headers = new StringBuilder();
        string Format() => $$$"""{"id":"evt_685c059ae3a481909bdc86819b066fb6","object":"event","type":"realtime.call.incoming","created_at":1795780800,"data":{"call_id":"rtc_u1_9c6574da8b8a41a18da9308f4ad974ce","sip_headers":[{"name":"From","value":"<sip:+14155550123@example.com>;tag=1"}{{{headers}}}]}}""";
        for (var i = 0; Format().Length < BodyBytes - 80; i++)
            headers.Append($$""",{"name":"Via","value":"SIP/2.0/TLS 192.0.2.{{i}}:5061;branch=z9hG4bK{{i:0000}}"}""");
        return Format().PadRight(BodyBytes);
    }
}
