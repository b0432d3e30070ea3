namespace Realtime.Sdk.Interop.Tests;

internal static class StreamReading
{
    /// <summary>Reads up to and including the first element that fits, and returns everything that was read.</summary>
    public static async Task<List<T>> UntilAsync<T>(this IAsyncEnumerator<T> stream, Predicate<T> last)
    {
        var read = new List<T>();
        do
        {
            (await stream.MoveNextAsync().WithTimeout()).Should().BeTrue("the stream goes on");
            read.Add(stream.Current);
        }
        while (!last(stream.Current));
        return read;
    }
}
