using System.Reflection;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>A program that imports this SDK beside its usual neighbors never meets an ambiguous name.</summary>
public sealed class NameConventions
{
    [Theory]
    [InlineData(typeof(IChatClient))]
    [InlineData(typeof(ChatClientBuilder))]
    [InlineData(typeof(AIAgent))]
    [InlineData(typeof(ChatClientAgent))]
    [InlineData(typeof(NAudio.Wave.WaveFormat))]
    [InlineData(typeof(HttpClient))]
    [InlineData(typeof(System.Net.WebSockets.WebSocket))]
    [InlineData(typeof(System.Text.Json.JsonSerializer))]
    [InlineData(typeof(System.IO.Pipelines.Pipe))]
    public void No_public_type_shares_its_name_with_a_neighbor(Type neighbor)
    {
        var theirs = neighbor.Assembly.GetExportedTypes().Where(type => !type.IsNested && type.Namespace == neighbor.Namespace).Select(type => type.Name);

        PublicNames().Intersect(theirs).Should().BeEmpty();
    }

    [Fact]
    public void No_public_type_is_called_a_manager_a_helper_or_an_implementation()
    {
        string[] words = ["Manager", "Helper", "Helpers", "Utils", "Impl", "Base"];

        PublicNames().Where(name => words.Any(word => name.EndsWith(word, StringComparison.Ordinal))).Should().BeEmpty();
    }

    private static IEnumerable<string> PublicNames() =>
        new[] { "Realtime.Sdk", "Realtime.Sdk.AspNetCore", "Realtime.Sdk.Testing" }.SelectMany(package => Assembly.Load(package).GetExportedTypes())
            .Where(type => !type.IsNested)
            .Select(type => type.Name);
}
