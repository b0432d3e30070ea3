namespace Realtime.Sdk.Internal;

/// <summary>What this version does not know: members, types and words. All of them are warnings, because the service adds them before this SDK does.</summary>
internal sealed partial class Constraints
{
    /// <summary>A word that is not one of the known ones. A blank one is not newer than this SDK but missing, which is an error.</summary>
    public void UnknownWord(string? word, string name, params IReadOnlyList<string> known)
    {
        Required(word, name);
        if (!string.IsNullOrWhiteSpace(word))
            Add(name, Quote(word), $"should be one of {string.Join(", ", known)}{Suggestion.Text(word, known)}", ConstraintSeverity.Warning, ViolationKind.UnknownWord);
    }

    /// <summary>A type that is not known, in a family that has too many to list them. A blank one is missing, which is an error.</summary>
    public void UnknownKind(string type, string rule)
    {
        Required(type.Length == 0 ? null : type, "type");
        if (!string.IsNullOrWhiteSpace(type))
            Unknown("type", Quote(type), rule);
    }

    /// <inheritdoc cref="UnknownWord(string, string, IReadOnlyList{string})"/>
    public void UnknownWord(JsonElement word, params IReadOnlyList<string> known) => UnknownWord(IsReadable(word) ? word.GetString() : null, "", known);

    /// <summary>A variant of a family that is an object with a <c>type</c>, or in some families one of a few words; generated checks report it.</summary>
    public void UnknownVariant(IUnknownVariant value, IReadOnlyList<string> words, IReadOnlyList<string> types)
    {
        if (words.Count > 0 && value.Kept.Element.ValueKind == JsonValueKind.String)
            UnknownWord(value.Type, "", [.. words, .. types]);
        else
            UnknownType(value, types);
    }

    /// <summary>A variant of a family whose variants are objects with a <c>type</c>.</summary>
    public void UnknownType(IUnknownVariant value, params IReadOnlyList<string> types)
    {
        var known = string.Join(", ", types);
        if (value.Kept.Element is { ValueKind: not JsonValueKind.Object and not JsonValueKind.Undefined })
            Unknown("", null, $"should be an object whose type is one of {known}");
        else if (!string.IsNullOrWhiteSpace(value.Type))
            Unknown("type", Quote(value.Type), $"should be one of {known}{Suggestion.Text(value.Type, types)}");
        else if (Misspelled(value.Kept.Element, "type") is { } name)
            Error(name, null, "is not a known member, did you mean \"type\"?");
        else
            Error("type", null, $"is required: known values are {known}");
    }

    /// <summary>A variant of a known type that lacks the member without which it is none. Perhaps the member's name is misspelled.</summary>
    public void MissingMember(IUnknownVariant value, string name)
    {
        Error(name, null, "is required");
        if (Misspelled(value.Kept.Element, name) is { } given)
            Unknown(given, null, $"is not a known member, did you mean {Quote(name)}?");
    }

    /// <summary>A value of a shape that its family does not have.</summary>
    public void UnknownShape(string rule, string name = "") => Unknown(name, null, rule);

    private void Unknown(string name, string? value, string rule) => Add(name, value, rule, ConstraintSeverity.Warning, ViolationKind.UnknownType);

    /// <summary>A member that the record does not have, unless a rule of its own has been reported for it.</summary>
    private void UnknownMember(WireObject value, string name)
    {
        var path = PeerText.Sanitize(PathTo(name)).ToString();
        if (!_violations.Exists(violation => violation.Path == path))
            Add(name, null, $"is not a known member{Suggestion.Text(name, value.KnownMembers)}", ConstraintSeverity.Warning, ViolationKind.UnknownMember);
    }

    /// <summary>Returns the member whose name is nearly the given one; null when there is none.</summary>
    private static string? Misspelled(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in json.EnumerateObject())
        {
            if (NameOf(member) is { } given && given != name && Suggestion.For(given, [name]) is not null)
                return given;
        }
        return null;
    }

    /// <summary>Returns the name; null when it holds half of a surrogate pair.</summary>
    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
