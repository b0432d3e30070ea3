namespace Realtime.Sdk.Testing.Internal;

/// <summary>Takes secrets out of messages.</summary>
internal static class SecretMask
{
    private const string Mask = "[masked]";

    private static readonly string[] Secret = ["authorization", "headers", "client_secret", "api_key"];
    private static readonly string[] Keys = ["sk-", "ek_", "Bearer "];

    /// <summary>The message, changed in place.</summary>
    public static JsonNode? Apply(JsonNode? message) => Apply(message, isSecret: false);

    private static JsonNode? Apply(JsonNode? node, bool isSecret)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in members.Select(member => member.Key).ToList())
                    members[name] = Detached(members, name, isSecret || Secret.Contains(name));
                return members;
            case JsonArray elements:
                for (var i = 0; i < elements.Count; i++)
                {
                    if (Apply(elements[i], isSecret) is var masked && masked != elements[i])
                        elements[i] = masked;
                }
                return elements;
            case JsonValue value when value.TryGetValue(out string? text) && (isSecret || Keys.Any(key => text.StartsWith(key, StringComparison.OrdinalIgnoreCase))):
                return Mask;
            default:
                return node;
        }
    }

    private static JsonNode? Detached(JsonObject members, string name, bool isSecret)
    {
        var old = members[name];
        var masked = Apply(old, isSecret);
        if (masked == old)
            members.Remove(name);
        return masked;
    }
}
