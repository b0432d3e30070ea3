namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reads the messages of clients for the model, and refuses those that the service would refuse.</summary>
internal static class ClientMessage
{
    private const string ClearOutput = "output_audio_buffer.clear";

    /// <summary>Reads a message as JSON whose members and values the service would accept.</summary>
    /// <exception cref="EmulatorHttpException">The service would refuse the message.</exception>
    public static JsonObject Read(ReceivedMessage message, SimulationContext context)
    {
        var json = Read(message, EventShapes.Conversation, ServiceValues.Events, context.Policy);

        // Observed from the service: this event is unknown over a WebSocket, where the client plays the audio.
        if (json.Text("type") == ClearOutput && !context.HasMedia)
            throw ServiceErrors.UnknownValue("type", ClearOutput, ServiceValues.Events);
        return json;
    }

    /// <summary>Reads a message of a translation session.</summary>
    /// <inheritdoc cref="Read(ReceivedMessage, SimulationContext)" path="/exception"/>
    public static JsonObject ReadTranslation(ReceivedMessage message, ServicePolicy policy) =>
        Read(message, EventShapes.Translation, ServiceValues.TranslationEvents, policy);

    /// <summary>Returns the ID that the client gave the event; null if it gave none, or if the message cannot be read.</summary>
    public static string? GetEventId(ReceivedMessage message)
    {
        try
        {
            return message.Event switch
            {
                ClientEvent known => known.EventId,
                TranslationClientEvent known => known.EventId,
                _ => ParseObject(message).Text("event_id"),
            };
        }
        catch (EmulatorHttpException)
        {
            return null;
        }
    }

    /// <summary>Returns the audio of an append.</summary>
    public static byte[] DecodeAudio(JsonObject json)
    {
        var text = json.Text("audio")!;
        if (text.Length == 0)
            throw ServiceErrors.InvalidAudio("audio", "empty bytes");
        var audio = new byte[text.Length];
        return Convert.TryFromBase64String(text, audio, out var length) ? audio[..length] : throw ServiceErrors.InvalidAudio("audio", "an invalid value");
    }

    /// <summary>Returns the message as a JSON object. Both refusals were observed from the service.</summary>
    private static JsonObject ParseObject(ReceivedMessage message)
    {
        if (message.IsBinary)
            throw new EmulatorHttpException(400, "Expected a text WebSocket message; binary frames are not supported.", "invalid_event");
        return WireJson.ParseObject(message.Bytes.Span) ?? throw new EmulatorHttpException(400, "Invalid event: failed to parse JSON value.", "invalid_json");
    }

    private static JsonObject Read(ReceivedMessage message, IReadOnlyDictionary<string, WireRule> events, ValueSet types, ServicePolicy policy)
    {
        var json = ParseObject(message);
        var type = json.Text("type") ?? throw new EmulatorHttpException(400, "The 'type' field is missing.", "invalid_event");
        if (events.TryGetValue(type, out var rule))
            rule.Check(json, new(policy));
        else if (!policy.AcceptsUnknownValues)
            throw ServiceErrors.UnknownValue("type", type, types);
        return json;
    }
}
