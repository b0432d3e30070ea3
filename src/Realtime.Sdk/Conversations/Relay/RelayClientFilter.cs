using System.Buffers;
using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Decides about the messages of a client. The decision is made on the parsed JSON, and what is forwarded is written from it: nothing that is read in another way, such as
/// duplicate names, escapes or nested text, can pass without having been seen.
/// </summary>
internal sealed class RelayClientFilter(RealtimeRelayPolicy policy)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private readonly bool _allowsAudio = policy.ClientEvents.Contains(RelayClientEvents.Append);

    /// <summary>
    /// Finds the audio of an append event in its usual form, without allocating. Any other form, even a valid one, is left to <see cref="Decide(ReadOnlyMemory{byte})"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="eventId">The event ID as it is written in the message; empty if there is none.</param>
    /// <param name="base64">The audio.</param>
    public bool TryReadAppend(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> eventId, out ReadOnlySpan<byte> base64)
    {
        eventId = default;
        base64 = default;
        if (!_allowsAudio)
            return false;
        JsonStringSlice type = default, id = default, audio = default;
        var members = new FastJsonObjectReader(message);
        while (members.MoveNext())
        {
            if (members.Name.SequenceEqual("type"u8) ? !TryReadOnce(ref members, ref type)
                : members.Name.SequenceEqual("audio"u8) ? !TryReadOnce(ref members, ref audio)
                : !members.Name.SequenceEqual("event_id"u8) || !TryReadOnce(ref members, ref id))
            {
                return false;
            }
        }
        if (!members.IsComplete || !type.TryGetPlain(message, out var name) || !name.SequenceEqual("input_audio_buffer.append"u8) || !audio.TryGetPlain(message, out base64))
            return false;
        if (id.IsPresent && (!id.TryGetPlain(message, out eventId) || eventId.Length is 0 or > RelayEventIds.MaxLength || !System.Text.Ascii.IsValid(eventId)))
            return false;
        return IsBase64(base64);
    }

    /// <summary>Decides about a message of any form.</summary>
    public RelayDecision Decide(ReadOnlyMemory<byte> message)
    {
        try
        {
            if (Utf8.IsValid(message.Span))
            {
                using var json = JsonDocument.Parse(message, Strict);
                return Decide(json.RootElement);
            }
        }
        catch (Exception e) when (WireMessage.IsContentError(e))
        {
            // JSON that breaks off or is nested too deeply, duplicate names, and text with half a character.
        }
        return new(null, "The message is not valid JSON whose members all have different names.");
    }

    private RelayDecision Decide(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !TryGetString(message, "type", out var type))
            return new(null, "The message must be a JSON object with a type.");
        var eventId = TryGetString(message, "event_id", out var id) && id.Length is > 0 and <= RelayEventIds.MaxLength ? id : null;
        if (RelayClientEvents.Find(type) is not { } members || !IsAllowed(type))
            return new(null, "Events of this type are not allowed.", RelayClientEvents.Find(type) is null ? null : type, eventId);
        if (message.TryGetProperty("event_id", out _) && eventId is null)
            return new(null, $"The event ID must be text of 1 to {RelayEventIds.MaxLength} characters.", type);
        var forwarded = new ArrayBufferWriter<byte>();
        return TryWrite(message, type, eventId, members, forwarded) is { } refusal ? new(null, refusal, type, eventId) : Read(forwarded.WrittenSpan, type, eventId);
    }

    private bool IsAllowed(string type) => type == RelayClientEvents.SessionUpdate ? policy.SessionMembers.Count > 0 || policy.DropForbiddenMembers : policy.ClientEvents.Contains(type);

    /// <summary>Writes the event with its allowed members. Returns why it is refused; null if it is not.</summary>
    private string? TryWrite(JsonElement message, string type, string? eventId, IReadOnlyList<string> members, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("type", type);
        if (eventId is not null)
            json.WriteString("event_id", RelayEventIds.Prefix + eventId);
        foreach (var member in message.EnumerateObject())
        {
            if (member.NameEquals("type") || member.NameEquals("event_id"))
                continue;
            if (!members.Any(member.NameEquals))
                return "The event has a member that is not allowed.";
            json.WritePropertyName(member.Name);
            if (TryWriteMember(member, type, json) is { } refusal)
                return refusal;
        }
        json.WriteEndObject();
        return null;
    }

    private string? TryWriteMember(JsonProperty member, string type, Utf8JsonWriter json)
    {
        switch (type)
        {
            case RelayClientEvents.SessionUpdate:
                return TryWriteAllowed(member.Value, policy.SessionMembers, json, isSession: true) ? null : "The session has a member that is not allowed.";
            case RelayClientEvents.ResponseCreate:
                return TryWriteAllowed(member.Value, policy.ResponseMembers, json, isSession: false) ? null : "The response has a member that is not allowed.";
            case RelayClientEvents.ItemCreate when member.NameEquals("item") && RelayClientEvents.FindItemFault(member.Value) is { } fault:
                return fault;
            default:
                member.Value.WriteTo(json);
                return null;
        }
    }

    /// <summary>Writes the allowed members of a session or response. Returns false if it has others, unless they may be removed.</summary>
    private bool TryWriteAllowed(JsonElement value, IReadOnlyList<string> allowed, Utf8JsonWriter json, bool isSession, string path = "")
    {
        if (value.ValueKind != JsonValueKind.Object)
            return false;
        json.WriteStartObject();

        // Clients of the beta send no type, and are refused only if the rest of their event must be forwarded as it is.
        var addsType = isSession && path.Length == 0 && policy.DropForbiddenMembers;
        if (addsType)
            json.WriteString("type", "realtime");
        foreach (var member in value.EnumerateObject())
        {
            if (addsType && member.NameEquals("type"))
                continue;

            // A name with a dot is the name of one member, and must not be taken for a path.
            var memberPath = member.Name.Contains('.') ? "" : path + member.Name;
            if (allowed.Contains(memberPath) || (isSession && memberPath == "type" && IsRealtime(member.Value)))
            {
                member.WriteTo(json);
            }
            else if (member.Value.ValueKind == JsonValueKind.Object && allowed.Any(one => one.StartsWith($"{memberPath}.", StringComparison.Ordinal)))
            {
                json.WritePropertyName(member.Name);
                if (!TryWriteAllowed(member.Value, allowed, json, isSession, $"{memberPath}."))
                    return false;
            }
            else if (!policy.DropForbiddenMembers)
            {
                return false;
            }
        }
        json.WriteEndObject();
        return true;
    }

    /// <summary>Whether a value is the type of the session. It is not a setting: the service requires it, and it cannot change.</summary>
    private static bool IsRealtime(JsonElement type) => type.ValueKind == JsonValueKind.String && type.ValueEquals("realtime");

    private static RelayDecision Read(ReadOnlySpan<byte> forwarded, string type, string? eventId) =>
        WireMessage.TryRead<ClientEvent>(forwarded, out var read, out _) && read.AdditionalProperties.Count == 0
            ? new(read, null, type, eventId)
            : new(null, "A member of the event has the wrong shape.", type, eventId);

    private static bool TryGetString(JsonElement value, string name, out string text)
    {
        text = value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";
        return text.Length > 0;
    }

    private static bool TryReadOnce(ref FastJsonObjectReader members, ref JsonStringSlice text) => !text.IsPresent && members.TryReadString(out text) && text.IsPresent;

    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.Length % 4 != 0)
            return false;
        var padding = text.EndsWith("=="u8) ? 2 : text[^1] == '=' ? 1 : 0;
        return text[..^padding].IndexOfAnyExcept(Base64) < 0;
    }
}
