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
                    throw IsThere(json, violation.Path) ? Refusal.InvalidValue(violation.Path, violation.Rule) : Refusal.MissingParameter(violation.Path);
            }
        }
        catch (RealtimeProtocolException e)
        {
            throw Refusal.WrongType(e.Path?.TrimStart('$', '.') ?? "type", "another kind of value was expected");
        }
    }

    private static bool IsThere(JsonNode json, string path)
    {
        var node = json;
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            node = node switch
            {
                JsonArray array when int.TryParse(step, out var index) && index < array.Count => array[index],
                JsonObject members => members[step],
                _ => null,
            };
        }
        return node is not null;
    }
}
