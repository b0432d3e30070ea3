using System.Reflection;
using PublicApiGenerator;
using Realtime.Sdk.Tests.Conventions;

namespace Realtime.Sdk.Tests.PublicApi;

public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [], // our extension methods live in the platform's namespaces
        ExcludeAttributes =
        [
            "System.ComponentModel.EditorBrowsableAttribute",
            "System.Diagnostics.CodeAnalysis.StringSyntaxAttribute",
            "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute",
            "System.Text.Json.Serialization.JsonConverterAttribute", // every record and every open string has one
            "System.Text.Json.Serialization.JsonIgnoreAttribute",
        ],
    };

    [Theory]
    [InlineData("Realtime.Sdk")]
    [InlineData("Realtime.Sdk.AspNetCore")]
    [InlineData("Realtime.Sdk.Extensions.AI")]
    [InlineData("Realtime.Sdk.Testing")]
    public void The_public_surface_is_the_one_that_was_agreed(string package)
    {
        var listing = Path.Combine(Repository.Root, "tests", "Realtime.Sdk.Tests", "PublicApi", $"{package}.txt");

        var actual = Assembly.Load(package).GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("REALTIME_SDK_APPROVE") == "1")
            File.WriteAllText(listing, actual);

        actual.Split('\n').Should().Equal(File.ReadAllText(listing).Split('\n'), "a change of the surface is agreed by running this once with REALTIME_SDK_APPROVE=1");
    }
}
