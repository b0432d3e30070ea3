using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Converts a configuration section to the JSON of a session. Configuration contains only strings, so the shape of the record determines which of them
/// are numbers, lists or objects. A value whose shape is not known is converted only if it can represent just one JSON value.
/// </summary>
internal sealed partial class ConfiguredJson
{
    private const string Advice = ", which configuration cannot distinguish: add the session from a JSON file or stream instead";

    private readonly Utf8JsonWriter _json;
    private readonly SessionFaults _faults;
    private readonly bool _keepsUnknown;
    private readonly bool _requiresType;

    private ConfiguredJson(Utf8JsonWriter json, SessionFaults faults, bool keepsUnknown, bool requiresType) =>
        (_json, _faults, _keepsUnknown, _requiresType) = (json, faults, keepsUnknown, requiresType);

    /// <summary>Returns the JSON. Values that cannot be converted are reported and written as <c>null</c>.</summary>
    /// <param name="section">The section.</param>
    /// <param name="keepsUnknown">Whether unknown members are converted.</param>
    /// <param name="faults">Receives the values that cannot be converted.</param>
    /// <param name="requiresType">Whether a section without a type is reported; otherwise it is a realtime session.</param>
    public static ReadOnlySpan<byte> Write(IConfiguration section, bool keepsUnknown, SessionFaults faults, bool requiresType = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            new ConfiguredJson(json, faults, keepsUnknown, requiresType).WriteSession([.. section.GetChildren()]);
        return buffer.WrittenSpan;
    }

    private void WriteSession(IConfigurationSection[] members)
    {
        _json.WriteStartObject();
        if (TypeOf(members) is { } type)
        {
            WriteMembers(members, SessionReader.Shape.GetVariant(type));
        }
        else
        {
            type = _requiresType || members.Any(static member => member.Key == "type")
                ? SessionReader.ReportMissingType(members.Select(static member => member.Key), _faults)
                : SessionReader.DefaultType;
            _json.WriteString("type"u8, type);
            WriteMembers([.. members.Where(static member => member.Key != "type")], SessionReader.Shape.GetVariant(type));
        }
        _json.WriteEndObject();
    }

    private void WriteMembers(IConfigurationSection[] members, WireShape? shape)
    {
        foreach (var member in members)
        {
            _json.WritePropertyName(member.Key);
            if (shape?.Find(member.Key) is { } value)
                Write(member, value);
            else if (shape is null && member is { Key: "type", Value: { } type })
                _json.WriteStringValue(type);
            else if (_keepsUnknown)
                WriteUntyped(member);
            else
                _json.WriteNullValue(); // reported later as an unknown member, or as a member of an unknown variant
        }
    }

    private void Write(IConfigurationSection node, WireValueShape value)
    {
        IConfigurationSection[] children = [.. node.GetChildren()];
        if (children.Length > 0 && node.Value is { Length: > 0 })
            ReportError(node, "contains a string and members at the same time");
        else if (children.Length > 0 && node is ConfigurationSection section && section.TryGetValue(null, out _))
            ReportError(node, "is null or empty in one configuration source and has members in another, and configuration merges both: set it in only one source");
        else if (value.Kind == WireValueKind.Object)
            WriteObject(node, children, value.Shape);
        else if (value.Kind == WireValueKind.List)
            WriteList(node, children, value.Element!);
        else if (value.Kind == WireValueKind.Map)
            WriteMap(node, children, value.Element!);
        else if (value.Kind == WireValueKind.Schema)
            WriteSchema(node, children);
        else if (value.Kind == WireValueKind.Json)
            WriteUntyped(node);
        else if (children.Length > 0)
            ReportError(node, Describe(value.Kind));
        else
            WriteScalar(node, value.Kind);
    }

    private void WriteObject(IConfigurationSection node, IConfigurationSection[] children, WireShape shape)
    {
        if (children.Length == 0)
        {
            WriteEmptyObject(node, shape);
        }
        else if (shape.IsFamily && AreIndexes(children))
        {
            WriteList(node, children, WireValueShape.Text); // such as the names in allowed_tools
        }
        else
        {
            _json.WriteStartObject();
            WriteMembers(children, shape.GetVariant(TypeOf(children)));
            _json.WriteEndObject();
        }
    }

