namespace Realtime.Sdk.Internal;

/// <summary>Reads members of JSON for which there is no record.</summary>
internal static class WireElement
{
    /// <summary>Returns the <c>event_id</c> of a message, or null if it has none.</summary>
    public static string? GetEventId(this JsonElement message) => GetText(message, "event_id");

    /// <summary>Checks the JSON of an unrecognized message. Only the JSON is sent, so it must contain the type and the event ID of the record.</summary>
    public static void CheckMessage(this JsonElement message, Constraints constraints, string type, string? eventId)
    {
        if (message.ValueKind == JsonValueKind.Undefined)
            return;
        if (GetText(message, "type") is not { } written)
            constraints.Error("type", null, "is required");
        else if (written != type)
            constraints.Error("type", Constraints.Quote(written), $"must be {Constraints.Quote(type)}, the Type of the event");
        if (message.GetEventId() != eventId)
            constraints.Error("event_id", Constraints.Quote(eventId), "must be in the JSON: nothing else is sent");
    }

    /// <summary>Whether the JSON is an object with different types, which <see cref="WireDiscriminator"/> would reject when reading it.</summary>
    public static bool HasDifferentTypes(this JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return false;
        JsonElement? first = null;
        foreach (var member in json.EnumerateObject())
        {
            if (!IsType(member))
                continue;
            if (first is { } type && !AreSame(type, member.Value))
                return true;
            first = member.Value;
        }
        return false;
    }

    /// <summary>Whether a message has this type and no other, at any position and with any escapes.</summary>
    public static bool HasType(this JsonElement message, string type) => (GetText(message, "type") ?? "") == type && !message.HasDifferentTypes();

    private static bool IsType(JsonProperty member) => Try(member, static member => member.NameEquals("type"u8));

    private static bool AreSame(JsonElement one, JsonElement other) =>
        one.ValueKind == JsonValueKind.String && other.ValueKind == JsonValueKind.String
        && Try((one, other), static pair => pair.one.ValueEquals(pair.other.GetString()));

    public static string? GetText(this JsonElement message, string name) => Try((message, name), static of =>
        of.message.ValueKind == JsonValueKind.Object && of.message.TryGetProperty(of.name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null);

    /// <summary>Evaluates a function over text. Returns the default if the text contains a lone surrogate, which is reported by another check.</summary>
    private static TResult? Try<T, TResult>(T value, Func<T, TResult?> function)
    {
        try
        {
            return function(value);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }
}
