namespace Realtime.Sdk.Testing.Internal;

/// <summary>A message of a client as the model handles it: read, and refused when the service would not read it.</summary>
internal static class ClientMessage
{
    /// <summary>The message as JSON, with no member the service does not know and no value it would not take.</summary>
    /// <exception cref="Refusal">The service would refuse it.</exception>
    public static JsonObject Read(ReceivedMessage message)
    {
        var json = Json(message);
        var type = json.Text("type") ?? throw new Refusal(400, "The 'type' field is missing.", "invalid_event");
        var known = ClientEventMembers.Of(type) ?? throw Refusal.InvalidValue("type", $"'{type}' is none of {string.Join(", ", ClientEventMembers.Types)}");
        KnownMembers.Check(json, known, "");
        if (type != "session.update")
            Check(message, json);
        return json;
    }

    /// <summary>The id the client gave the event; null when it cannot be told.</summary>
    public static string? EventId(ReceivedMessage message)
    {
        try
        {
            return message.Event is ClientEvent known ? known.EventId : Json(message).Text("event_id");
        }
        catch (Refusal)
        {
            return null;
        }
    }

    private static JsonObject Json(ReceivedMessage message)
    {
        try
        {
            return JsonNode.Parse(message.Bytes.Span) as JsonObject ?? throw NoEvent();
        }
        catch (JsonException)
        {
            throw NoEvent();
        }
    }

    private static Refusal NoEvent() => new(400, "The message is no JSON object.", "invalid_event");

    /// <summary>Applies the rules the SDK knows of the service.</summary>
    private static void Check(ReceivedMessage message, JsonObject json)
    {
        try
        {
            foreach (var violation in RealtimeJson.Deserialize<ClientEvent>(message.Bytes.Span).Validate())
            {
                if (violation.Severity == ConstraintSeverity.Error)
                    throw Missing(json, violation.Path) is { } missing ? Refusal.MissingParameter(missing) : Refusal.InvalidValue(violation.Path, violation.Rule);
            }
        }
        catch (RealtimeProtocolException e)
        {
            throw Refusal.WrongType(e.Path?.TrimStart('$', '.') ?? "type", "another kind of value was expected");
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
