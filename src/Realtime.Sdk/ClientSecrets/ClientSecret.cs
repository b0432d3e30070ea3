using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A short-lived key for one user's device: it opens sessions until it expires, and sessions outlive it. Wire: the answer of
/// <c>/realtime/client_secrets</c>, and <c>client_secret</c> of a beta session.
/// </summary>
/// <remarks><see cref="ToString"/> never shows the key.</remarks>
[JsonConverter(typeof(Converter))]
public sealed record ClientSecret : WireObject
{
    /// <summary>The key, which begins with <c>ek_</c>. Hand it to the device it is meant for, and to nothing else.</summary>
    [JsonPropertyName("value")]
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>When the key stops opening sessions, by the server's clock; the year 1970 when the server named no time.</summary>
    [JsonPropertyName("expires_at")]
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The session the key opens, with the server's defaults filled in; null inside a beta session.</summary>
    [JsonPropertyName("session"), JsonIgnore(Condition = WhenWritingNull)]
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

    /// <summary>Reads and writes a client secret, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : MembersConverter<ClientSecret>
    {
        private static readonly UnixTimeConverter Times = new();

        private protected override ClientSecret Empty => new();

        private protected override ClientSecret? WithMember(ClientSecret record, string name, ref Utf8JsonReader reader) => name switch
        {
            "value" => record with { Value = reader.GetString()! },
            "expires_at" => record with { ExpiresAt = Times.Read(ref reader, typeof(DateTimeOffset), SessionWire.Options) },
            "session" => record with { Session = (RealtimeSession?)SessionWire.Info<RealtimeSession>().Read(ref reader) },
            _ => null,
        };

        private protected override void WriteMembers(Utf8JsonWriter writer, ClientSecret value)
        {
            writer.WriteString("value"u8, value.Value);
            writer.WritePropertyName("expires_at"u8);
            Times.Write(writer, value.ExpiresAt, SessionWire.Options);
            if (value.Session is null)
                return;
            writer.WritePropertyName("session"u8);
            JsonSerializer.Serialize(writer, value.Session, SessionWire.Info<RealtimeSession>().Json);
        }
    }
}
