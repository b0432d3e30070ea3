namespace Realtime.Sdk.Tests;

/// <summary>Every await of a test ends: what does not come in time fails the test instead of hanging it.</summary>
internal static class Within
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static Task<T> Time<T>(Task<T> task) => task.WaitAsync(Bound);

    public static Task Time(Task task) => task.WaitAsync(Bound);
}
