using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Realtime.Sdk.WireGenerator;

/// <summary>
/// Generates the code that reads wire records from JSON and writes them, from the wire names of their properties. The output is plain code that uses the
/// platform's reader and writer: nothing is looked up at run time, and trimming removes the code of records that an application does not use.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WireGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step whose results are compared between edits.</summary>
    public const string TypesStep = "WireTypes";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // The second function runs for every record after each edit of any file, because the code of a family depends on its variants in other files. Its
        // results are compared, so that a type whose code has not changed causes no further work.
        var types = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => node is RecordDeclarationSyntax, static (syntax, token) => Generate(syntax, token))
            .Where(static type => type is not null)
            .WithTrackingName(TypesStep);
        context.RegisterSourceOutput(types, static (output, type) =>
        {
            foreach (var diagnostic in type!.Diagnostics)
                output.ReportDiagnostic(diagnostic.ToDiagnostic());
            if (type.Source is not null)
                output.AddSource(type.Name + ".g.cs", SourceText.From(type.Source, Encoding.UTF8));
        });
    }

    private static GeneratedType? Generate(GeneratorSyntaxContext syntax, CancellationToken token)
    {
        var declaration = (RecordDeclarationSyntax)syntax.Node;
        if (syntax.SemanticModel.GetDeclaredSymbol(declaration, token) is not INamedTypeSymbol type
            || type.DeclaringSyntaxReferences[0].GetSyntax(token) != declaration)
        {
            return null;
        }
        var isOpenString = WireSymbols.IsOpenString(type);
        if (!isOpenString && !WireSymbols.IsObject(type))
            return null;
        var diagnostics = new WireRules(type).Check(declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
        if (diagnostics.Count > 0)
            return new(type, null, diagnostics);
        var source = type.ContainingType is not null ? null : isOpenString ? OpenStringSource.Write(type) : new RecordSource(type).Write();
        return source is null ? null : new(type, source, diagnostics);
    }

    /// <summary>The generated part of a type, or the errors that prevent it. Compared by text.</summary>
    private sealed class GeneratedType(INamedTypeSymbol type, string? source, IReadOnlyList<WireDiagnostic> diagnostics) : IEquatable<GeneratedType>
    {
        public string Name { get; } = type.ToDisplayString();

        public string? Source { get; } = source;

        public IReadOnlyList<WireDiagnostic> Diagnostics { get; } = diagnostics;

        public bool Equals(GeneratedType? other) =>
            other is not null && Name == other.Name && Source == other.Source && Diagnostics.SequenceEqual(other.Diagnostics);

        public override bool Equals(object? obj) => Equals(obj as GeneratedType);

        public override int GetHashCode() => Name.GetHashCode();

        public override string ToString() => Name;
    }
}
