namespace Realtime.Sdk.Internal;

/// <summary>What is read from JSON that no record of ours stands for.</summary>
internal static class WireElement
{
    /// <summary>The <c>event_id</c> of a whole message; null when it has none.</summary>
    public static string? GetEventId(this JsonElement message) => GetText(message, "event_id");

    /// <summary>A whole message of a kind we do not know: it says itself what it is, for only it is sent.</summary>
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

    /// <summary>Whether JSON is an object that names several types; <see cref="WireDiscriminator"/> refuses to read it back.</summary>
    public static bool NamesSeveralTypes(this JsonElement json)
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

    /// <summary>Whether a message names a type, wherever it stands and however it is written.</summary>
    public static bool HasType(this JsonElement message, string type) => (GetText(message, "type") ?? "") == type && !message.NamesSeveralTypes();

    private static bool IsType(JsonProperty member) => Try(member, static member => member.NameEquals("type"u8));

    private static bool AreSame(JsonElement one, JsonElement other) =>
        one.ValueKind == JsonValueKind.String && other.ValueKind == JsonValueKind.String
        && Try((one, other), static pair => pair.one.ValueEquals(pair.other.GetString()));

    public static string? GetText(this JsonElement message, string name) => Try((message, name), static of =>
        of.message.ValueKind == JsonValueKind.Object && of.message.TryGetProperty(of.name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null);

    /// <summary>What is asked of text; nothing when it holds half of a surrogate pair, which is reported on its own.</summary>
    private static TResult? Try<T, TResult>(T value, Func<T, TResult?> ask)
    {
        try
        {
            return ask(value);
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }
}
