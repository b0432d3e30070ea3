using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Compares the JSON of a session with the shape of its record before the JSON is read, to report all errors: the reader stops at the first one.
/// </summary>
internal sealed class SessionJson
{
    private readonly Utf8JsonWriter _json;
    private readonly SessionFaults _faults;

    private SessionJson(Utf8JsonWriter json, SessionFaults faults) => (_json, _faults) = (json, faults);

    /// <summary>Returns the JSON. Values of the wrong type are reported and written as <c>null</c>.</summary>
    public static ReadOnlySpan<byte> Write(JsonElement session, SessionFaults faults)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            new SessionJson(json, faults).WriteSession(session);
        return buffer.WrittenSpan;
    }

    /// <summary>Returns the rule for a value of the wrong type.</summary>
    public static string Describe(WireValueKind kind) => kind switch
    {
        WireValueKind.Text => "must be a string",
        WireValueKind.Boolean => "must be true or false",
        WireValueKind.Number => "must be a number",
        WireValueKind.NumberOrText => "must be a number or a string",
        WireValueKind.List => "must be a list",
        _ => "must be an object",
    };

    private void WriteSession(JsonElement session)
    {
        _json.WriteStartObject();
        var type = session.TryGetProperty("type"u8, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        if (type is null)
        {
            type = SessionReader.ReportMissingType(session.EnumerateObject().Select(static member => member.Name), _faults);
            _json.WriteString("type"u8, type);
            WriteMembers(session.EnumerateObject().Where(static member => member.Name != "type"), SessionReader.Shape.GetVariant(type), "");
        }
        else
        {
            WriteMembers(session.EnumerateObject(), SessionReader.Shape.GetVariant(type), "");
        }
        _json.WriteEndObject();
    }

    private void WriteMembers(IEnumerable<JsonProperty> members, WireShape? shape, string path)
    {
        foreach (var member in members)
        {
            _json.WritePropertyName(member.Name);
            Write(member.Value, shape?.Find(member.Name) ?? WireValueShape.Json, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
        }
    }

    private void Write(JsonElement value, WireValueShape expected, string path)
    {
        if (!IsCompatible(value.ValueKind, expected))
        {
            _faults.Add(path, Describe(expected.Kind));
            _json.WriteNullValue();
        }
        else if (value.ValueKind == JsonValueKind.Object && expected.Kind is WireValueKind.Object or WireValueKind.Map)
        {
            _json.WriteStartObject();
            if (expected.Kind == WireValueKind.Object)
                WriteMembers(value.EnumerateObject(), expected.Shape.GetVariant(TypeOf(value)), path);
            else
                WriteEntries(value, expected.Element!, path);
            _json.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.Array && expected.Kind == WireValueKind.List)
        {
            _json.WriteStartArray();
            var index = 0;
            foreach (var element in value.EnumerateArray())
                Write(element, expected.Element!, $"{path}[{index++}]");
            _json.WriteEndArray();
        }
        else
        {
            value.WriteTo(_json);
        }
    }

    private void WriteEntries(JsonElement map, WireValueShape element, string path)
    {
        foreach (var entry in map.EnumerateObject())
        {
            _json.WritePropertyName(entry.Name);
            Write(entry.Value, element, $"{path}.{entry.Name}");
        }
    }

    private static bool IsCompatible(JsonValueKind kind, WireValueShape expected) => kind == JsonValueKind.Null || expected.Kind switch
    {
        WireValueKind.Text => kind == JsonValueKind.String,
        WireValueKind.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
        WireValueKind.Number => kind == JsonValueKind.Number,
        WireValueKind.NumberOrText => kind is JsonValueKind.Number or JsonValueKind.String,
        WireValueKind.List => kind == JsonValueKind.Array,
        WireValueKind.Map => kind == JsonValueKind.Object,
        WireValueKind.Object => kind == JsonValueKind.Object || expected.Shape.IsFamily,
        _ => true,
    };

    private static string? TypeOf(JsonElement value) => value.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
}
