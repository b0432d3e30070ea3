namespace Realtime.Sdk.Internal;

/// <summary>
/// The event IDs of a relay's client. They get a prefix, so that the service's errors about them are not confused with errors about events of the conversation, and are
/// returned without it.
/// </summary>
internal static class RelayEventIds
{
    public const string Prefix = "relay_";

    /// <summary>The service accepts 512 characters.</summary>
    public const int MaxLength = 256;

    public static ReadOnlySpan<byte> Utf8Prefix => "relay_"u8;

    /// <summary>Returns the client's event ID; null if the ID is not of the client.</summary>
    public static string? ToClient(string? eventId) => eventId?.StartsWith(Prefix, StringComparison.Ordinal) == true ? eventId[Prefix.Length..] : null;
}
