namespace Realtime.Sdk.Benchmarks;

/// <summary>A webhook of 2 KB: to verify a genuine one, and to refuse others. Anyone can send those, so that none of them may cost more than a genuine one.</summary>
internal static class WebhookRows
{
    private const string Floor = "floor: HMAC and comparison", Verified = "ours, verified", Read = "ours, verified and read", Package = "StandardWebhooks 1.1.2";
    private const string Wrong = "ours, a wrong signature", Ten = "ours, ten wrong signatures", Junk = "ours, 1,024 characters of junk", Old = "ours, an old timestamp";

    private const int MaxBytes = 1_024, MaxResultBytes = 64;

    public static IEnumerable<Row> All(Effort effort) =>
    [
        new("webhook, accepted 2 KB", "µs", () => Task.FromResult(Accepted(effort)), [new(Verified, Metric.TimeRatio, 2, Floor), new(Verified, Metric.Bytes, MaxBytes)])
        {
            Processes = effort.Processes,
        },
        new("webhook, refused", "µs", () => Task.FromResult(Refused(effort)),
            [.. new[] { Wrong, Ten, Junk, Old }.SelectMany(refused => new Goal[] { new(refused, Metric.TimeRatio, 1, Read), new(refused, Metric.Bytes, MaxResultBytes) })])
        {
            Processes = effort.Processes,
        },
    ];

    private static IReadOnlyList<Candidate> Accepted(Effort effort)
    {
        var delivery = new WebhookDelivery();
        return
        [
            Loop(Floor, effort, expected: true, delivery.HashAndCompare),
            Loop(Verified, effort, expected: true, () => delivery.Verify(delivery.Timestamp, delivery.Signature)),
            Loop(Read, effort, expected: true, () => delivery.VerifyAndRead(delivery.Timestamp, delivery.Signature)),
            Loop(Package, effort, expected: true, delivery.VerifyByPackage(delivery.Timestamp, delivery.Signature)),
        ];
    }

    private static IReadOnlyList<Candidate> Refused(Effort effort)
    {
        var delivery = new WebhookDelivery();
        Candidate Refuse(string name, string timestamp, string signature) => Loop(name, effort, expected: false, () => delivery.VerifyAndRead(timestamp, signature));
        return
        [
            Loop(Read, effort, expected: true, () => delivery.VerifyAndRead(delivery.Timestamp, delivery.Signature)),
            Loop(Verified, effort, expected: true, () => delivery.Verify(delivery.Timestamp, delivery.Signature)),
            Refuse(Wrong, delivery.Timestamp, WebhookDelivery.WrongSignature),
            Refuse(Ten, delivery.Timestamp, string.Join(' ', Enumerable.Repeat(WebhookDelivery.WrongSignature, 10))),
            Refuse(Junk, delivery.Timestamp, string.Join(' ', Enumerable.Repeat("v1", 342))[..1_024]),
            Refuse(Old, "1", delivery.Signature),
            Loop(Package + ", a wrong signature", effort, expected: false, delivery.VerifyByPackage(delivery.Timestamp, WebhookDelivery.WrongSignature)),
        ];
    }

    /// <summary>Verifies in a loop. The unit is one verification with the expected result.</summary>
    public static Candidate Loop(string name, Effort effort, bool expected, Func<bool> verify) => Meter.Loop(name, effort, new(1, 0, 0), count =>
    {
        var done = 0L;
        for (var i = 0; i < count; i++)
            done += verify() == expected ? 1 : 0;
        return new(done, 0, 0);
    });
}
