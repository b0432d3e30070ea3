namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>What a delivery allocates. A stranger determines its headers and its body, so neither may determine the memory.</summary>
public sealed class WebhookAllocationTests
{
    private const int Result = 64;

    // By the system clock, because the clock of other tests allocates when it is read.
    private static readonly RealtimeWebhooks Webhooks = Delivery.Verifier(TimeProvider.System, Delivery.Secret, Delivery.OldSecret);

    public static TheoryData<string, string?, string?, string?> Refused()
    {
        var genuine = Delivery.Sign(Delivery.IncomingCall, time: TimeProvider.System.GetUtcNow());
        return new()
        {
            { "a wrong signature", genuine.Id, genuine.Timestamp, "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=" },
            { "ten wrong signatures", genuine.Id, genuine.Timestamp, string.Join(' ', Enumerable.Repeat("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=", 10)) },
            { "a million spaces", genuine.Id, genuine.Timestamp, new(' ', 1_000_000) },
            { "a thousand spaces", genuine.Id, genuine.Timestamp, new(' ', 1_000) },
            { "a long ID", new('a', 1_000_000), genuine.Timestamp, genuine.Signature },
            { "a long timestamp", genuine.Id, new('1', 1_000_000), genuine.Signature },
            { "an old timestamp", genuine.Id, "1", genuine.Signature },
            { "no headers", null, null, null },
        };
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_refused_delivery_allocates_its_result_only(string reason, string? id, string? timestamp, string? signature)
    {
        foreach (var body in new[] { Delivery.IncomingCall, new byte[100_000] })
        {
            var delivery = new Delivery(body, id, timestamp, signature);

            delivery.VerifiedBy(Webhooks).IsVerified.Should().BeFalse(reason);
            AllocatedByEach(() => delivery.VerifiedBy(Webhooks)).Should().BeLessThanOrEqualTo(Result, reason);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void An_accepted_delivery_allocates_its_result_and_the_record(int padding)
    {
        var delivery = Delivery.Sign([.. Delivery.IncomingCall, .. Enumerable.Repeat((byte)' ', padding)], time: TimeProvider.System.GetUtcNow());

        var reading = AllocatedByEach(() => RealtimeJson.Deserialize<RealtimeWebhook>(delivery.Body));

        AllocatedByEach(() => delivery.VerifiedBy(Webhooks)).Should().BeLessThanOrEqualTo(reading + Result);
    }

    /// <summary>The fewest bytes of several rounds, because code that the runtime has not optimized yet allocates more.</summary>
    private static double AllocatedByEach(Action action) => Enumerable.Range(0, 10).Min(_ =>
    {
        const int times = 30;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
            action();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)times;
    });
}
