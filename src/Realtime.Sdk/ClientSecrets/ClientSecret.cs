using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A short-lived key for one user's device: it opens sessions until it expires, and sessions outlive it. Wire: the answer of
/// <c>/realtime/client_secrets</c>, and <c>client_secret</c> of a beta session.
/// </summary>
/// <remarks><see cref="WireObject.ToString"/> never shows the key.</remarks>
public sealed partial record ClientSecret : WireObject
{
    /// <summary>The key, which begins with <c>ek_</c>. Hand it to the device it is meant for, and to nothing else.</summary>
    [JsonPropertyName("value")]
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>When the key stops opening sessions, by the server's clock; the year 1970 when the server named no time.</summary>
    [JsonPropertyName("expires_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset ExpiresAt { get; init => field = value == default ? DateTimeOffset.UnixEpoch : value; } = DateTimeOffset.UnixEpoch;

    /// <summary>The session the key opens, with the server's defaults filled in; null inside a beta session.</summary>
    [JsonPropertyName("session")]
    public RealtimeSession? Session { get; init; }

    /// <summary>The key's first letters and its length, never the key.</summary>
    internal static string Masked(string value) =>
        $"{(value.StartsWith("ek_", StringComparison.Ordinal) ? "ek_" : "")}…({value.Length.ToString(CultureInfo.InvariantCulture)})";

    /// <summary>Prints everything but the key.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Value = {Masked(Value)}, ExpiresAt = {ExpiresAt:u}");
        if (Session is not null)
            builder.Append(CultureInfo.InvariantCulture, $", Session = {Session}");
        return true;
    }
}
