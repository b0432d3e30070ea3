namespace Realtime.Sdk.Internal;

/// <summary>Compares the requested with the effective session, member by member.</summary>
internal static class SessionDifferences
{
    private const string Hidden = "…";

    public static IReadOnlyList<SessionDifference> Compare(SessionConfiguration requested, SessionConfiguration effective)
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
        else if (!(IsSet(path) ? HaveEqualElements(requested, effective) : AreEqual(requested, effective)))
        {
            differences.Add(new(path, Format(requested, hidden), effective is { } value ? Format(value, hidden) : null));
        }
    }

    /// <summary>Returns whether the order of the list at a path is irrelevant; see <see cref="WireSetAttribute"/>.</summary>
    private static bool IsSet(string path) => path is "output_modalities" or "modalities" or "include";

    private static bool HaveEqualElements(JsonElement requested, JsonElement? effective)
    {
        if (requested.ValueKind != JsonValueKind.Array || effective is not { ValueKind: JsonValueKind.Array } given)
            return AreEqual(requested, effective);
        return IsSubset(requested, given) && IsSubset(given, requested);
    }

    private static bool IsSubset(JsonElement list, JsonElement of) =>
        list.EnumerateArray().All(element => of.EnumerateArray().Any(other => JsonElement.DeepEquals(element, other)));

    /// <summary>Returns whether two values are equal. Numbers are compared by value; <c>null</c> and an absent member are equal, because both mean off.</summary>
    private static bool AreEqual(JsonElement requested, JsonElement? effective) =>
        effective is { } value ? JsonElement.DeepEquals(requested, value) : requested.ValueKind == JsonValueKind.Null;

    private static string Format(JsonElement json, bool hidden) => hidden || ContainsSecret(json) ? Hidden : json.GetRawText();

    private static bool IsSecret(string name) => name is "authorization" or "headers" or "client_secret" or "server_url";

    private static bool ContainsSecret(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Any(member => IsSecret(member.Name) || ContainsSecret(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Any(ContainsSecret),
        _ => false,
    };
}
