using System.Text.Json.Nodes;

namespace Realtime.Sdk.Internal;

/// <summary>Reads and changes individual keywords of a JSON Schema.</summary>
internal static class SchemaNodes
{
    /// <summary>Returns the schemas of <c>anyOf</c>.</summary>
    public static IEnumerable<JsonObject> Alternatives(this JsonObject schema) => schema["anyOf"] is JsonArray schemas ? schemas.OfType<JsonObject>() : [];

    public static bool HasType(this JsonObject schema, string type) => schema.Types().Contains(type);

    /// <summary>Returns whether the schema allows the type of the value.</summary>
    public static bool HasTypeOf(this JsonObject schema, JsonNode? value) =>
        schema.HasType(TypeOf(value)) || (TypeOf(value) == "integer" && schema.HasType("number"));

    /// <summary>Returns the JSON Schema type of a value.</summary>
    public static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    public static void RemoveType(this JsonObject schema, string type) => schema["type"] = ToType(schema.Types().Where(one => one != type));

    /// <summary>Makes null valid, if it is not already.</summary>
    public static void AllowNull(this JsonObject schema)
    {
        if (schema.HasType("null"))
            return;
        if (schema.ContainsKey("type"))
            schema["type"] = ToType(schema.Types().Append("null"));
        else if (schema["anyOf"] is JsonArray alternatives && !schema.Alternatives().Any(IsNull))
            alternatives.Add((JsonNode)Null());
    }

    /// <summary>Makes null invalid, and returns whether it was valid.</summary>
    public static bool DisallowNull(this JsonObject schema)
    {
        if (schema.HasType("null"))
        {
            schema.RemoveType("null");
            return true;
        }
        return schema.Alternatives().FirstOrDefault(IsNull) is { } alternative && schema["anyOf"]!.AsArray().Remove(alternative);
    }

    /// <summary>Moves every keyword to another schema. The nodes stay the same instances, so code that holds a reference to one can still change it.</summary>
    public static void MoveTo(this JsonObject schema, JsonObject target)
    {
        var keywords = schema.ToArray();
        schema.Clear();
        foreach (var (name, value) in keywords)
            target[name] = value;
    }

    /// <summary>Creates a schema that allows only null.</summary>
    public static JsonObject Null() => new() { ["type"] = "null" };

    /// <summary>Creates the value of the keyword <c>type</c> for one or more types.</summary>
    public static JsonNode ToType(IEnumerable<string> types) => types.ToArray() is [var one] ? one : new JsonArray([.. types.Select(type => (JsonNode)type)]);

    private static bool IsNull(JsonObject schema) => schema.HasType("null");

    private static IEnumerable<string> Types(this JsonObject schema) => schema["type"] switch
    {
        JsonArray types => types.Select(type => type!.GetValue<string>()),
        JsonValue type => [type.GetValue<string>()],
        _ => [],
    };
}
