using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Tests.Shared;

/// <summary>Values of the tested types by chance, and the JSON of a value with one thing wrong.</summary>
internal sealed class SchemaValues(Random random)
{
    private const int DeepestNesting = 4;

    private static readonly NullabilityInfoContext Nullability = new();

    public object? Create(Type type, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return random.Next(3) == 0 ? null : Create(underlying, depth);
        if (type.IsEnum)
            return Pick(Enum.GetValues(type).Cast<object>());
        if (Simple(type) is { } simple)
            return simple;
        if (type.IsArray || type.GetInterfaces().Append(type).Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>)))
            return CreateItems(type, depth);
        var variants = type.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType).ToArray();
        return CreateObject(variants.Length > 0 ? Pick(depth < DeepestNesting ? variants : variants[..1]) : type, depth);
    }

    private object? Simple(Type type) =>
        type == typeof(string) ? Pick(["", "text", "größe 🎈", "12"])
        : type == typeof(bool) ? random.Next(2) == 0
        : type == typeof(char) ? Pick(['a', 'ß', ' '])
        : type == typeof(Guid) ? Guid.NewGuid()
        : type == typeof(Int128) ? (Int128)random.NextInt64() * 4
        : type == typeof(Half) ? (Half)random.Next(-100, 100) / (Half)8
        : type == typeof(DateTime) ? DateTime.UnixEpoch.AddSeconds(random.Next())
        : type == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.FromHours(random.Next(-12, 12))).AddTicks(random.Next())
        : type == typeof(DateOnly) ? new DateOnly(2026, 1, 1).AddDays(random.Next(1000))
        : type == typeof(TimeOnly) ? new TimeOnly(random.NextInt64(TimeSpan.TicksPerDay))
        : type == typeof(TimeSpan) ? TimeSpan.FromTicks(random.NextInt64(-10 * TimeSpan.TicksPerDay, 10 * TimeSpan.TicksPerDay))
        : type == typeof(Uri) ? new Uri("https://example.com/a?b=c")
        : type == typeof(Version) ? new Version(1, random.Next(20))
        : type == typeof(byte[]) ? new byte[] { 1, 2, 3 }
        : type.IsPrimitive || type == typeof(decimal) ? Convert.ChangeType(random.Next(100), type, CultureInfo.InvariantCulture)
        : null;

    private object CreateItems(Type type, int depth)
    {
        var item = type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0];
        var items = Array.CreateInstance(item, depth < DeepestNesting ? random.Next(3) : 0);
        for (var i = 0; i < items.Length; i++)
            items.SetValue(Create(item, depth + 1), i);
        return type.IsArray || type.IsInterface ? items : Activator.CreateInstance(type, items)!;
    }

    private object CreateObject(Type type, int depth)
    {
        var constructor = type.GetConstructors().OrderBy(one => one.GetParameters().Length).LastOrDefault();
        var parameters = constructor?.GetParameters() ?? [];
        var value = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. parameters.Select(parameter => CreateOrNull(parameter.ParameterType, Nullability.Create(parameter), depth))]);
        foreach (var property in type.GetProperties().Where(one => one.CanWrite && parameters.Length == 0))
            property.SetValue(value, CreateOrNull(property.PropertyType, Nullability.Create(property), depth));
        return value;
    }

    private object? CreateOrNull(Type type, NullabilityInfo nullability, int depth) =>
        !type.IsValueType && nullability.ReadState == NullabilityState.Nullable && (depth >= DeepestNesting || random.Next(3) == 0) ? null : Create(type, depth + 1);

    private T Pick<T>(IEnumerable<T> values)
    {
        var all = values.ToArray();
        return all[random.Next(all.Length)];
    }

    /// <summary>Each way to spoil the JSON in one place: a member less, a member more, a value of another kind.</summary>
    public static IEnumerable<(string Change, JsonNode Json)> Spoil(JsonNode json)
    {
        for (var i = 0; ; i++)
        {
            var copy = json.DeepClone();
            if (SpoilPlace(copy, i) is not { } change)
                yield break;
            yield return (change, copy);
        }
    }

    private static string? SpoilPlace(JsonNode root, int place)
    {
        foreach (var node in Descend(root).ToArray())
        {
            switch (node)
            {
                case JsonObject json when place < json.Count:
                    var (name, _) = json.ElementAt(place);
                    json.Remove(name);
                    return $"{json.GetPath()} without {name}";
                case JsonObject json when place == json.Count:
                    json["unexpected"] = 1;
                    return $"{json.GetPath()} with one more";
                case JsonObject json:
                    place -= json.Count + 1;
                    break;
                case JsonArray or JsonValue when place == 0 && node != root:
                    return Replace(node, node.GetValueKind() == System.Text.Json.JsonValueKind.String ? 12345 : "text");
                default:
                    place--;
                    break;
            }
        }
        return null;
    }

    private static string Replace(JsonNode node, JsonNode other)
    {
        var path = node.GetPath();
        if (node.Parent is JsonArray array)
            array[node.GetElementIndex()] = other;
        else
            node.Parent!.AsObject()[node.GetPropertyName()] = other;
        return $"{path} as {other.ToJsonString()}";
    }

    private static IEnumerable<JsonNode> Descend(JsonNode node) => node switch
    {
        JsonObject json => json.Select(member => member.Value).OfType<JsonNode>().SelectMany(Descend).Prepend(json),
        JsonArray array => array.OfType<JsonNode>().SelectMany(Descend).Prepend(array),
        _ => [node],
    };
}
