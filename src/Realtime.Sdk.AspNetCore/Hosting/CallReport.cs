using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Reports the end of a call: a measurement and the callback of the application. Each kind of call has its own log message.</summary>
internal static class CallReport
{
    /// <summary>The maximum time that is waited for the callback, which holds up the place of the call.</summary>
    private static readonly TimeSpan MaxCallback = TimeSpan.FromSeconds(5);

    /// <summary>Never fails.</summary>
    /// <param name="record">The call.</param>
    /// <param name="onEnded">The callback; null if there is none.</param>
    /// <param name="logger">The logger of its failures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopped">Canceled when nothing waits for the callback any longer.</param>
    public static async Task SendAsync(
        CallRecord record, Func<CallRecord, CancellationToken, ValueTask>? onEnded, ILogger logger, TimeProvider time, CancellationToken stopped)
    {
        EndpointMetrics.Ended(record);
        if (onEnded is null)
            return;
        using var deadline = new CancellationTokenSource(MaxCallback, time);
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopped);
        var token = canceled.Token;
        try
        {
            await AppCode.RunAsync(() => onEnded(record, token).AsTask(), token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // an exception of a callback never changes the end of a call
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.OnEndedFailed(logger, PeerText.Sanitize(record.Agent), PeerText.Sanitize(record.Id), PeerText.Sanitize(e.GetType().Name), e);
        }
    }
}
