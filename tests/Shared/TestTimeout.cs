namespace Realtime.Sdk.Tests.Shared;

/// <summary>Limits the time of every await in a test, so that a task that does not complete fails the test instead of hanging it.</summary>
internal static class TestTimeout
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task WithTimeout(this Task task) => task.WaitAsync(Limit);

    public static Task<T> WithTimeout<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task WithTimeout(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    public static Task<T> WithTimeout<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
