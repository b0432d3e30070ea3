namespace Realtime.Sdk.Internal;

/// <summary>Adds up token counts that a server may leave out.</summary>
internal static class TokenCount
{
    /// <summary>The sum; null when both are.</summary>
    public static int? Add(int? left, int? right) => left is null ? right : checked(left + (right ?? 0));
}
