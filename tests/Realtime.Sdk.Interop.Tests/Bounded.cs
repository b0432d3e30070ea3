namespace Realtime.Sdk.Interop.Tests;

/// <summary>Every await of a test ends: what does not come in time fails the test instead of hanging it.</summary>
internal static class Bounded
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static Task Within(this Task task) => task.WaitAsync(Bound);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Bound);

    /// <summary>Reads on until an element is of a kind, and gives all it has read, that one at the end.</summary>
    public static async Task<List<T>> UntilAsync<T>(this IAsyncEnumerator<T> stream, Predicate<T> last)
    {
        var read = new List<T>();
        do
        {
            (await stream.MoveNextAsync().AsTask().Within()).Should().BeTrue("the stream goes on");
            read.Add(stream.Current);
        }
        while (!last(stream.Current));
        return read;
    }
}
