using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// An ephemeral key for the device of one user. It opens sessions until it expires; open sessions continue after that. Wire: the response of
/// <c>/realtime/client_secrets</c>, and <c>client_secret</c> of a beta session.
/// </summary>
/// <remarks>
/// <see cref="WireObject.ToString"/> never includes the key. Schemas: <c>RealtimeCreateClientSecretResponse</c>,
/// <c>RealtimeTranslationClientSecretCreateResponse</c>.
/// </remarks>
public sealed partial record ClientSecret : WireObject
{
    /// <summary>The key, which starts with <c>ek_</c>. Give it only to the device for which it was created.</summary>
    [JsonPropertyName("value")]
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>The time at which the key expires, by the server's clock; <see cref="DateTimeOffset.UnixEpoch"/> if the server provided none.</summary>
    [JsonPropertyName("expires_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset ExpiresAt { get; init => field = value == default ? DateTimeOffset.UnixEpoch : value; } = DateTimeOffset.UnixEpoch;

    /// <summary>The session that the key authorizes, including the server's defaults; null inside a beta session.</summary>
    [JsonPropertyName("session")]
    public RealtimeSession? Session { get; init; }

    /// <summary>Returns the prefix and the length of the key, never the key.</summary>
    internal static string Mask(string value) =>
        $"{(value.StartsWith("ek_", StringComparison.Ordinal) ? "ek_" : "")}…({value.Length.ToString(CultureInfo.InvariantCulture)})";

    /// <summary>Prints all members except the key.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Value = {Mask(Value)}, ExpiresAt = {ExpiresAt:u}");
        if (Session is not null)
            builder.Append(CultureInfo.InvariantCulture, $", Session = {Session}");
        return true;
    }
}
