using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Realtime.Sdk.WireGenerator;

/// <summary>
/// Writes how each wire record is read from JSON and written to it, from the wire names its properties carry. Plain code over the
/// platform's reader and writer: nothing to look up at run time, and nothing in a program for records it does not use.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WireGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var parts = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => node is RecordDeclarationSyntax, static (syntax, token) => Part.Of(syntax, token))
            .Where(static part => part is not null);
        context.RegisterSourceOutput(parts, static (output, part) =>
        {
            if (part!.Complaint is { } complaint)
                output.ReportDiagnostic(complaint);
            else
                output.AddSource(part.Name + ".g.cs", SourceText.From(part.Source, Encoding.UTF8));
        });
    }

    /// <summary>The other part of one record; compared by its text, so that an unchanged record costs nothing.</summary>
    private sealed class Part(string name, string source, Diagnostic? complaint) : System.IEquatable<Part>
    {
        public string Name { get; } = name;

        public string Source { get; } = source;

        public Diagnostic? Complaint { get; } = complaint;

        public static Part? Of(GeneratorSyntaxContext syntax, System.Threading.CancellationToken token)
        {
            var declaration = (RecordDeclarationSyntax)syntax.Node;
            if (syntax.SemanticModel.GetDeclaredSymbol(declaration, token) is not INamedTypeSymbol { ContainingType: null } record
                || record.DeclaringSyntaxReferences[0].GetSyntax(token) != declaration)
            {
                return null;
            }
            var isOpenString = Wire.IsOpenString(record);
            if (!isOpenString && !Wire.IsObject(record))
                return null;
            if (!declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                return new(record.Name, "", Complaints.NotPartial(record));
            if (isOpenString)
                return new(record.Name, OpenStringSource.Write(record), null);
            try
            {
                return new RecordSource(record).Write() is { } source ? new(record.Name, source, null) : null;
            }
            catch (UnknownShapeException shape)
            {
                return new(record.Name, "", Complaints.UnknownShape(shape.Property));
            }
        }

        public bool Equals(Part? other) => other is not null && Name == other.Name && Source == other.Source && Complaint is null && other.Complaint is null;

        public override bool Equals(object? obj) => Equals(obj as Part);

        public override int GetHashCode() => Source.GetHashCode();
    }
}

/// <summary>What keeps a record from being written, told at its declaration.</summary>
internal static class Complaints
{
    private static readonly DiagnosticDescriptor NotPartialRule = Rule("WIRE001", "The wire record {0} must be partial: its reading and writing are generated");

    private static readonly DiagnosticDescriptor UnknownShapeRule = Rule(
        "WIRE002", "There is no known way to read and write {0}: give its type static Read and instance Write methods, or name a [WireFormat]");

    public static Diagnostic NotPartial(ISymbol record) => Diagnostic.Create(NotPartialRule, record.Locations.FirstOrDefault(), record.Name);

    public static Diagnostic UnknownShape(ISymbol property) =>
        Diagnostic.Create(UnknownShapeRule, property.Locations.FirstOrDefault(), property.ToDisplayString());

    private static DiagnosticDescriptor Rule(string id, string message) => new(id, message, message, "Wire", DiagnosticSeverity.Error, isEnabledByDefault: true);
}

/// <summary>A property of a type that nobody told the generator about.</summary>
public sealed class UnknownShapeException(IPropertySymbol property) : System.Exception(property.Name)
{
    public IPropertySymbol Property { get; } = property;
}
