namespace Realtime.Sdk.Internal;

/// <summary>Composes what the wire keeps flat: a session's id, object and expiry stand among the members of its configuration.</summary>
internal static class SessionEnvelope
{
    public static RealtimeSession? Read(ref WireReader reader)
    {
        var start = reader;
        return SessionConfiguration.Read(ref reader, out var namesType) switch
        {
            null => null,
            UnknownSessionConfiguration { Kept: { IsObject: true } json } unknown => Lift(unknown, json),
            var configuration => Lift(configuration, start, namesType),
        };
    }

    public static void Write(Utf8JsonWriter writer, RealtimeSession session, DateTimeOffset? expiresAt)
    {
        if (session.Configuration is UnknownSessionConfiguration { Json: { ValueKind: JsonValueKind.Object } json })
        {
            json.WriteTo(writer);
            return;
        }
        var flat = session.Configuration with
        {
            SessionId = session.Id.Length == 0 ? null : session.Id,
            SessionObject = session.Object,
            SessionExpiresAt = expiresAt,
        };
        if (flat is TranslationSessionConfiguration translation)
            translation.SessionType = translation.Type;
        if (session.ClientSecret is { } secret)
            flat = WithSecret(flat, secret);
        if (session.NamesNoType)
            WriteWithoutType(writer, flat);
        else
            flat.Write(writer);
    }

    private static RealtimeSession Lift(SessionConfiguration configuration, WireReader start, bool namesType)
    {
        var session = new RealtimeSession
        {
            Id = configuration.SessionId!,
            Object = configuration.SessionObject,
            ExpiresAt = configuration.SessionExpiresAt,
            ClientSecret = configuration is LegacySessionConfiguration or LegacyTranscriptionSessionConfiguration ? FindSecret(start) : null,
            NamesNoType = !namesType && configuration is RealtimeSessionConfiguration,
            Configuration = configuration,
        };
        configuration.SessionId = configuration.SessionObject = null;
        configuration.SessionExpiresAt = null;
        if (configuration is TranslationSessionConfiguration translation)
            translation.SessionType = null;
        return session;
    }

    private static RealtimeSession Lift(UnknownSessionConfiguration unknown, KeptJson json) => new()
    {
        Id = json.GetText("id")!,
        Object = json.GetText("object"),
        ExpiresAt = json.TryFind("expires_at", out var expiry) && expiry.TokenType == JsonTokenType.Number && expiry.TryGetInt64(out var seconds)
            && seconds is > 0 and <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        Configuration = unknown,
    };

    /// <summary>In an answer <c>client_secret</c> holds the secret itself; in a request, how long it shall live.</summary>
    private static ClientSecret? FindSecret(WireReader reader)
    {
        while (reader.MoveToNextName())
        {
            var found = reader.ValueTextEquals("client_secret"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.StartObject)
                return ClientSecret.Read(ref reader) is { Value.Length: > 0 } secret ? secret : null;
            reader.Skip();
        }
        return null;
    }

    private static SessionConfiguration WithSecret(SessionConfiguration flat, ClientSecret secret)
    {
        var extra = flat.Extra is null ? [] : new Dictionary<string, JsonElement>(flat.Extra);
        extra["client_secret"] = WireWriter.ToElement(secret);
        return flat switch
        {
            LegacySessionConfiguration legacy => legacy with { Extra = extra, ClientSecretExpiresAfter = null },
            LegacyTranscriptionSessionConfiguration legacy => legacy with { Extra = extra, ClientSecretExpiresAfter = null },
            _ => flat with { Extra = extra },
        };
    }

    private static void WriteWithoutType(Utf8JsonWriter writer, SessionConfiguration flat)
    {
        writer.WriteStartObject();
        foreach (var member in WireWriter.ToElement(flat).EnumerateObject())
        {
            if (!member.NameEquals("type"u8))
                member.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
