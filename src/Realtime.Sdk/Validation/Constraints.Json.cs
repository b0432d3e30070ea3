using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>What is checked of every object: its unknown members and the JSON users hand in.</summary>
internal sealed partial class Constraints
{
    /// <summary>Members that are known not to belong here, though a user may have added them by hand.</summary>
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

    /// <summary>No members but the known ones.</summary>
    public void ForbidOtherMembers(WireObject value, string rule)
    {
        foreach (var name in value.AdditionalProperties.Keys)
            Error(name, null, rule);
    }

    /// <summary>JSON a user handed in: it must be there, and hold text that UTF-8 can carry.</summary>
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
                Error(name, null, "must not contain half of a surrogate pair");
                break;
        }
    }

    /// <summary>JSON a user handed in, of any kind; null means it is not sent.</summary>
    public void ValidOptionalJson(JsonElement? json, string name)
    {
        if (json is { } value)
            ValidJson(value, name);
    }

    /// <summary>Text that should be JSON, but is sent whatever it is: the service keeps what a model wrote.</summary>
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

    /// <summary>C51: pairs of texts that come back as they are.</summary>
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

    /// <summary>JSON a user handed in that must be an object.</summary>
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
        if (value is IUnknownVariant { Kept.Element: var json })
        {
            ValidJson(json, "");
            ForbidOtherMembers(value, "must not be set: only the JSON of an unknown variant is sent");
            if (json.NamesSeveralTypes())
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

    /// <summary>Whether the JSON's bytes show at once that nothing is wrong with it: halves of surrogate pairs are written as escapes.</summary>
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
                Error(path, null, "must not have a member whose name contains half of a surrogate pair");
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
