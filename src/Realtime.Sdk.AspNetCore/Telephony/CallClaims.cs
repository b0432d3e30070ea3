using System.Security.Cryptography;
using System.Text;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// The claims by which a telephone call is handled once: that of its delivery, which can be repeated, and that of the SIP call, which can be announced by several deliveries.
/// </summary>
internal sealed class CallClaims(RealtimeEndpoint endpoint)
{
    /// <summary>The service repeats deliveries for this time.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromHours(72);

    /// <summary>The maximum time for a request to the store: the service waits for the answer.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private readonly IRealtimeClaimStore _store = endpoint.Services.Claims;
    private readonly TimeProvider _time = endpoint.Services.Time;
    private readonly Stack<RealtimeClaim> _claims = [];

    /// <summary>
    /// Claims both. Returns false if one of them is claimed, which then stays as it is. If the store fails, nothing stays claimed, as far as the store still answers.
    /// </summary>
    public async Task<bool> TryTakeAsync(string deliveryId, string? sipCallId)
    {
        try
        {
            return await TryClaimAsync("webhook", deliveryId).ConfigureAwait(false) && (string.IsNullOrEmpty(sipCallId) || await TryClaimAsync("call", sipCallId).ConfigureAwait(false));
        }
        catch
        {
            await ReleaseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Releases the claims, so that the next delivery is handled. A failure is logged.</summary>
    public async Task ReleaseAsync()
    {
        // The last first: a repetition that found its delivery released and its call still claimed would keep the delivery, and the next one would not be handled.
        while (_claims.TryPop(out var claim))
            await ReleaseAsync(claim).ConfigureAwait(false);
    }

    private async Task<bool> TryClaimAsync(string kind, string id)
    {
        // Hashed, because the caller determines the length and the content of the ID of a call.
        var key = $"realtime-{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";
        using var deadline = new CancellationTokenSource(MaxWait, _time);
        var token = deadline.Token;

        // On another thread, because the store may block.
        var taking = Task.Run(() => _store.TryClaimAsync(key, Duration, token).AsTask(), CancellationToken.None);
        try
        {
            if (await taking.WaitAsync(token).ConfigureAwait(false) is not { } claim)
                return false;
            _claims.Push(claim);
            return true;
        }
        catch (OperationCanceledException)
        {
            // The store can still grant the claim, and the call would never be handled.
#pragma warning disable CA2025 // the store sees a token that stays canceled after the disposal of its source
            _ = ReleaseLaterAsync(taking);
#pragma warning restore CA2025
            throw;
        }
    }

    private async Task ReleaseLaterAsync(Task<RealtimeClaim?> taking)
    {
        try
        {
            if (await taking.ConfigureAwait(false) is { } claim)
                await ReleaseAsync(claim).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the delivery was refused already, and there is nothing to release
        catch (Exception)
#pragma warning restore CA1031
        {
            // The failure of the store was logged.
        }
    }

    private async Task ReleaseAsync(RealtimeClaim claim)
    {
        using var deadline = new CancellationTokenSource(MaxWait, _time);
        var token = deadline.Token;
        try
        {
            await AppCode.RunAsync(() => claim.ReleaseAsync(token).AsTask(), token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // code of the app: its failure must not change what happens to the call
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.NotReleased(endpoint.Services.Logger, endpoint.ToString(), Duration, PeerText.Sanitize(e.Message), e);
        }
    }
}
