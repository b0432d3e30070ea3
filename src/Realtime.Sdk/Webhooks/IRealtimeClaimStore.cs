namespace Realtime.Sdk;

/// <summary>
/// Decides who handles what may be announced more than once, such as a telephone call whose webhook is delivered again, or to another server. The default is
/// <see cref="InMemoryClaimStore"/>, for one process. For several servers, implement it with a store that they share and that can add a key atomically, for example with
/// <c>SET key value NX PX milliseconds</c> of Redis. Implementations are thread-safe.
/// </summary>
public interface IRealtimeClaimStore
{
    /// <summary>Claims a key, if it is not claimed. Of any number of callers at the same time, one gets the claim.</summary>
    /// <param name="key">The key: up to 100 visible ASCII characters. It contains no personal data.</param>
    /// <param name="duration">The time after which the claim ends if it is not released; more than zero.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The claim, or null if the key is claimed.</returns>
    ValueTask<RealtimeClaim?> TryClaimAsync(string key, TimeSpan duration, CancellationToken cancellationToken = default);
}

/// <summary>A claim of a key in an <see cref="IRealtimeClaimStore"/>. It needs no disposal: it ends after its duration.</summary>
/// <param name="release">Releases the claim. A store that is shared must not release the later claim of another caller of the same key.</param>
public sealed class RealtimeClaim(Func<CancellationToken, ValueTask> release)
{
    private readonly Func<CancellationToken, ValueTask> _release = release ?? throw new ArgumentNullException(nameof(release));

    /// <summary>Releases the claim before its end, so that the key can be claimed again, for example because the work has failed and must be repeated.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public ValueTask ReleaseAsync(CancellationToken cancellationToken = default) => _release(cancellationToken);
}
