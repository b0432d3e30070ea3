namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Sends requests about calls that can be sent again without harm, such as a hang-up.</summary>
internal static class CallRequest
{
    private const int MaxAttempts = 3;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends a request up to three times, as long as it fails for a reason that can pass.</summary>
    /// <param name="send">Sends the request.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopped">Canceled when nothing waits for the answer any longer. After that, it is sent no more.</param>
    public static async Task SendAsync(Func<CancellationToken, Task> send, TimeProvider time, CancellationToken stopped)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await send(stopped).ConfigureAwait(false);
                return;
            }
            catch (RealtimeException e) when (e.IsTransient && attempt < MaxAttempts && !stopped.IsCancellationRequested)
            {
                await Task.Delay(attempt * Delay, time, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
