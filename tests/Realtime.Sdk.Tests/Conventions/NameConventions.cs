using System.Reflection;
using Microsoft.Agents.AI;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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

    /// <summary>The compiler has the last word: names of types, and the extension methods of the package for Microsoft.Extensions.AI.</summary>
    [Fact]
    public void A_file_that_imports_everything_compiles()
    {
        var names = Types().Where(type => type.Namespace == "Realtime.Sdk" && !type.IsGenericTypeDefinition).Select(type => type.Name).Order(StringComparer.Ordinal).ToArray();
        var source = $$"""
            using System;
            using System.Collections.Generic;
            using System.IO;
            using System.IO.Pipelines;
            using System.Linq;
            using System.Net.Http;
            using System.Net.WebSockets;
            using System.Text.Json;
            using System.Threading;
            using System.Threading.Tasks;
            using Microsoft.Agents.AI;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.AspNetCore.Http;
            using Microsoft.Extensions.AI;
            using Microsoft.Extensions.Configuration;
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.Extensions.Logging;
            using NAudio.Wave;
            using Realtime.Sdk;
            using Realtime.Sdk.Testing;

            public static class Everything
            {
                public static Type[] Types => [{{string.Join(", ", names.Select(name => $"typeof({name})"))}}];

                public static async Task UseAsync(RealtimeClient client, AIFunction function, AIAgent agent)
                {
                    using IRealtimeClient realtime = client.AsIRealtimeClient("gpt-realtime-2.1");
                    using var built = realtime.AsBuilder().UseFunctionInvocation().Build();
                    var options = new RealtimeSessionOptions { OutputAudioFormat = new RealtimeAudioFormat("audio/pcm", 24_000), RawRepresentationFactory = () => new RealtimeSessionConfiguration() };
                    await using var session = await built.CreateSessionAsync(options);
                    await using var connection = session.GetRequiredService<RealtimeConnection>();
                    var waiter = new RealtimeAgent { Name = "waiter", Functions = [function.AsAgentFunction(), agent.AsAIFunction().AsAgentFunction()] };
                    AITool tool = waiter.Functions[0].AsAIFunctionDeclaration();
                }
            }
            """;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));

        var compiled = CSharpCompilation.Create("Everything", [CSharpSyntaxTree.ParseText(source)], references, new(OutputKind.DynamicallyLinkedLibrary,
            specificDiagnosticOptions: [KeyValuePair.Create("MEAI001", ReportDiagnostic.Suppress)]));

        compiled.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString()).Should().BeEmpty();
    }

    private static IEnumerable<string> PublicNames() => Types().Select(type => type.Name);

    private static IEnumerable<Type> Types() =>
        new[] { "Realtime.Sdk", "Realtime.Sdk.AspNetCore", "Realtime.Sdk.Extensions.AI", "Realtime.Sdk.Testing" }.SelectMany(package => Assembly.Load(package).GetExportedTypes())
            .Where(type => !type.IsNested);
}
