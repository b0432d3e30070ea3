using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Wire;

/// <summary>A record of the wire with every member set, made from the record's own declaration, so that a new member is covered.</summary>
internal static class SampleJson
{
    private const int MaxDepth = 4;

    /// <summary>Every record that reads its members from a JSON object.</summary>
    public static IReadOnlyList<Type> Records { get; } =
    [
        .. typeof(WireObject).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsNested: false } && type.IsSubclassOf(typeof(WireObject)) && !type.IsAssignableTo(typeof(IUnknownVariant)))
            .Where(type => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireObject<>) && i.GetGenericArguments()[0] == type))
            .Where(type => Members(type).Count > 0)
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>The members of a record that are read and written, without its <c>type</c>.</summary>
    public static IReadOnlyList<Member> Members(Type record) =>
    [
        .. from property in record.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
           let name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
           where name is not null && property.SetMethod is not null && (name != "type" || GetTypes(record).Length == 0)
           select new Member(property, name),
    ];

    /// <summary>The record's types on the wire, and that of the property, if it names one.</summary>
    public static string[] GetTypes(Type record) => record.GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(WireTypeAttribute))
        .Select(attribute => (string)attribute.ConstructorArguments[0].Value!)
        .ToArray();

    public static JsonObject Of(Type record, int depth = 0)
    {
        var json = new JsonObject();
        // A translation session names its type only in answers.
        if (GetTypes(record) is [var type] && record != typeof(TranslationSessionConfiguration))
            json["type"] = type;
        foreach (var member in Members(record))
        {
            if (Value(member, depth) is { } value)
                json[member.Name] = value;
        }
        return json;
    }

    /// <summary>A value of the member; null when it would nest too deeply.</summary>
    private static JsonNode? Value(Member member, int depth)
    {
        var format = member.Property.GetCustomAttribute<WireFormatAttribute>()?.Format;
        var type = Nullable.GetUnderlyingType(member.Property.PropertyType) ?? member.Property.PropertyType;
        return format?.Name switch
        {
            nameof(AnchoredDuration) => Anchored(),
            nameof(LegacyExpiresAfter) => new JsonObject { ["expires_after"] = Anchored() },
            nameof(LegacyExpiresAt) => new JsonObject { ["expires_at"] = Anchored() },
            nameof(LegacyAudioFormat) => "pcm16",
            nameof(WholeMilliseconds) => 40,
            _ when type == typeof(TimeSpan) || type == typeof(DateTimeOffset) => 40.669,
            _ => Value(type, depth),
        };
    }

    private static JsonNode? Value(Type type, int depth) => type switch
    {
        _ when type == typeof(string) => "words",
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) || type == typeof(long) || type == typeof(TokenLimit) => 7,
        _ when type == typeof(double) => 0.7,
        _ when type == typeof(WireAudio) => "AAAA",
        _ when type == typeof(JsonElement) || type == typeof(JsonSchema) => new JsonObject { ["type"] = "object", ["nothing"] = null },
        { IsValueType: true } => "word",
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) =>
            Value(type.GetGenericArguments()[0], depth) is { } element ? new JsonArray(element, element.DeepClone()) : null,
        { IsGenericType: true } => Value(type.GetGenericArguments()[1], depth) is { } entry ? new JsonObject { ["key"] = entry } : null,
        _ when depth == MaxDepth => null,
        _ when type == typeof(RealtimeSession) => new JsonObject { ["type"] = "realtime", ["id"] = "sess_1", ["audio"] = new JsonObject() },
        { IsAbstract: true } => Of(Records.First(record => record.IsSubclassOf(type)), depth + 1),
        _ => Of(type, depth + 1),
    };

    private static JsonObject Anchored() => new() { ["anchor"] = "created_at", ["seconds"] = 600 };

    /// <summary>A property with a wire name.</summary>
    internal sealed record Member(PropertyInfo Property, string Name)
    {
        public bool IsList => IsGeneric(typeof(IReadOnlyList<>));

        public bool IsMap => IsGeneric(typeof(IReadOnlyDictionary<,>));

        private bool IsGeneric(Type generic) => Property.PropertyType.IsGenericType && Property.PropertyType.GetGenericTypeDefinition() == generic;
    }
}
