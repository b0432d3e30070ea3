namespace Realtime.Sdk.Testing.Internal;

/// <summary>What may be printed of a secret.</summary>
internal static class Masked
{
    private const int Shown = 3;

    private static readonly string[] SecretHeaders = ["Authorization", "api-key", "Sec-WebSocket-Protocol", "Cookie"];

    public static string Secret(string value) => value.Length <= Shown ? "…" : $"{value[..Shown]}…({value.Length})";

    public static string Header(string name, string value) =>
        SecretHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) ? Secret(value) : value;
}
