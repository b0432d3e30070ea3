using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>Checks that apply to every object: its unknown members, and JSON that comes from the caller.</summary>
internal sealed partial class Constraints
{
    /// <summary>Reports members that must not be set although a caller can add them to <see cref="WireObject.AdditionalProperties"/>.</summary>
    public void Forbid(WireObject value, string rule, params ReadOnlySpan<string> names)
    {
        if (value.Extra is not { } extra)
            return;
        foreach (var name in names)
        {
            if (extra.ContainsKey(name))
                Error(name, null, rule);
        }
    }

    /// <summary>Reports every member that the record does not define.</summary>
    public void ForbidOtherMembers(WireObject value, string rule)
    {
        foreach (var name in value.AdditionalProperties.Keys)
            Error(name, null, rule);
    }

    /// <summary>Checks JSON from the caller: it must not be undefined, and its text must be valid Unicode.</summary>
    public void ValidJson(JsonElement json, string name)
    {
        if (!IsPlain(json))
            FindFaults(json, name);
    }

    private void FindFaults(JsonElement json, string name)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Undefined:
                Error(name, null, "must be a JSON value");
                break;
            case JsonValueKind.Object:
                ValidMembers(json, name);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var element in json.EnumerateArray())
                    FindFaults(element, $"{name}[{index++}]");
                break;
            case JsonValueKind.String when !IsReadable(json):
                Error(name, null, "must not contain a lone surrogate");
                break;
        }
    }

    /// <summary>Checks JSON of any kind from the caller; null means that it is not sent.</summary>
    public void ValidOptionalJson(JsonElement? json, string name)
    {
        if (json is { } value)
            ValidJson(value, name);
    }

    /// <summary>Checks text that should be JSON. Invalid JSON is only a warning, because the service stores the text of a model unchanged.</summary>
    public void JsonText(string? value, string name)
    {
        Present(value, name);
        if (value is null || IndexOfLoneSurrogate(value) >= 0)
            return;
        try
        {
            using var json = JsonDocument.Parse(value);
        }
        catch (JsonException)
        {
            Warning(name, null, "should be valid JSON");
        }
    }

    /// <summary>
    /// Checks key-value pairs that the server returns unchanged. The API allows 16 pairs, keys of 64 characters and values of 512 characters.
    /// </summary>
    public void Metadata(IReadOnlyDictionary<string, string>? metadata, string name)
    {
        if (metadata?.Count > Limits.MetadataPairs)
            Error(name, $"{metadata.Count} pairs", $"must be at most {Limits.MetadataPairs}");
        foreach (var (key, value) in metadata ?? ReadOnlyDictionary<string, string>.Empty)
        {
            if (key.Length > Limits.MetadataKeyLength)
                Error(name, null, $"must have keys of at most {Limits.MetadataKeyLength} characters: one has {key.Length}");
            ValidText(key, name);
            if (value is null)
                Error($"{name}.{key}", null, "is required");
            MaxLength(value, Limits.MetadataValueLength, $"{name}.{key}");
            ValidText(value, $"{name}.{key}");
        }
    }

    /// <summary>Checks JSON from the caller that must be an object.</summary>
    public void JsonObject(JsonElement? json, string name)
    {
        if (json is not { } value)
            return;
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            Error(name, null, "must be a JSON object");
        ValidJson(value, name);
    }

    private void CheckAll(WireObject value)
    {
        value.Check(this);
        if (value is IUnknownVariant { Raw.Element: var json })
        {
            ValidJson(json, "");
            ForbidOtherMembers(value, "must not be set: only the JSON of an unknown variant is sent");
            if (json.HasDifferentTypes())
                Error("type", null, "must not be given twice with different values");
        }
        else if (value.FindRepeatedMember() is { } repeated)
        {
            Error(repeated, null, "must not be in AdditionalProperties: the record writes it itself");
        }
        if (value.Extra is not { } extra)
            return;
        foreach (var (name, member) in extra)
        {
            ValidText(name, "");
            ValidJson(member, name);
            if (value is not IUnknownVariant)
                UnknownMember(value, name);
        }
    }

    /// <summary>
    /// Returns true if a scan of the bytes shows that the JSON is valid. A lone surrogate can only occur as an escape, so JSON without a backslash has none.
    /// </summary>
    private static bool IsPlain(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Undefined)
            return false;
        var utf8 = JsonMarshal.GetRawUtf8Value(json);
        return !utf8.Contains((byte)'\\') && Utf8.IsValid(utf8);
    }

    private void ValidMembers(JsonElement json, string path)
    {
        foreach (var member in json.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                Error(path, null, "must not have a member whose name contains a lone surrogate");
                continue;
            }
            FindFaults(member.Value, path.Length == 0 ? name : $"{path}.{name}");
        }
    }

    private static bool IsReadable(JsonElement text)
    {
        try
        {
            _ = text.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
