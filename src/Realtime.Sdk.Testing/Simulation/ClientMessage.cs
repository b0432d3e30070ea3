namespace Realtime.Sdk.Testing.Internal;

/// <summary>A message of a client as the model handles it: read, and refused when the service would not read it.</summary>
internal static class ClientMessage
{
    /// <summary>A JSON object cannot hold two members of one name; the platform finds that out only when one is looked up.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The message as JSON, with no member the service does not know and no value it would not take.</summary>
    /// <exception cref="EmulatorHttpException">The service would refuse it.</exception>
    public static JsonObject Read(ReceivedMessage message)
    {
        var json = Read(message, ClientEventMembers.Conversation);
        if (json.Text("type") != "session.update")
            Check(message, json);
        return json;
    }

    /// <summary>The message of a translation session.</summary>
    /// <inheritdoc cref="Read(ReceivedMessage)" path="/exception"/>
    public static JsonObject ReadTranslation(ReceivedMessage message) => Read(message, ClientEventMembers.Translation);

    /// <summary>The id the client gave the event; null when it cannot be told.</summary>
    public static string? EventId(ReceivedMessage message)
    {
        try
        {
            return message.Event switch
            {
                ClientEvent known => known.EventId,
                TranslationClientEvent known => known.EventId,
                _ => Json(message).Text("event_id"),
            };
        }
        catch (EmulatorHttpException)
        {
            return null;
        }
    }

    /// <summary>The audio of an append.</summary>
    public static byte[] Audio(JsonObject json)
    {
        var text = json.Text("audio") ?? throw EmulatorHttpException.MissingParameter("audio");
        var audio = new byte[text.Length];
        return Convert.TryFromBase64String(text, audio, out var length)
            ? audio[..length]
            : throw EmulatorHttpException.InvalidValue("audio", "base64 audio was expected, in the session's input format");
    }

    private static JsonObject Json(ReceivedMessage message)
    {
        try
        {
            return JsonNode.Parse(message.Bytes.Span, documentOptions: Strict) as JsonObject ?? throw NoEvent();
        }
        catch (JsonException)
        {
            throw NoEvent();
        }
    }

    private static JsonObject Read(ReceivedMessage message, IReadOnlyDictionary<string, JsonNode> events)
    {
        var json = Json(message);
        var type = json.Text("type") ?? throw new EmulatorHttpException(400, "The 'type' field is missing.", "invalid_event");
        if (!events.TryGetValue(type, out var known))
            throw EmulatorHttpException.InvalidValue("type", $"'{type}' is none of {string.Join(", ", events.Keys)}");
        KnownMembers.Check(json, known, "");
        return json;
    }

    private static EmulatorHttpException NoEvent() => new(400, "The message is not a JSON object whose members all have different names.", "invalid_event");

    /// <summary>Applies the rules the SDK knows of the service.</summary>
    private static void Check(ReceivedMessage message, JsonObject json)
    {
        try
        {
            foreach (var violation in (message.Event as ClientEvent ?? RealtimeJson.Deserialize<ClientEvent>(message.Bytes.Span)).Validate())
            {
                if (violation.Severity == ConstraintSeverity.Error)
                    throw Missing(json, violation.Path) is { } missing ? EmulatorHttpException.MissingParameter(missing) : EmulatorHttpException.InvalidValue(violation.Path, violation.Rule);
            }
        }
        catch (RealtimeProtocolException e)
        {
            throw EmulatorHttpException.WrongType(e.Path?.TrimStart('$', '.') ?? "type", "another kind of value was expected");
        }
    }

    /// <summary>The first step of a path that is not in the message; null when all of it is.</summary>
    private static string? Missing(JsonNode json, string path)
    {
        var node = json;
        for (var at = 0; at < path.Length;)
        {
            var end = path.IndexOfAny(['.', '['], at + 1);
            end = end < 0 ? path.Length : end;
            node = Step(node, path[at..end]);
            if (node is null)
                return path[..end];
            at = end;
        }
        return null;
    }

    private static JsonNode? Step(JsonNode node, string step) => node switch
    {
        JsonArray array => int.TryParse(step.Trim('[', ']'), out var index) && index < array.Count ? array[index] : null,
        JsonObject members => members[step.TrimStart('.')],
        _ => null,
    };
}
