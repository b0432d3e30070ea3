using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Removes credentials from messages that contain the session: those of MCP servers, and the client secret of a beta session. It works on the JSON, not on the records: a
/// single tool of an unknown shape would otherwise hide the credentials of all of them in an unknown member.
/// </summary>
internal static class RelaySessionFilter
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Returns the message without credentials: the same if it has none, and an empty one if it could be read in two ways.</summary>
    public static ReadOnlyMemory<byte> Filter(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var json = JsonDocument.Parse(message, Strict);
            var filtered = new ArrayBufferWriter<byte>(message.Length);
            using (var writer = new Utf8JsonWriter(filtered))
            {
                if (!TryWrite(json.RootElement, writer))
                    return message;
            }
            return filtered.WrittenMemory;
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            return default;
        }
    }

    /// <summary>Writes the message without credentials. Returns false if it has none.</summary>
    private static bool TryWrite(JsonElement message, Utf8JsonWriter writer)
    {
        var isChanged = false;
        writer.WriteStartObject();
        foreach (var member in message.EnumerateObject())
        {
            if (member.NameEquals("session"u8) && member.Value.ValueKind == JsonValueKind.Object)
            {
                writer.WritePropertyName(member.Name);
                isChanged |= WriteSession(member.Value, writer);
            }
            else
            {
                member.WriteTo(writer);
            }
        }
        writer.WriteEndObject();
        return isChanged;
    }

    private static bool WriteSession(JsonElement session, Utf8JsonWriter writer)
    {
        var isChanged = false;
        writer.WriteStartObject();
        foreach (var member in session.EnumerateObject())
        {
            if (member.NameEquals("client_secret"u8) || (member.NameEquals("tools"u8) && member.Value.ValueKind == JsonValueKind.Object))
            {
                isChanged = true;
            }
            else if (member.NameEquals("tools"u8) && member.Value.ValueKind == JsonValueKind.Array)
            {
                writer.WriteStartArray(member.Name);
                foreach (var tool in member.Value.EnumerateArray())
                    isChanged |= WriteTool(tool, writer);
                writer.WriteEndArray();
            }
            else
            {
                member.WriteTo(writer);
            }
        }
        writer.WriteEndObject();
        return isChanged;
    }

    private static bool WriteTool(JsonElement tool, Utf8JsonWriter writer)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            tool.WriteTo(writer);
            return false;
        }
        var isChanged = false;
        writer.WriteStartObject();
        foreach (var member in tool.EnumerateObject())
        {
            if (member.NameEquals("authorization"u8) || member.NameEquals("headers"u8))
                isChanged = true;
            else
                member.WriteTo(writer);
        }
        writer.WriteEndObject();
        return isChanged;
    }
}
