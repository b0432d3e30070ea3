namespace Realtime.Sdk.Testing.Internal;

/// <summary>Takes secrets out of messages.</summary>
internal static class SecretMask
{
    private const string Mask = "[masked]";

    /// <summary>Members whose values are secrets, whatever their form and whatever the case of the name.</summary>
    private static readonly string[] Secret =
        ["authorization", "headers", "client_secret", "api_key", "api-key", "apikey", "access_token", "refresh_token", "password", "secret", "credential"];

    /// <summary>The message, changed in place.</summary>
    public static JsonNode? Apply(JsonNode? message) => Apply(message, isSecret: false);

    private static JsonNode? Apply(JsonNode? node, bool isSecret)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in members.Select(member => member.Key).ToList())
                {
                    // Taken out and put in again, one after the other, members keep their order.
                    var value = members[name];
                    members.Remove(name);
                    members[PeerText.MaskKeys(name)] = Apply(value, isSecret || Secret.Contains(name, StringComparer.OrdinalIgnoreCase));
                }
                return members;
            case JsonArray elements:
                for (var i = 0; i < elements.Count; i++)
                {
                    if (Apply(elements[i], isSecret) is var masked && masked != elements[i])
                        elements[i] = masked;
                }
                return elements;
            case JsonValue value when value.TryGetValue(out string? text):
                var shown = isSecret ? Mask : PeerText.MaskKeys(text);
                return ReferenceEquals(shown, text) ? node : shown;
            default:
                return node;
        }
    }
}
