using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>Writes JSON Schemas, for example the parameters of a tool. The keywords of JSON Schema determine the types of their values.</summary>
internal sealed partial class ConfiguredJson
{
    private bool _isInsideSchema;

    private void WriteSchema(IConfigurationSection node, IConfigurationSection[] children)
    {
        if (children.Length == 0)
        {
            WriteEmptySchema(node);
            return;
        }
        var isOutermost = !_isInsideSchema;
        _isInsideSchema = true;
        var type = FindTypeOfValues(children);
        _json.WriteStartObject();
        foreach (var child in children)
        {
            _json.WritePropertyName(child.Key);
            Write(child, GetValueShape(child, type));
        }
        _json.WriteEndObject();
        _isInsideSchema = !isOutermost;
    }

    /// <summary>
    /// Returns the <c>type</c> of the values that a schema describes. The type <c>null</c> among several is ignored. Returns null if no type or more than one remains.
    /// </summary>
    private static string? FindTypeOfValues(IConfigurationSection[] keywords)
    {
        var type = Array.Find(keywords, static keyword => keyword.Key == "type");
        var types = type?.GetChildren().Select(static one => one.Value).Where(static one => one != "null").ToArray();
        return types is [var only] ? only : type?.Value;
    }

    private void WriteEmptySchema(IConfigurationSection node)
    {
        if (node.Value is null && !_isInsideSchema)
        {
            ReportError(node, $"is either null or an empty object{Advice}, or omit it");
        }
        else if (node.Value is null)
        {
            _json.WriteStartObject();
            _json.WriteEndObject();
        }
        else if (_isInsideSchema && bool.TryParse(node.Value, out var truth))
        {
            _json.WriteBooleanValue(truth);
        }
        else
        {
            ReportError(node, "must be a JSON Schema");
        }
    }

    /// <summary>Returns the type of the value of a keyword of JSON Schema 2020-12 or of an earlier draft.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="type">The <c>type</c> of the schema, which is that of values such as <c>enum</c>; null if there is none or more than one.</param>
    private static WireValueShape GetValueShape(IConfigurationSection keyword, string? type) => keyword.Key switch
    {
        "type" => keyword.GetChildren().Any() ? WireValueShape.List(WireValueShape.Text) : WireValueShape.Text,
        "title" or "description" or "format" or "pattern" or "$ref" or "$id" or "$schema" or "$anchor" or "$comment" or "contentEncoding"
            or "contentMediaType" => WireValueShape.Text,
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" or "minLength" or "maxLength" or "minItems" or "maxItems"
            or "minProperties" or "maxProperties" or "minContains" or "maxContains" => WireValueShape.Number,
        "uniqueItems" or "nullable" or "deprecated" or "readOnly" or "writeOnly" => WireValueShape.Boolean,
        "required" => WireValueShape.List(WireValueShape.Text),
        "dependentRequired" => WireValueShape.Map(WireValueShape.List(WireValueShape.Text)),
        "properties" or "patternProperties" or "dependentSchemas" or "$defs" or "definitions" => WireValueShape.Map(WireValueShape.Schema),
        "allOf" or "anyOf" or "oneOf" or "prefixItems" => WireValueShape.List(WireValueShape.Schema),
        "items" or "additionalItems" or "unevaluatedItems" or "contains" or "additionalProperties" or "unevaluatedProperties" or "propertyNames" or "not"
            or "if" or "then" or "else" => WireValueShape.Schema,
        "enum" or "examples" => WireValueShape.List(GetInstanceShape(type)),
        "const" or "default" => GetInstanceShape(type),
        _ => WireValueShape.Json,
    };

    private static WireValueShape GetInstanceShape(string? type) => type switch
    {
        "string" => WireValueShape.Text,
        "number" or "integer" => WireValueShape.Number,
        "boolean" => WireValueShape.Boolean,
        "array" => WireValueShape.List(WireValueShape.Json),
        _ => WireValueShape.Json,
    };
}
