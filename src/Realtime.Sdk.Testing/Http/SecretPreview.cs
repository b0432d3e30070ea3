namespace Realtime.Sdk.Testing.Internal;

/// <summary>The part of a secret that may be printed.</summary>
internal static class SecretPreview
{
    private static readonly string[] Prefixes = ["sk-", "ek_"];

    /// <summary>Returns the prefix of the key, if it is a known one, and the length.</summary>
    public static string Format(string value) =>
        $"{Prefixes.FirstOrDefault(prefix => value.StartsWith(prefix, StringComparison.Ordinal))}…({value.Length})";
}
