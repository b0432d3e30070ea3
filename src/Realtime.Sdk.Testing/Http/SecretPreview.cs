namespace Realtime.Sdk.Testing.Internal;

/// <summary>What may be printed of a secret.</summary>
internal static class SecretPreview
{
    private static readonly string[] Prefixes = ["sk-", "ek_"];

    /// <summary>The kind of key, when its prefix says it, and the length.</summary>
    public static string Secret(string value) =>
        $"{Prefixes.FirstOrDefault(prefix => value.StartsWith(prefix, StringComparison.Ordinal))}…({value.Length})";
}
