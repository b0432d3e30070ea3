using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Webhooks;

/// <summary>Claims of one process.</summary>
public sealed class InMemoryClaimStoreTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_key_is_claimed_once_until_its_claim_ends()
    {
        var store = new InMemoryClaimStore(timeProvider: _time);

        (await store.TryClaimAsync("a", Hour)).Should().NotBeNull();
        (await store.TryClaimAsync("A", Hour)).Should().NotBeNull();
        _time.Advance(Hour - TimeSpan.FromTicks(1));
        (await store.TryClaimAsync("a", Hour)).Should().BeNull();
        _time.Advance(TimeSpan.FromTicks(1));
        (await store.TryClaimAsync("a", TimeSpan.MaxValue)).Should().NotBeNull();
        _time.Advance(TimeSpan.FromDays(3_650));
        (await store.TryClaimAsync("a", Hour)).Should().BeNull();
    }

    [Fact]
    public async Task A_claim_that_is_released_frees_its_key_and_never_that_of_a_later_claim()
    {
        var store = new InMemoryClaimStore(timeProvider: _time);
        var first = await store.TryClaimAsync("a", Hour);

        await first!.ReleaseAsync();
        (await store.TryClaimAsync("a", Hour)).Should().NotBeNull();
        await first.ReleaseAsync();

        (await store.TryClaimAsync("a", Hour)).Should().BeNull();
    }

    [Fact]
    public async Task A_full_store_ends_the_claim_that_would_end_first()
    {
        var store = new InMemoryClaimStore(capacity: 2, _time);
        await store.TryClaimAsync("late", 3 * Hour);
        await store.TryClaimAsync("early", Hour);

        (await store.TryClaimAsync("late", Hour)).Should().BeNull();
        (await store.TryClaimAsync("next", 2 * Hour)).Should().NotBeNull();

        (await store.TryClaimAsync("late", Hour)).Should().BeNull();
        (await store.TryClaimAsync("early", 4 * Hour)).Should().NotBeNull();
    }

    [Fact]
    public async Task Of_many_callers_at_the_same_time_one_gets_the_claim()
    {
        var store = new InMemoryClaimStore();
        var keys = Enumerable.Range(0, 100).Select(i => $"{i}").ToArray();

        var claims = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => Task.Run(async () => (Key: keys[i % keys.Length], Claim: await store.TryClaimAsync(keys[i % keys.Length], Hour)))));

        claims.Where(claim => claim.Claim is not null).Select(claim => claim.Key).Should().BeEquivalentTo(keys);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        var store = new InMemoryClaimStore();

        FluentActions.Invoking(() => new InMemoryClaimStore(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => store.TryClaimAsync("a", TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => store.TryClaimAsync(null!, Hour)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new RealtimeClaim(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => store.TryClaimAsync("a", Hour, new(canceled: true))).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public async Task The_services_of_webhooks_include_a_store_unless_the_app_has_its_own()
    {
        var own = new InMemoryClaimStore();
        await using var defaults = new ServiceCollection().AddSingleton<TimeProvider>(_time).AddRealtimeWebhooks(Configure).BuildServiceProvider();
        await using var custom = new ServiceCollection().AddSingleton<IRealtimeClaimStore>(own).AddRealtimeWebhooks(Configure).BuildServiceProvider();
        var store = defaults.GetRequiredService<IRealtimeClaimStore>();

        await store.TryClaimAsync("a", Hour);
        _time.Advance(Hour);

        (await store.TryClaimAsync("a", Hour)).Should().NotBeNull();
        custom.GetRequiredService<IRealtimeClaimStore>().Should().BeSameAs(own);

        static void Configure(RealtimeWebhookOptions options) => options.Secrets.Add("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }
}
