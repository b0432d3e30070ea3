using System.Reflection;
using System.Text.Json.Serialization;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Serialization;

/// <summary>The families of wire records, their variants and where they stand, found by reflection so that a new one is covered.</summary>
internal static class WireFamilies
{
    private static readonly Type[] Records = [.. typeof(WireObject).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(WireObject)))];

    /// <summary>Every family whose variants are told apart by <c>type</c>.</summary>
    public static IReadOnlyList<Type> ByType { get; } =
        [.. Records.Where(type => type.GetNestedType("Reader", BindingFlags.NonPublic) is not null && type.GetProperty("Type") is not null)];

    /// <summary>Every type of the wire that this version knows, with the family it is read by and the record it reads as.</summary>
    public static IReadOnlyList<(Type Family, Type Record, string Type)> Variants { get; } =
    [
        .. from family in ByType
           from record in Records
           where record is { IsSealed: true, IsNested: false } && record.IsSubclassOf(family) && record.GetConstructor(Type.EmptyTypes) is not null
           let type = (string)record.GetProperty("Type")!.GetValue(Activator.CreateInstance(record))!
           where type.Length > 0
           from spelling in Spellings(type)
           select (family, record, spelling),
    ];

    /// <summary>Every member of a record that holds one value of a family, a list of them or a map to them.</summary>
    public static IReadOnlyList<(Type Record, string Member, string Format, Type Family)> Places { get; } =
    [
        .. from record in Records
           where !record.IsAbstract && record.GetConstructor(Type.EmptyTypes) is not null && record.IsVisible
           from property in record.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
           let name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
           where name is not null
           let element = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType
           where ByType.Contains(element)
           let format = !property.PropertyType.IsGenericType ? "{0}"
               : property.PropertyType.Name.Contains("Dictionary", StringComparison.Ordinal) ? "{{\"a\":{0}}}" : "[{0}]"
           select (record, name, format, element),
    ];

    /// <summary>Every member of a record that holds a list or a map.</summary>
    public static IReadOnlyList<(Type Record, string Member, bool IsMap)> Collections { get; } =
    [
        .. from record in Records
           where !record.IsAbstract && record.IsVisible && record.GetConstructor(Type.EmptyTypes) is not null
           from property in record.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
           let name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
           where name is not null && property.PropertyType.IsGenericType && property.PropertyType.Name.StartsWith("IReadOnly", StringComparison.Ordinal)
           select (record, name, property.PropertyType.Name.Contains("Dictionary", StringComparison.Ordinal)),
    ];

    /// <summary>Reads a record or a family as a user would, from bytes.</summary>
    public static Func<byte[], WireObject> Utf8Reader(Type type) =>
        typeof(WireFamilies).GetMethod(nameof(ReadUtf8), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).CreateDelegate<Func<byte[], WireObject>>();

    /// <summary>Reads a record or a family as a user would.</summary>
    public static Func<string, WireObject> Reader(Type type) =>
        typeof(RealtimeJson).GetMethod(nameof(RealtimeJson.Deserialize), [typeof(string)])!.MakeGenericMethod(type).CreateDelegate<Func<string, WireObject>>();

    /// <summary>The members without which an object is not this record, whatever type it names.</summary>
    public static string NeededBy(Type record) =>
        record == typeof(FunctionTool) || record == typeof(FunctionToolChoice) ? ",\"name\":\"f\""
        : record == typeof(RetentionRatioTruncation) ? ",\"retention_ratio\":0.8"
        : record == typeof(IncomingCallWebhook) ? ",\"data\":{\"call_id\":\"rtc_1\"}"
        : record.IsSubclassOf(typeof(RealtimeWebhook)) ? ",\"data\":{\"session_id\":\"live_1\"}"
        : "";

    private static T ReadUtf8<T>(byte[] utf8) where T : WireObject, IWireObject<T> => RealtimeJson.Deserialize<T>(utf8);

    private static string[] Spellings(string type) => type switch
    {
        "output_text" or "output_audio" => [type, type["output_".Length..]],
        _ when type.StartsWith("response.output_", StringComparison.Ordinal) && !type.Contains("item", StringComparison.Ordinal) =>
            [type, type.Replace("output_", "", StringComparison.Ordinal)],
        _ => [type],
    };
}
