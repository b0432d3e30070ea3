using System.Xml.Linq;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>IntelliSense shows no initializers: the documentation of every option states its default.</summary>
public sealed class DefaultConventions
{
    public static TheoryData<Type> Options => [.. new[] { typeof(RealtimeClientOptions), typeof(RealtimeEndpointOptions), typeof(RealtimeEmulatorOptions) }
        .SelectMany(type => type.Assembly.GetExportedTypes())
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))];

    [Fact]
    public void The_walk_covers_the_options_of_all_packages() => Options.Should().HaveCountGreaterThanOrEqualTo(10);

    [Theory, MemberData(nameof(Options))]
    public void Every_option_states_its_default(Type options)
    {
        var docs = XDocument.Load(Path.ChangeExtension(options.Assembly.Location, ".xml")).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

        var silent = options.GetProperties()
            .Where(property => property.DeclaringType == options && property.SetMethod is { IsPublic: true })
            .Where(property => !Attribute.IsDefined(property, typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)))
            .Where(property => !docs[$"P:{options.FullName}.{property.Name}"].Value.Contains("default", StringComparison.OrdinalIgnoreCase))
            .Select(property => property.Name);

        silent.Should().BeEmpty();
    }
}
