using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>Options are copied when they are taken, with every collection in them, whatever collections are added later.</summary>
public sealed class CopyConventions
{
    private const BindingFlags Anything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly[] Ours = [typeof(WireObject).Assembly, typeof(Testing.RealtimeEmulator).Assembly];

    /// <summary>Every class of settings: what is named so, and what can be copied.</summary>
    public static TheoryData<Type> Settings() =>
        [.. Ours.SelectMany(assembly => assembly.GetTypes()).Where(type => IsNamedOptions(type) || (type.IsPublic && Copier(type) is not null))];

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_changes_in_settings_after_they_were_copied_does_not_change_the_copy(Type type)
    {
        var changes = new Dictionary<string, Action>();
        var original = Filled(type, type.Name, changes);

        var copy = Copier(type).Should().BeAssignableTo<MethodInfo>("{0} must have a Copy method", type).Which.Invoke(original, null)!;
        var before = Text(copy);
        foreach (var change in changes.Values)
            change();

        copy.Should().BeOfType(type).And.NotBeSameAs(original);
        Text(copy).Should().Be(before);
        if (changes.Count > 0)
            Text(original).Should().NotBe(before);
    }

    [Fact]
    public void The_collections_of_today_are_found()
    {
        var found = new Dictionary<string, Action>();

        foreach (var type in Settings().Select(row => row.Data))
            Filled(type, type.Name, found);

        found.Keys.Should().Contain([
            "RealtimeConnectOptions.Headers", "RealtimeConnectOptions.DroppableEvents", "RealtimeTranslationConnectOptions.Headers",
            "EmulatorMcpServer.Tools", "EmulatorHttpResponse.Headers", "EmulatorHttpResponse.Body"]);
    }

    [Theory]
    [InlineData(typeof(RealtimeConnectionOptions))]
    [InlineData(typeof(RealtimeConnectOptions))]
    [InlineData(typeof(RealtimeTranslationConnectOptions))]
    public void The_JSON_of_options_shows_no_value_of_a_header(Type type)
    {
        var options = (RealtimeConnectionOptions)Activator.CreateInstance(type)!;
        options.Headers["X-Gateway-Key"] = "canary-4711";

        var json = JsonSerializer.Serialize(options, type);

        json.Should().Contain(nameof(RealtimeConnectionOptions.ConnectTimeout)).And.NotContain("canary-4711");
    }

    /// <summary>Handed on before anything is awaited, to what copies them.</summary>
    private static readonly Type[] HandedOn = [typeof(Testing.RealtimeCallerOptions)];

    private static bool IsNamedOptions(Type type) => type is { IsPublic: true, IsAbstract: false } && !HandedOn.Contains(type) && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static MethodInfo? Copier(Type type) => type.GetMethod("Copy", Anything, []);

    /// <summary>Settings with one element in every collection, and how to change each.</summary>
    private static object Filled(Type type, string path, Dictionary<string, Action> changes)
    {
        var settings = Activator.CreateInstance(type, nonPublic: true)!;
        foreach (var field in Fields(type))
        {
            var here = $"{path}.{Name(field)}";
            if (IsCollection(field.FieldType))
                field.SetValue(settings, Collection(field.FieldType, here, changes));
            else if (Copier(field.FieldType) is not null && Ours.Contains(field.FieldType.Assembly))
                field.SetValue(settings, Filled(field.FieldType, here, changes));
            else if (field.FieldType == typeof(ReadOnlyMemory<byte>) || field.FieldType == typeof(Memory<byte>))
                field.SetValue(settings, Buffer(field.FieldType, here, changes));
        }
        return settings;
    }

    private static object Collection(Type type, string path, Dictionary<string, Action> changes)
    {
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, 1);
            array.SetValue(Element(type.GetElementType()!, path, changes), 0);
            changes.Add(path, () => Array.Clear(array));
            return array;
        }
        var elements = type.GetGenericArguments();
        var made = type switch
        {
            { IsInterface: false } => type,
            _ when elements.Length == 2 => typeof(Dictionary<,>).MakeGenericType(elements),
            _ when type.Name.Contains("Set", StringComparison.Ordinal) => typeof(HashSet<>).MakeGenericType(elements),
            _ => typeof(List<>).MakeGenericType(elements),
        };
        var collection = Activator.CreateInstance(made)!;
        made.GetMethod("Add", elements)!.Invoke(collection, [.. elements.Select(element => Element(element, path, changes))]);
        changes.Add(path, () => made.GetMethod("Clear", [])!.Invoke(collection, null));
        return collection;
    }

    private static object Element(Type type, string path, Dictionary<string, Action> changes) => type switch
    {
        _ when type == typeof(string) => "an element",
        _ when Ours.Contains(type.Assembly) && type.IsClass => Filled(type, $"{path}[]", changes),
        _ => Activator.CreateInstance(type)!,
    };

    private static object Buffer(Type type, string path, Dictionary<string, Action> changes)
    {
        var bytes = new byte[] { 1 };
        changes.Add(path, () => bytes[0] = 2);
        return type == typeof(Memory<byte>) ? new Memory<byte>(bytes) : new ReadOnlyMemory<byte>(bytes);
    }

    /// <summary>All that settings hold, down to the last element.</summary>
    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        Memory<byte> bytes => Convert.ToHexString(bytes.Span),
        IEnumerable elements => $"[{string.Join(", ", elements.Cast<object?>().Select(Text))}]",
        _ when Ours.Contains(value.GetType().Assembly) && value is not (Enum or WireObject) =>
            $"{{ {string.Join(", ", Fields(value.GetType()).Select(field => $"{Name(field)} = {Text(field.GetValue(value))}"))} }}",
        _ => value.ToString()!,
    };

    private static bool IsCollection(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var at = type; at is not null && Ours.Contains(at.Assembly); at = at.BaseType)
        {
            foreach (var field in at.GetFields(Anything | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }

    private static string Name(FieldInfo field) => field.Name.Split('<', '>') is [_, var property, ..] ? property : field.Name;
}
