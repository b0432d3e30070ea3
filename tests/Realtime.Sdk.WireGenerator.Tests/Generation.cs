using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Realtime.Sdk.WireGenerator.Tests;

/// <summary>
/// Runs the generator over sources that are compiled against the real Realtime.Sdk.dll, whose internals this assembly sees. The compilation
/// has the name of this assembly, so that it sees them too.
/// </summary>
internal static class Generation
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly SyntaxTree Usings = Parse(
        "Usings.cs",
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Text.Json;
        global using System.Text.Json.Serialization;
        global using Realtime.Sdk;
        global using Realtime.Sdk.Internal;
        """);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) is "Realtime.Sdk.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static SyntaxTree Parse(string path, string source) => CSharpSyntaxTree.ParseText(source, Parsing, path);

    public static CSharpCompilation Compile(params IEnumerable<SyntaxTree> sources) => CSharpCompilation.Create(
        typeof(Generation).Assembly.GetName().Name,
        [Usings, .. sources],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static CSharpCompilation Compile(string source) => Compile(Parse("Source.cs", source));

    /// <summary>A driver that says of each step whether it ran again.</summary>
    public static GeneratorDriver CreateDriver() => CSharpGeneratorDriver.Create(
        [new WireGenerator().AsSourceGenerator()],
        parseOptions: Parsing,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Generates the code, and fails unless the whole compiles.</summary>
    public static GeneratorRunResult Run(CSharpCompilation compilation)
    {
        var driver = CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out var completed, out var diagnostics);

        diagnostics.Should().BeEmpty();
        completed.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Should().BeEmpty();
        return driver.GetRunResult().Results.Single();
    }

    /// <summary>Generates the code, and returns what the generator reports: the id, the text it is reported at, and the message.</summary>
    public static IReadOnlyList<string> FindErrors(string source)
    {
        var result = CreateDriver().RunGenerators(Compile(source)).GetRunResult().Results.Single();

        result.Exception.Should().BeNull();
        return [.. result.Diagnostics.Select(diagnostic =>
            $"{diagnostic.Id} at {source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length)}: {diagnostic.GetMessage(null)}")];
    }
}
