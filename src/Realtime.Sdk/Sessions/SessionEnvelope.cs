namespace Realtime.Sdk.Internal;

/// <summary>Reads and writes a session, whose ID, object and expiration time are next to the members of its configuration on the wire.</summary>
internal static class SessionEnvelope
{
    public static RealtimeSession? Read(ref WireReader reader, SessionContext context)
    {
        var start = reader;
        return SessionConfiguration.Read(ref reader, context) switch
        {
            null => null,
            UnknownSessionConfiguration { Raw: { IsObject: true } json } unknown => CreateSession(unknown, json),
            var configuration => CreateSession(configuration, start),
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
            HasNoType = session.HasNoType,
        };
        if (flat is TranslationSessionConfiguration translation)
            translation.SessionType = translation.Type;
        if (session.ClientSecret is { } secret)
            flat = WithSecret(flat, secret);
        flat.Write(writer);
    }

    private static RealtimeSession CreateSession(SessionConfiguration configuration, WireReader start)
    {
        var session = new RealtimeSession
        {
            Id = configuration.SessionId!,
            Object = configuration.SessionObject,
            ExpiresAt = configuration.SessionExpiresAt,
            ClientSecret = configuration is LegacySessionConfiguration or LegacyTranscriptionSessionConfiguration ? FindSecret(start) : null,
            HasNoType = configuration.HasNoType,
            Configuration = configuration,
        };
        configuration.SessionId = configuration.SessionObject = null;
        configuration.SessionExpiresAt = null;
        configuration.HasNoType = false;
        if (configuration is TranslationSessionConfiguration translation)
            translation.SessionType = null;
        return session;
    }

    // Not the generated reader, because the members of an unrecognized session may have other types. The bound is the largest value of FromUnixTimeSeconds.
    private static RealtimeSession CreateSession(UnknownSessionConfiguration unknown, RawJson json) => new()
    {
        Id = json.GetText("id")!,
        Object = json.GetText("object"),
        ExpiresAt = json.TryFind("expires_at", out var expiry) && expiry.TokenType == JsonTokenType.Number && expiry.TryGetInt64(out var seconds)
            && seconds is > 0 and <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        Configuration = unknown,
    };

    /// <summary>Finds the secret of a session. In a response, <c>client_secret</c> contains the secret; in a request, its requested lifetime.</summary>
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
}

/// <summary>Reads and writes the session in an event of a realtime connection.</summary>
internal static class RealtimeConnectionSession
{
    public static WireValueShape Shape => WireValueShape.Object(RealtimeSession.GetWireShape);

    public static RealtimeSession? Read(ref WireReader reader) => SessionEnvelope.Read(ref reader, SessionContext.RealtimeEvent);

    public static void Write(Utf8JsonWriter writer, RealtimeSession value) => WireWriter.Write(writer, value);
}

/// <summary>Reads and writes the configuration in an event of a realtime connection.</summary>
internal static class RealtimeConnectionConfiguration
{
    public static WireValueShape Shape => WireValueShape.Object(SessionConfiguration.GetWireShape);

    public static SessionConfiguration? Read(ref WireReader reader) => SessionConfiguration.Read(ref reader, SessionContext.RealtimeEvent);

    public static void Write(Utf8JsonWriter writer, SessionConfiguration? value) => WireWriter.Write(writer, value);
}

/// <summary>Reads and writes the session in an event of a translation connection.</summary>
internal static class TranslationConnectionSession
{
    public static WireValueShape Shape => WireValueShape.Object(RealtimeSession.GetWireShape);

    public static RealtimeSession? Read(ref WireReader reader) => SessionEnvelope.Read(ref reader, SessionContext.TranslationEvent);

    public static void Write(Utf8JsonWriter writer, RealtimeSession value) => WireWriter.Write(writer, value);
}
