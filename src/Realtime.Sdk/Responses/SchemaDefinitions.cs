using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Moves referenced schemas into <c>$defs</c>. The exporter refers to the place where it first described a type, for example <c>#/properties/next</c>; the
/// strict subset accepts only <c>#</c> and <c>#/$defs/NAME</c>.
/// </summary>
internal sealed class SchemaDefinitions
{
    private readonly List<(JsonObject Schema, Type Type, string? Description)> _objects = [];
    private readonly List<(JsonObject Schema, JsonTypeInfo Type, bool IsNullable, string? Description)> _references = [];
    private readonly Dictionary<string, JsonObject> _others = [];
    private readonly Dictionary<Type, string> _targets = [];
    private readonly JsonObject _definitions = [];

    /// <summary>Adds a schema that the exporter wrote. The exporter reports inner schemas before outer ones, and the root last.</summary>
    public void Add(JsonObject schema, JsonSchemaExporterContext context)
    {
        if (schema.ContainsKey("$ref"))
            _references.Add((schema, context.TypeInfo, SchemaExporter.IsNullable(context), SchemaAttributes.GetDescription(context.PropertyInfo)));
        else if (context.TypeInfo.Kind != JsonTypeInfoKind.Object)
            _others[ToPointer(context.Path)] = schema;
        // A variant of a polymorphic type also has the discriminator, so its definition cannot be used for its type elsewhere.
        else if (context.BaseTypeInfo is null)
            _objects.Add((schema, GetUnderlyingType(context.TypeInfo.Type), SchemaAttributes.GetDescription(context.PropertyInfo)));
    }

    /// <summary>Rewrites every reference, after the root was added.</summary>
    public void Resolve(JsonNode root)
    {
        if (_objects is [.., var last] && last.Schema == root)
        {
            _targets[last.Type] = "#";
            _objects.RemoveAt(_objects.Count - 1);
        }
        var shared = _references.Select(reference => GetObjectType(reference.Type)).ToHashSet();
        foreach (var (schema, type, description) in _objects.Where(one => shared.Contains(one.Type)))
        {
            var isNullable = schema.DisallowNull();
            schema.Remove("description");
            if (!_targets.ContainsKey(type))
                _targets[type] = Define(schema, type);
            Refer(schema, _targets[type], isNullable, description);
        }
        foreach (var (schema, type, isNullable, description) in _references)
        {
            if (type.Kind != JsonTypeInfoKind.Object)
                Copy(schema);
            else if (_targets.TryGetValue(GetUnderlyingType(type.Type), out var target))
                Refer(schema, target, isNullable, description);
        }
        if (_definitions.Count > 0)
            root["$defs"] = _definitions;
    }

    private string Define(JsonObject schema, Type type)
    {
        var (name, number) = (type.Name.Split('`')[0], 1);
        if (!Constraints.IsPlainName(name))
            name = "Type";
        var unique = name;
        while (_definitions.ContainsKey(unique))
            unique = $"{name}{++number}";
        var definition = new JsonObject();
        schema.MoveTo(definition);
        _definitions[unique] = definition;
        return $"#/$defs/{unique}";
    }

    /// <summary>Writes a reference. In the strict subset, it must be the only keyword, so null and a description need an <c>anyOf</c> around it.</summary>
    private static void Refer(JsonObject schema, string target, bool isNullable, string? description)
    {
        schema.Clear();
        if (!isNullable && description is null)
        {
            schema["$ref"] = target;
            return;
        }
        if (description is not null)
            schema["description"] = description;
        schema["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = target });
        if (isNullable)
            schema.AllowNull();
    }

    /// <summary>
    /// Replaces a reference to an array with a copy of the array, in which objects have already been replaced by references. An array that contains nothing but
    /// itself keeps its reference, which <see cref="StrictSchema"/> reports.
    /// </summary>
    private void Copy(JsonObject schema)
    {
        if (!_others.TryGetValue(schema["$ref"]!.GetValue<string>(), out var other) || Contains(other, schema))
            return;
        var copy = other.DeepClone().AsObject();
        schema.Clear();
        copy.MoveTo(schema);
        if (schema["items"] is JsonObject items && items.ContainsKey("$ref"))
            Copy(items);
    }

    private static bool Contains(JsonNode outer, JsonNode inner)
    {
        for (JsonNode? node = inner; node is not null; node = node.Parent)
        {
            if (node == outer)
                return true;
        }
        return false;
    }

    /// <summary>
    /// Returns the type of the innermost items, for example <c>Tree</c> for a list of lists of <c>Tree</c>, or the type itself if it is not a list. Null if
    /// that is not an object.
    /// </summary>
    private static Type? GetObjectType(JsonTypeInfo type)
    {
        while (type.Kind != JsonTypeInfoKind.Object && type.ElementType is { } element && element != type.Type)
            type = type.Options.GetTypeInfo(element);
        return type.Kind == JsonTypeInfoKind.Object ? GetUnderlyingType(type.Type) : null;
    }

    private static Type GetUnderlyingType(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static string ToPointer(ReadOnlySpan<string> path)
    {
        var pointer = new StringBuilder("#");
        foreach (var step in path)
            pointer.Append('/').Append(step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }
}
