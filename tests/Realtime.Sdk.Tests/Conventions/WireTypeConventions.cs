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

    private static bool IsValidWhenEmpty(Type type) => !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null
        && !type.GetProperties().Any(property => property.IsDefined(typeof(RequiredMemberAttribute)));

    private static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";
}
