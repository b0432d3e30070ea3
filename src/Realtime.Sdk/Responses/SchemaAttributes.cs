using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Adds descriptions and bounds from the attributes of a property to its schema. The attributes come from the serializer's metadata, so they are also available
/// in trimmed programs.
/// </summary>
internal static class SchemaAttributes
{
    /// <summary>Returns the description of a property, or of the constructor parameter that sets it; null if there is none.</summary>
    public static string? GetDescription(JsonPropertyInfo? property) =>
        Of<DescriptionAttribute>(property).Select(attribute => attribute.Description).LastOrDefault(text => !string.IsNullOrWhiteSpace(text));

    /// <summary>Adds the keywords to a schema, and returns the schema or its replacement.</summary>
    public static JsonNode Apply(JsonNode node, JsonPropertyInfo property)
    {
        var description = GetDescription(property);
        // The schema "true", which allows any value, cannot contain a description.
        if (node is not JsonObject schema)
            return description is not null && node.GetValueKind() == JsonValueKind.True ? new JsonObject { ["description"] = description } : node;
        if (description is not null)
            schema.Insert(0, "description", description);
        foreach (var attribute in Of<ValidationAttribute>(property))
            Apply(attribute, schema, property.PropertyType);
        return schema;
    }

    private static IEnumerable<T> Of<T>(JsonPropertyInfo? property) where T : Attribute => [.. Of<T>(property?.AssociatedParameter?.AttributeProvider), .. Of<T>(property?.AttributeProvider)];

    private static IEnumerable<T> Of<T>(ICustomAttributeProvider? provider) where T : Attribute => provider?.GetCustomAttributes(typeof(T), inherit: true).OfType<T>() ?? [];

    private static void Apply(ValidationAttribute attribute, JsonObject schema, Type type)
    {
        switch (attribute)
        {
            case RangeAttribute range:
                SetRange(schema, range);
                break;
            case StringLengthAttribute length when type == typeof(string):
                SetLength(schema, type, length.MinimumLength, length.MaximumLength);
                break;
            case LengthAttribute length:
                SetLength(schema, type, length.MinimumLength, length.MaximumLength);
                break;
            case MinLengthAttribute length:
                SetLength(schema, type, length.Length, null);
                break;
            case MaxLengthAttribute length:
                SetLength(schema, type, 0, length.Length);
                break;
            case RegularExpressionAttribute expression when type == typeof(string):
                if (ToPattern(expression.Pattern) is { } pattern)
                    schema["pattern"] = pattern;
                break;
            case EmailAddressAttribute when type == typeof(string):
                schema["format"] = "email";
                break;
            case UrlAttribute when type == typeof(string):
                schema["format"] = "uri";
                break;
            case AllowedValuesAttribute allowed:
                SetValues(schema, allowed);
                break;
        }
    }

    private static void SetRange(JsonObject schema, RangeAttribute range)
    {
        var number = schema.Alternatives().Prepend(schema).FirstOrDefault(one => one.HasType("integer") || one.HasType("number"));
        if (number is null)
            return;
        if (ToNumber(range.Minimum) is { } min)
            number[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = min;
        if (ToNumber(range.Maximum) is { } max)
            number[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = max;
    }

    private static void SetLength(JsonObject schema, Type type, int min, int? max)
    {
        var (minimum, maximum) = type == typeof(string) ? ("minLength", "maxLength") : ("minItems", "maxItems");
        if (type != typeof(string) && !schema.HasType("array"))
            return;
        if (min > 0)
            schema[minimum] = min;
        // MaxLengthAttribute has the length −1 if it was created without an argument.
        if (max >= 0)
            schema[maximum] = max;
    }

    private static void SetValues(JsonObject schema, AllowedValuesAttribute allowed)
    {
        var values = allowed.Values.Select(ToValue).ToArray();
        // A value of another type than the property could never match, for example a string where the property is a list.
        if (!schema.ContainsKey("enum") && allowed.Values.Zip(values).All(pair => pair.First is null || pair.Second is not null) && values.All(schema.HasTypeOf))
            schema["enum"] = new JsonArray(values);
    }

    private static JsonNode? ToValue(object? value) => value switch
    {
        string text => text,
        bool flag => flag,
        _ => ToNumber(value),
    };

    /// <summary>Returns the bound as a JSON number; null if it does not bound a number, such as infinity or a date.</summary>
    private static JsonNode? ToNumber(object? bound) => bound switch
    {
        int number => number,
        long number => number,
        double number when Math.Abs(number) < double.MaxValue => number,
        string text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>
    /// Returns the expression as a pattern that matches the whole string, as the attribute does. Null if it contains lookarounds, backreferences, named groups,
    /// inline options or anchors that are specific to .NET, which other engines reject.
    /// </summary>
    private static string? ToPattern(string expression)
    {
        for (var i = 0; i < expression.Length - 1; i++)
        {
            var (first, second) = (expression[i], expression[i + 1]);
            if (first == '\\')
            {
                if (second is 'A' or 'Z' or 'z' or 'G' or 'k' or (>= '1' and <= '9'))
                    return null;
                i++;
            }
            else if ((first, second) is ('(', '?') && !expression.AsSpan(i).StartsWith("(?:"))
            {
                return null;
            }
        }
        return expression is ['^', .., not '\\', '$'] && !expression.Contains('|', StringComparison.Ordinal) ? expression : $"^(?:{expression})$";
    }
}
