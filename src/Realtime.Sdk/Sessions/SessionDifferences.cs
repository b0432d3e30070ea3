namespace Realtime.Sdk.Internal;

/// <summary>Compares the requested with the effective session, member by member.</summary>
internal static class SessionDifferences
{
    private const string Hidden = "…";

    public static IReadOnlyList<SessionDifference> Between(SessionConfiguration requested, SessionConfiguration effective)
    {
        var differences = new List<SessionDifference>();
        Compare("", WireWriter.ToElement(requested), WireWriter.ToElement(effective), hidden: false, differences);
        return differences;
    }

    private static void Compare(string path, JsonElement requested, JsonElement? effective, bool hidden, List<SessionDifference> differences)
    {
        if (requested.ValueKind == JsonValueKind.Object && effective is { ValueKind: JsonValueKind.Object } members)
        {
            foreach (var member in requested.EnumerateObject())
            {
                var inside = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                Compare(inside, member.Value, members.TryGetProperty(member.Name, out var found) ? found : null, hidden || IsSecret(member.Name), differences);
            }
        }
        else if (requested.ValueKind == JsonValueKind.Array && effective is { ValueKind: JsonValueKind.Array } elements
            && requested.GetArrayLength() == elements.GetArrayLength() && !IsSet(path))
        {
            for (var i = 0; i < requested.GetArrayLength(); i++)
                Compare($"{path}[{i}]", requested[i], elements[i], hidden, differences);
        }
        else if (!(IsSet(path) ? SameElements(requested, effective) : Same(requested, effective)))
        {
            differences.Add(new(path, Shown(requested, hidden), effective is { } value ? Shown(value, hidden) : null));
        }
    }

    /// <summary>Returns whether the order of the list at a path is irrelevant; see <see cref="WireSetAttribute"/>.</summary>
    private static bool IsSet(string path) => path is "output_modalities" or "modalities" or "include";

    private static bool SameElements(JsonElement requested, JsonElement? effective)
    {
        if (requested.ValueKind != JsonValueKind.Array || effective is not { ValueKind: JsonValueKind.Array } given)
            return Same(requested, effective);
        return IsSubset(requested, given) && IsSubset(given, requested);
    }

    private static bool IsSubset(JsonElement list, JsonElement of) =>
        list.EnumerateArray().All(element => of.EnumerateArray().Any(other => JsonElement.DeepEquals(element, other)));

    /// <summary>Returns whether two values are equal. Numbers are compared by value; <c>null</c> and an absent member are equal, because both mean off.</summary>
    private static bool Same(JsonElement requested, JsonElement? effective) =>
        effective is { } value ? JsonElement.DeepEquals(requested, value) : requested.ValueKind == JsonValueKind.Null;

    private static string Shown(JsonElement json, bool hidden) => hidden || HoldsSecret(json) ? Hidden : json.GetRawText();

    private static bool IsSecret(string name) => name is "authorization" or "headers" or "client_secret" or "server_url";

    private static bool HoldsSecret(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => IsSecret(member.Name) || HoldsSecret(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(HoldsSecret),
        _ => false,
    };
}
