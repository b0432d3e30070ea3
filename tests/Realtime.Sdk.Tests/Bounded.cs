namespace Realtime.Sdk.Tests;

/// <summary><see cref="Within"/> as a suffix.</summary>
internal static class Bounded
{
    public static Task Within(this Task task) => Tests.Within.Time(task);

    public static Task<T> Within<T>(this Task<T> task) => Tests.Within.Time(task);

    public static Task Within(this ValueTask task) => Tests.Within.Time(task.AsTask());

    public static Task<T> Within<T>(this ValueTask<T> task) => Tests.Within.Time(task.AsTask());
}
