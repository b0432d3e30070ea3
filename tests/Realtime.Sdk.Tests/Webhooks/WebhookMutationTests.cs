using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>
/// Random deliveries, of which none may be accepted that is not genuine, and none may cause an exception. They are compared with the rules in their simplest form, and
/// with the package StandardWebhooks. A failure names its seed, which REALTIME_SDK_SEED runs alone; REALTIME_SDK_EXHAUSTIVE=1 runs 1,000,000.
/// </summary>
public sealed partial class WebhookMutationTests
{
    private static readonly int? OnlySeed =
        Environment.GetEnvironmentVariable("REALTIME_SDK_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 1_000_000 : 50_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void Of_random_deliveries_exactly_the_genuine_ones_are_accepted_and_nothing_is_thrown()
    {
        var failures = new List<string>();
        var counts = new Dictionary<WebhookStatus, int>();
        foreach (var seed in OnlySeed is { } only ? [only] : Enumerable.Range(0, Runs))
        {
            var (status, failure) = Check(seed);
            counts[status] = counts.GetValueOrDefault(status) + 1;
            if (failure is not null)
                failures.Add($"seed {seed}: {failure}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} runs failed.\n{string.Join("\n", failures.Take(10))}");
        if (OnlySeed is null)
            Enum.GetValues<WebhookStatus>().Should().OnlyContain(status => counts.GetValueOrDefault(status) >= Runs / 1_000, "otherwise there are no such deliveries to compare");
    }

    private static (WebhookStatus Status, string? Failure) Check(int seed)
    {
        // The package reads the system clock.
        var (random, now) = (new Random(seed), TimeProvider.System.GetUtcNow());
        string[] secrets = [.. WebhookMutations.Secrets.Take(random.Next(1, 4))];
        var delivery = new WebhookMutations(random, now.ToUnixTimeSeconds()).Next(secrets);
        try
        {
            var result = delivery.VerifiedBy(Delivery.Verifier(new Clock(now), secrets));
            var isGenuine = IsGenuine(delivery, secrets, now.ToUnixTimeSeconds());
            if (result.IsVerified != isGenuine || result.IsVerified == (result.DeliveryId is null) || (result.Status is WebhookStatus.Verified) == (result.Webhook is null))
                return (result.Status, $"{result} but genuine {isGenuine}: {delivery}");
            return (result.Status, IsNearTolerance(delivery, now) ? null : CompareWithPackage(delivery, secrets, result.IsVerified));
        }
        catch (Exception e)
        {
            return (default, $"{e} of {delivery}");
        }
    }

    /// <summary>The rules in their simplest form: the specification, and this SDK's limits on the headers.</summary>
    private static bool IsGenuine(Delivery delivery, string[] secrets, long now) =>
        IsStrict(delivery)
            && Math.Abs(now - long.Parse(delivery.Timestamp!, CultureInfo.InvariantCulture)) <= 300
            && delivery.Signature!.Split(' ').Take(10).Intersect(secrets.Select(secret => Delivery.ComputeSignature(secret, delivery.Id!, delivery.Timestamp!, delivery.Body))).Any();

    /// <summary>The limits on the headers, in which the package is laxer: it accepts what a sender with the secret has signed.</summary>
    private static bool IsStrict(Delivery delivery) =>
        Id().IsMatch(delivery.Id ?? "") && Timestamp().IsMatch(delivery.Timestamp ?? "") && delivery.Signature is { Length: > 0 and <= 1_024 };

    /// <summary>Whether a clock that is read a moment later could decide otherwise.</summary>
    private static bool IsNearTolerance(Delivery delivery, DateTimeOffset now) =>
        long.TryParse(delivery.Timestamp, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) is > 100 and < 500;

    private static string? CompareWithPackage(Delivery delivery, string[] secrets, bool isVerified)
    {
        // The package takes the body as text.
        if (!TryDecode(delivery.Body, out var body))
            return null;
        // Asked about each entry by itself, because it does not read the last of several entries, and stops at one without a comma. It reads more than ten of them.
        var entries = delivery.Signature?.Split(' ').Take(10).Distinct() ?? [];
        var isAccepted = entries.Any(entry => secrets.Any(secret => IsAcceptedByPackage(delivery, body, entry, secret)));
        return isAccepted == isVerified || (isAccepted && !IsStrict(delivery)) ? null : $"the package accepts: {isAccepted}, this SDK: {isVerified}: {delivery}";
    }

    private static bool IsAcceptedByPackage(Delivery delivery, string body, string signature, string secret)
    {
        var key = secret.StartsWith("whsec_", StringComparison.Ordinal) ? Convert.FromBase64String(secret["whsec_".Length..]) : Encoding.UTF8.GetBytes(secret);
        var headers = new HeaderDictionary { ["webhook-id"] = delivery.Id, ["webhook-timestamp"] = delivery.Timestamp, ["webhook-signature"] = signature };
        try
        {
            new StandardWebhook(key).Verify(body, headers);
            return true;
        }
        catch (Exception e) when (e is WebhookVerificationException or ArgumentException)
        {
            // An empty signature, or a lone surrogate in a header, is an ArgumentException.
            return false;
        }
    }

    private static bool TryDecode(byte[] body, out string text)
    {
        try
        {
            text = StrictUtf8.GetString(body);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    [GeneratedRegex(@"\A[!-\-/-~]{1,256}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[1-9][0-9]{0,11}\z")]
    private static partial Regex Timestamp();

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