    private void WriteEmptyObject(IConfigurationSection node, WireShape shape)
    {
        if (node.Value is null && shape is { IsFamily: true, Types.Count: 0 })
            ReportError(node, $"is either null or an empty object{Advice}");
        else if (node.Value is null)
            _json.WriteNullValue(); // an empty object would not set anything either, and a variant requires a type
        else if (shape.IsFamily && bool.TryParse(node.Value, out var truth))
            _json.WriteBooleanValue(truth); // a JSON Boolean appears as True or False in configuration, and no family uses these as strings
        else if (node.Value.Length > 0 && shape.IsFamily)
            _json.WriteStringValue(node.Value);
        else if (node.Value.Length == 0 && shape.IsFamily)
            ReportError(node, $"is either an empty string or an empty list{Advice}");
        else
            ReportError(node, Describe(WireValueKind.Object));
    }

    private void WriteList(IConfigurationSection node, IConfigurationSection[] children, WireValueShape element)
    {
        if (children.Length == 0 && node.Value is null)
        {
            _json.WriteNullValue();
        }
        else if (children.Length == 0 && node.Value!.Length > 0)
        {
            ReportError(node, Describe(WireValueKind.List));
        }
        else if (!AreIndexes(children))
        {
            ReportError(node, $"{Describe(WireValueKind.List)}: its elements must have the keys 0, 1, 2 and so on");
        }
        else
        {
            _json.WriteStartArray();
            foreach (var child in children)
                Write(child, element);
            _json.WriteEndArray();
        }
    }

    private void WriteMap(IConfigurationSection node, IConfigurationSection[] children, WireValueShape element)
    {
        if (children.Length == 0 && node.Value is not null)
        {
            ReportError(node, Describe(WireValueKind.Map));
            return;
        }
        _json.WriteStartObject();
        foreach (var child in children)
        {
            _json.WritePropertyName(child.Key);
            Write(child, element);
        }
        _json.WriteEndObject();
    }

    private void WriteScalar(IConfigurationSection node, WireValueKind kind)
    {
        if (node.Value is not { } text)
            _json.WriteNullValue();
        else if (kind == WireValueKind.Text)
            _json.WriteStringValue(text);
        else if (kind == WireValueKind.Boolean && bool.TryParse(text, out var truth))
            _json.WriteBooleanValue(truth);
        else if (kind is WireValueKind.Number or WireValueKind.NumberOrText && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            _json.WriteNumberValue(number);
        else if (kind == WireValueKind.NumberOrText && text.Length > 0 && !bool.TryParse(text, out _))
            _json.WriteStringValue(text);
        else
            ReportError(node, Describe(kind));
    }

    /// <summary>Writes JSON of any shape, if the configuration can represent only one JSON value.</summary>
    private void WriteUntyped(IConfigurationSection node)
    {
        IConfigurationSection[] children = [.. node.GetChildren()];
        if (children.Length > 0 && AreIndexes(children))
        {
            ReportError(node, $"is either a list or an object{Advice}");
        }
        else if (children.Length > 0)
        {
            _json.WriteStartObject();
            foreach (var child in children)
            {
                _json.WritePropertyName(child.Key);
                WriteUntyped(child);
            }
            _json.WriteEndObject();
        }
        else if (FindAmbiguity(node.Value) is { } ambiguity)
        {
            ReportError(node, $"is either {ambiguity}{Advice}");
        }
        else
        {
            _json.WriteStringValue(node.Value);
        }
    }

    /// <summary>Returns the JSON values that a string may represent, or null if it can only be a string.</summary>
    private static string? FindAmbiguity(string? text) => text switch
    {
        null => "null or an empty object",
        "" => "an empty string or an empty list",
        _ when bool.TryParse(text, out _) => "a string or a Boolean",
        // JSON numbers have no leading zero, plus sign or white space.
        _ when (text is ['-' or (>= '1' and <= '9'), ..] or "0" or ['0', '.' or 'e' or 'E', ..])
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "a string or a number",
        _ => null,
    };

    private void ReportError(IConfigurationSection node, string fault)
    {
        _faults.AddAt(node.Path, fault);
        _json.WriteNullValue();
    }

    private static string Describe(WireValueKind kind) => SessionJson.Describe(kind);

    private static string? TypeOf(IConfigurationSection[] members) => Array.Find(members, static member => member.Key == "type")?.Value;

    private static bool AreIndexes(IConfigurationSection[] children)
    {
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i].Key != i.ToString(CultureInfo.InvariantCulture))
                return false;
        }
        return true;
    }
}
