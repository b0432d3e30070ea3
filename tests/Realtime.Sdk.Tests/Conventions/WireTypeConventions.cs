using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conventions;

public sealed class WireTypeConventions
{
    private static readonly Type[] WireTypes =
        [.. typeof(WireObject).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(WireObject)) && type != typeof(WireObject))];

    private static readonly PropertyInfo[] WireProperties =
        [.. from type in WireTypes
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where !property.GetMethod!.IsAbstract && !type.IsAssignableTo(typeof(IUnknownVariant))
            select property];

    [Fact]
    public void Every_public_wire_record_is_sealed_or_abstract()
    {
        WireTypes.Where(type => !type.IsSealed && !type.IsAbstract).Should().BeEmpty();
    }

    [Fact]
    public void Every_property_of_a_wire_record_says_its_wire_name_or_that_it_has_none()
    {
        var silent = WireProperties.Where(property =>
            property.GetCustomAttribute<JsonPropertyNameAttribute>() is null
            && property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Always
            && !property.DeclaringType!.IsDefined(typeof(JsonConverterAttribute), inherit: false));

        silent.Select(Name).Should().BeEmpty();
    }

    [Fact]
    public void Every_optional_wire_property_that_is_not_set_is_left_out_under_the_options_of_any_host()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };
        var context = new NullabilityInfoContext();
        var optional = WireProperties.Where(property =>
            property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null
            && IsValidWhenEmpty(property.DeclaringType!)
            && context.Create(property).ReadState == NullabilityState.Nullable).ToArray();

        var written = optional.Where(property => JsonSerializer
            .SerializeToElement(Activator.CreateInstance(property.DeclaringType!), property.DeclaringType!, options)
            .TryGetProperty(property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, out _));

        optional.Should().HaveCountGreaterThan(150);
        written.Select(Name).Should().BeEmpty();
    }

    [Fact]
    public void Every_family_keeps_variants_it_does_not_know()
    {
        var families = WireTypes.Where(type => type.GetNestedType("Reader", BindingFlags.NonPublic)?.BaseType is { IsGenericType: true } reader
            && reader.GetGenericTypeDefinition() == typeof(UnionReader<>));

        var closed = families.Where(family => !WireTypes.Any(type => type.IsSubclassOf(family) && type.IsAssignableTo(typeof(IUnknownVariant))));

        families.Should().NotBeEmpty();
        closed.Should().BeEmpty();
    }

    [Fact]
    public void Every_open_string_converts_from_a_string_and_prints_itself()
    {
        var strings = typeof(WireObject).Assembly.GetExportedTypes()
            .Where(type => type.IsValueType && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireString<>)))
            .ToArray();

        strings.Should().NotBeEmpty();
        strings.Where(type => type.GetMethod("op_Implicit", [typeof(string)]) is null).Should().BeEmpty();
        strings.Where(type => Activator.CreateInstance(type, "a value")!.ToString() != "a value").Should().BeEmpty();
    }

    private static bool IsValidWhenEmpty(Type type) => !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null
        && !type.GetProperties().Any(property => property.IsDefined(typeof(RequiredMemberAttribute)));

    private static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";
}
