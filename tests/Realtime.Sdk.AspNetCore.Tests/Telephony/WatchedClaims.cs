using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>A claim store of an application: counts, and fails.</summary>
internal sealed class WatchedClaims : IRealtimeClaimStore
{
    private readonly InMemoryClaimStore _claims = new();
    private readonly ConcurrentQueue<string> _keys = [], _released = [];

    /// <summary>The keys that were asked for.</summary>
    public IReadOnlyList<string> Keys => [.. _keys];

    public IReadOnlyList<string> Released => [.. _released];

    /// <summary>The number of requests that fail.</summary>
    public int Failures { get; set; }

    public void AddTo(WebApplicationBuilder builder) => builder.Services.AddSingleton<IRealtimeClaimStore>(this);

    public async ValueTask<RealtimeClaim?> TryClaimAsync(string key, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        duration.Should().Be(TimeSpan.FromHours(72));
        if (Failures-- > 0)
            throw new TimeZoneNotFoundException("The store is broken.");
        _keys.Enqueue(key);
        var claim = await _claims.TryClaimAsync(key, duration, cancellationToken);
        return claim is null ? null : new(token =>
        {
            _released.Enqueue(key);
            return claim.ReleaseAsync(token);
        });
    }
}
