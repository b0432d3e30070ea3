namespace Realtime.Sdk.Internal;

/// <summary>Adds token counts that a server may omit.</summary>
internal static class TokenCount
{
    /// <summary>Returns the sum. A count that is null counts as zero; the result is null if both are.</summary>
    public static int? Add(int? left, int? right) => left is null ? right : checked(left + (right ?? 0));
}
