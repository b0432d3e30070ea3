namespace Realtime.Sdk.Internal;

/// <summary>
/// Checks of members, types and values that this version does not know. They are only warnings, because the service adds new ones before this SDK does.
/// </summary>
internal sealed partial class Constraints
{
    /// <summary>Reports a value that is not one of the known values. A blank value is reported as an error: it is not new, but missing.</summary>
    public void UnknownValue(string? value, string name, params IReadOnlyList<string> known)
    {
        Required(value, name);
        if (!string.IsNullOrWhiteSpace(value))
            Add(name, Quote(value), $"should be one of {string.Join(", ", known)}{Suggestion.Format(value, known)}", ConstraintSeverity.Warning, ViolationKind.UnknownValue);
    }

    /// <summary>Reports an unknown type of a family that has too many types to list them. A blank type is reported as an error: it is missing.</summary>
    public void UnknownKind(string type, string rule)
    {
        Required(type.Length == 0 ? null : type, "type");
        if (!string.IsNullOrWhiteSpace(type))
            Unknown("type", Quote(type), rule);
    }

    /// <inheritdoc cref="UnknownValue(string, string, IReadOnlyList{string})"/>
    public void UnknownValue(JsonElement value, params IReadOnlyList<string> known)
    {
        // A lone surrogate is reported by ValidJson.
        if (IsReadable(value))
            UnknownValue(value.GetString(), "", known);
    }

    /// <summary>
    /// Reports an unknown variant of a family whose variants are objects with a <c>type</c> or, in some families, one of a few strings. Generated code calls
    /// this method.
    /// </summary>
    public void UnknownVariant(IUnknownVariant value, IReadOnlyList<string> values, IReadOnlyList<string> types)
    {
        if (values.Count > 0 && value.Raw.Element.ValueKind == JsonValueKind.String)
            UnknownValue(value.Type, "", [.. values, .. types]);
        else
            UnknownType(value, types);
    }

    /// <summary>Reports an unknown variant of a family whose variants are objects with a <c>type</c>.</summary>
    public void UnknownType(IUnknownVariant value, params IReadOnlyList<string> types)
    {
        var known = string.Join(", ", types);
        if (value.Raw.Element is { ValueKind: not JsonValueKind.Object and not JsonValueKind.Undefined })
            Unknown("", null, $"should be an object whose type is one of {known}");
        else if (!string.IsNullOrWhiteSpace(value.Type))
            Unknown("type", Quote(value.Type), $"should be one of {known}{Suggestion.Format(value.Type, types)}");
        else if (FindMisspelled(value.Raw.Element, "type") is { } name)
            Error(name, null, "is not a known member, did you mean \"type\"?");
        else
            Error("type", null, $"is required: known values are {known}");
    }

    /// <summary>Reports that a variant of a known type lacks the member that identifies it, and suggests the name if it seems misspelled.</summary>
    public void MissingMember(IUnknownVariant value, string name)
    {
        Error(name, null, "is required");
        if (FindMisspelled(value.Raw.Element, name) is { } given)
            Unknown(given, null, $"is not a known member, did you mean {Quote(name)}?");
    }

    /// <summary>Reports a value of a shape that its family does not have.</summary>
    public void UnknownShape(string rule, string name = "") => Unknown(name, null, rule);

    private void Unknown(string name, string? value, string rule) => Add(name, value, rule, ConstraintSeverity.Warning, ViolationKind.UnknownType);

    /// <summary>Reports a member that the record does not have, unless another rule has already been reported for it.</summary>
    private void UnknownMember(WireObject value, string name)
    {
        var path = PeerText.Sanitize(GetPath(name)).ToString();
        if (!_violations.Exists(violation => violation.Path == path))
            Add(name, null, $"is not a known member{Suggestion.Format(name, value.KnownMembers)}", ConstraintSeverity.Warning, ViolationKind.UnknownMember);
    }

    /// <summary>Returns the name of the member that is similar to the given name, or null if there is none.</summary>
    private static string? FindMisspelled(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in json.EnumerateObject())
        {
            if (GetName(member) is { } given && given != name && Suggestion.Find(given, [name]) is not null)
                return given;
        }
        return null;
    }

    /// <summary>Returns the name, or null if it contains a lone surrogate, which <see cref="JsonProperty.Name"/> cannot return.</summary>
    private static string? GetName(JsonProperty member)
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
