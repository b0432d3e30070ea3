namespace Realtime.Sdk.Testing.Internal;

/// <summary>Masks secrets in messages.</summary>
internal static class SecretMask
{
    private const string Mask = "[masked]";

    /// <summary>The names of members whose values are secrets, regardless of their form. Case is ignored.</summary>
    private static readonly string[] Secret =
        ["authorization", "headers", "client_secret", "api_key", "api-key", "apikey", "access_token", "refresh_token", "password", "secret", "credential"];

    /// <summary>Masks the secrets in place, and returns the message.</summary>
    public static JsonNode? Apply(JsonNode? message) => Apply(message, isSecret: false);

    private static JsonNode? Apply(JsonNode? node, bool isSecret)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in members.Select(member => member.Key).ToList())
                {
                    // Removing and adding every member in turn preserves their order.
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
