namespace Realtime.Sdk.Testing.Internal;

/// <summary>A message of a client as the model handles it: read, and refused when the service would not read it.</summary>
internal static class ClientMessage
{
    private const string ClearOutput = "output_audio_buffer.clear";

    /// <summary>A JSON object cannot hold two members of one name; the platform finds that out only when one is looked up.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The message as JSON, with no member the service does not know and no value it would not take.</summary>
    /// <exception cref="EmulatorHttpException">The service would refuse it.</exception>
    public static JsonObject Read(ReceivedMessage message, SimulationContext context)
    {
        var json = Read(message, EventShapes.Conversation, ServiceWords.Events, context.Policy);

        // Seen of the service: over a WebSocket, where the client plays the audio itself, this event is not among those it knows.
        if (json.Text("type") == ClearOutput && !context.HasMedia)
            throw Refusals.UnknownWord("type", ClearOutput, ServiceWords.Events);
        return json;
    }

    /// <summary>The message of a translation session.</summary>
    /// <inheritdoc cref="Read(ReceivedMessage, SimulationContext)" path="/exception"/>
    public static JsonObject ReadTranslation(ReceivedMessage message, ServicePolicy policy) =>
        Read(message, EventShapes.Translation, ServiceWords.TranslationEvents, policy);

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
        var text = json.Text("audio")!;
        if (text.Length == 0)
            throw Refusals.NoAudio("audio", "empty bytes");
        var audio = new byte[text.Length];
        return Convert.TryFromBase64String(text, audio, out var length) ? audio[..length] : throw Refusals.NoAudio("audio", "an invalid value");
    }

    /// <summary>The message as a JSON object. Both refusals were seen of the service.</summary>
    private static JsonObject Json(ReceivedMessage message)
    {
        if (message.IsBinary)
            throw new EmulatorHttpException(400, "Expected a text WebSocket message; binary frames are not supported.", "invalid_event");
        try
        {
            return JsonNode.Parse(message.Bytes.Span, documentOptions: Strict) as JsonObject ?? throw NoEvent();
        }
        catch (JsonException)
        {
            throw NoEvent();
        }
    }

    private static JsonObject Read(ReceivedMessage message, IReadOnlyDictionary<string, WireRule> events, WordSet types, ServicePolicy policy)
    {
        var json = Json(message);
        var type = json.Text("type") ?? throw new EmulatorHttpException(400, "The 'type' field is missing.", "invalid_event");
        if (events.TryGetValue(type, out var rule))
            rule.Check(json, new(policy));
        else if (!policy.AcceptsUnknownValues)
            throw Refusals.UnknownWord("type", type, types);
        return json;
    }

    private static EmulatorHttpException NoEvent() => new(400, "Invalid event: failed to parse JSON value.", "invalid_json");
}
