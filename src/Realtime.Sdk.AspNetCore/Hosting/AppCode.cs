namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Calls code of the app that may block, or never return.</summary>
internal static class AppCode
{
    /// <summary>Runs code on another thread, and waits for it until the token is canceled. Then the code is left behind, and its exception is ignored.</summary>
    public static async Task<T> RunAsync<T>(Func<Task<T>> run, CancellationToken until)
    {
        var running = Task.Run(run, CancellationToken.None);
        await WaitAsync(running, until).ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}}, CancellationToken)"/>
    public static Task RunAsync(Func<Task> run, CancellationToken until) => WaitAsync(Task.Run(run, CancellationToken.None), until);

    /// <summary>Ignores the exception of a task that nothing awaits any longer.</summary>
    public static void LeaveBehind(Task running) =>
        _ = running.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private static async Task WaitAsync(Task running, CancellationToken until)
    {
        try
        {
            await running.WaitAsync(until).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LeaveBehind(running);
            throw;
        }
    }
}
