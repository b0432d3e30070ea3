using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>A claim store that fails and waits as the plan of the delivery says, and knows what is claimed for which plan.</summary>
internal sealed class PlannedClaims(IHttpContextAccessor requests) : IRealtimeClaimStore
{
    private readonly InMemoryClaimStore _claims = new();
    private readonly ConcurrentDictionary<string, string> _held = [];

    /// <summary>The plans for which something is claimed.</summary>
    public IReadOnlySet<string> Held => _held.Values.ToHashSet();

    public async ValueTask<RealtimeClaim?> TryClaimAsync(string key, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var name = requests.HttpContext!.Request.Headers[PlannedIncomingCall.Header].ToString();
        await PlannedIncomingCall.Find(requests.HttpContext).ClaimAsync(cancellationToken);
        var claim = await _claims.TryClaimAsync(key, duration, cancellationToken);
        if (claim is null)
            return null;
        _held[key] = name;
        return new(async token =>
        {
            await claim.ReleaseAsync(token);
            _held.TryRemove(key, out _);
        });
    }
}
