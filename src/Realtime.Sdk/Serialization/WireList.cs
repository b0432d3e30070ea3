namespace Realtime.Sdk.Internal;

/// <summary>Lists as servers send them: left out, <c>null</c>, or with <c>null</c> among the elements.</summary>
internal static class WireList
{
    /// <summary>The elements that are there.</summary>
    public static IReadOnlyList<T> OrEmpty<T>(this IReadOnlyList<T>? list) where T : class =>
        list switch
        {
            null => [],
            _ when list.Contains(null!) => [.. list.Where(element => element is not null)],
            _ => list,
        };
}
