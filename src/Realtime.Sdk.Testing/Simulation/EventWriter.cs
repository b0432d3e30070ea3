namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Writes server events member by member in the service's order, nulls included, and not from the SDK's records, so that a wrong wire name in the SDK is
/// noticed.
/// </summary>
/// <param name="ids">Creates IDs.</param>
/// <param name="send">Sends an event, whose memory is valid only during the call.</param>
internal sealed class EventWriter(IdSource ids, Action<ReadOnlyMemory<byte>> send)
{
    /// <summary>Sends an event: its type, a new ID, then the given members.</summary>
    public void Send(string type, params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var buffer = new PooledBuffer();
        using (var writer = Begin(buffer, type))
        {
            Write(writer, members);
            writer.WriteEndObject();
        }
        send(buffer.Written);
        buffer.Clear();
    }

    /// <summary>Sends an event whose last member, <c>delta</c>, is audio.</summary>
    public void SendAudio(string type, ReadOnlySpan<byte> audio, params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var buffer = new PooledBuffer();
        using (var writer = Begin(buffer, type))
        {
            Write(writer, members);
            writer.WriteBase64String("delta", audio);
            writer.WriteEndObject();
        }
        send(buffer.Written);
        buffer.Clear();
    }

    /// <summary>Sends an <c>error</c> event for the client event with the ID <paramref name="clientEventId"/>; null if the event has no ID.</summary>
    public void SendError(EmulatorHttpException refusal, string? clientEventId)
    {
        var error = refusal.Error;
        Send("error", ("error", new JsonObject
        {
            ["type"] = error["type"]?.DeepClone(),
            ["code"] = refusal.Code,
            ["message"] = refusal.Message,
            ["param"] = error["param"]?.DeepClone(),
            ["event_id"] = clientEventId,
        }));
    }

    private Utf8JsonWriter Begin(PooledBuffer buffer, string type)
    {
        var writer = new Utf8JsonWriter(buffer, WireJson.Plain);
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WriteString("event_id", ids.Next("event_"));
        return writer;
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            if (value is null)
                writer.WriteNullValue();
            else
                value.WriteTo(writer);
        }
    }
}
