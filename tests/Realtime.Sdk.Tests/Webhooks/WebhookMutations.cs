using System.Text;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>Random deliveries: genuine ones, ones that a sender with the secret composed strangely, and both altered on the way.</summary>
/// <param name="random">The source of all decisions.</param>
/// <param name="now">The time at which the delivery arrives.</param>
internal sealed class WebhookMutations(Random random, long now)
{
    public static readonly string[] Secrets =
        [Delivery.Secret, Delivery.OldSecret, "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=", $"whsec_{Convert.ToBase64String(Enumerable.Repeat((byte)7, 16).ToArray())}"];

    private static readonly byte[][] Bodies =
    [
        Delivery.IncomingCall,
        """{"id":"evt_1","object":"event","type":"live.transport.incoming","created_at":1795780800,"data":{"session_id":"live_1","type":"sip","sip_headers":[]}}"""u8.ToArray(),
        """{"id":"evt_2","object":"event","type":"response.completed","created_at":1795780800,"data":{"id":"resp_123"}}"""u8.ToArray(),
        """{"type":"realtime.call.incoming","data":{"call_id":"rtc_1","sip_headers":[{"name":"X","value":"1.1795780800.{\"type\":\"live.call.incoming\"}"}]}}"""u8.ToArray(),
        [], "{}"u8.ToArray(), "é\uFEFF"u8.ToArray(), [0xFF, 0, 0xC0],
    ];

    private static readonly string[] Ids =
        ["wh_685c059ae39c8190af8c71ed1022a24d", "msg_p5jXN8AQM9LWM0D4loKWxJek", "a", "wh.1", "wh 1", "é", "a,b", new('x', 256), new('x', 257), "\uD800", ""];

    /// <summary>Seconds before the arrival.</summary>
    private static readonly long[] Ages = [0, 0, 0, 0, 1, -1, 60, -60, 299, 300, 301, -299, -300, -301, 3_600, -3_600, 1_000_000];

    private static readonly char[] Alphabet = [.. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_,. \t\r\n\0é\u200B\uD800"];

    public Delivery Next(string[] secrets)
    {
        var delivery = Sign(secrets);
        for (var count = Pick([0, 1, 1, 1, 2, 3]); count > 0; count--)
            delivery = Alter(delivery, secrets);
        return delivery;
    }

    private Delivery Sign(string[] secrets)
    {
        var (body, id) = (Pick(Bodies), random.Next(4) > 0 ? Ids[0] : Pick(Ids));
        var timestamp = $"{now - Pick(Ages)}";
        if (random.Next(10) == 0)
            timestamp = string.Format(null, Pick(["+{0}", " {0}", "{0} ", "0{0}", "-{0}", "{0}.0", "{0}000", "99999999999999999999{0}", "{0}\0", "{0}s"]), timestamp);
        // Mostly a secret of the endpoint.
        var secret = random.Next(8) > 0 ? Pick(secrets) : Pick(Secrets);
        return new(body, id, timestamp, Delivery.ComputeSignature(secret, id, timestamp, body));
    }

    private Delivery Alter(Delivery delivery, string[] secrets) => random.Next(10) switch
    {
        0 or 1 => delivery with { Body = AlterBytes(delivery.Body) },
        2 => delivery with { Id = AlterText(delivery.Id) },
        3 => delivery with { Timestamp = AlterText(delivery.Timestamp) },
        4 or 5 => delivery with { Signature = AlterText(delivery.Signature) },
        6 => delivery with { Signature = AlterForm(delivery.Signature ?? "") },
        7 => delivery with { Signature = AddEntries(delivery.Signature ?? "") },
        8 => Splice(delivery, Sign(secrets)),
        _ => Remove(delivery),
    };

    private byte[] AlterBytes(byte[] body)
    {
        var at = random.Next(body.Length + 1);
        return random.Next(6) switch
        {
            0 => [.. body[..at], (byte)random.Next(256), .. body[at..]],
            1 => body[..at],
            2 => [.. body, .. body],
            3 => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace(" ", "", StringComparison.Ordinal)),
            _ when at < body.Length => [.. body[..at], (byte)(body[at] ^ (1 << random.Next(8))), .. body[(at + 1)..]],
            _ => [.. body, (byte)'\n'],
        };
    }

    private string AlterText(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "0";
        var at = random.Next(text.Length);
        return random.Next(5) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, Pick(Alphabet).ToString()),
            // The unused bits of the last character of a signature.
            2 when text is [.., _, '='] => $"{text[..^2]}{Alphabet[(Array.IndexOf(Alphabet, text[^2]) + 1) % 64]}=",
            _ => $"{text.AsSpan(0, at)}{Pick(Alphabet)}{text.AsSpan(at + 1)}",
        };
    }

    private string AlterForm(string signature) => random.Next(9) switch
    {
        0 => signature.Replace("v1,", Pick(["v0,", "v2,", "V1,", "v1a,", "v1", "v1;", ",", "", "v1,,", "v1, "]), StringComparison.Ordinal),
        1 => signature.TrimEnd('='),
        2 => signature + "=",
        3 => signature.Replace('+', '-').Replace('/', '_'),
        4 => signature.ToUpperInvariant(),
        5 => signature[..random.Next(signature.Length + 1)],
        6 => signature.Replace(' ', '\t'),
        7 => $" {signature} ",
        _ => signature.Replace(" ", "  ", StringComparison.Ordinal),
    };

    private string AddEntries(string signature)
    {
        string[] entries = [signature, .. Enumerable.Range(0, random.Next(14)).Select(_ => Pick(
            ["v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", "v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", "v1,", "v1", "junk", "", "v1,****", new string('A', random.Next(400))]))];
        random.Shuffle(entries);
        return string.Join(' ', entries);
    }

    private Delivery Splice(Delivery one, Delivery other) => random.Next(4) switch
    {
        0 => one with { Body = other.Body },
        1 => one with { Id = other.Id },
        2 => one with { Timestamp = other.Timestamp },
        _ => one with { Signature = $"{other.Signature} {one.Signature}" },
    };

    private Delivery Remove(Delivery delivery) => random.Next(6) switch
    {
        0 => delivery with { Id = null },
        1 => delivery with { Timestamp = null },
        2 => delivery with { Signature = null },
        3 => delivery with { Id = delivery.Timestamp, Timestamp = delivery.Id },
        4 => delivery with { Id = $"{delivery.Id}.{delivery.Timestamp}", Timestamp = delivery.Timestamp },
        _ => delivery with { Signature = delivery.Signature + new string(' ', random.Next(2_000)) },
    };

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];
}
