using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>
/// Writes what makes a record with lists a value: equality by their elements, and members printed for people. The compiler compares and prints
/// a list as the object it is.
/// </summary>
internal sealed class ValueSource(INamedTypeSymbol record, CodeBuilder code)
{
    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly IPropertySymbol[] _printed = WireSymbols.IsUnknownVariant(record) || WritesItself(record, "PrintMembers", _ => true) ? [] :
    [
        .. record.GetMembers().OfType<IPropertySymbol>().Where(static property => property is
            { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false, IsOverride: false, GetMethod: not null }),
    ];

    /// <summary>The fields of the record itself, by the names that code can use; those of the base are compared by the base.</summary>
    private readonly (string Name, ITypeSymbol Type)[] _fields =
    [
        .. record.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic)
            .Select(static field => (field.AssociatedSymbol?.Name ?? field.Name, field.Type)),
    ];

    /// <summary>Whether there is anything to write. Other records keep what the compiler gives them.</summary>
    public bool IsNeeded => HasEquality || _printed.Length > 0;

    private bool HasEquality => _fields.Any(static one => IsCollection(one.Type)) && !DeclaresEquals();

    public void Write()
    {
        if (HasEquality)
            WriteEquality();
        if (_printed.Length > 0)
            WritePrinting();
    }

    private void WriteEquality()
    {
        // A kept property has a field that is generated, too.
        var kept = WireSymbols.GetMembers(record)
            .Where(member => member.IsKept && SymbolEqualityComparer.Default.Equals(member.Property.ContainingType, record)).Select(static member => member.Target).ToArray();
        var comparisons = _fields.Select(static field => $"{GetEquality(field.Type)}({field.Name}, other.{field.Name})")
            .Concat(kept.Select(static name => $"EqualityComparer<KeptJson?>.Default.Equals({name}, other.{name})"));
        code.AppendLine();
        AppendHeader();
        code.AppendLine($"    public {(record.IsSealed ? "" : "virtual ")}bool Equals({record.Name}? other) => (object)this == other || (base.Equals(other) && other is not null");
        code.AppendLine($"        && {string.Join("\n        && ", comparisons)});");
        code.AppendLine();
        AppendHeader();
        code.AppendLine("    public override int GetHashCode()");
        code.AppendLine("    {");
        code.AppendLine("        var hash = new HashCode();");
        code.AppendLine("        hash.Add(base.GetHashCode());");
        foreach (var (name, type) in _fields)
            code.AppendLine($"        hash.Add({(IsCollection(type) ? $"WireEquality.{(IsSet(type) ? "GetSetHashCode" : "GetHashCode")}({name})" : name)});");
        foreach (var name in kept)
            code.AppendLine($"        hash.Add({name});");
        code.AppendLine("        return hash.ToHashCode();");
        code.AppendLine("    }");
    }

    private void WritePrinting()
    {
        code.AppendLine();
        AppendHeader();
        code.AppendLine("    protected override bool PrintMembers(global::System.Text.StringBuilder builder)");
        code.AppendLine("    {");
        code.AppendLine("        var printer = new MemberPrinter(builder, base.PrintMembers(builder));");
        foreach (var property in _printed)
            code.AppendLine($"        printer.{GetPrinting(property.Type)}(\"{property.Name}\", {property.Name});");
        code.AppendLine("        return true;");
        code.AppendLine("    }");
    }

    /// <summary>What stands above a method that the compiler would write otherwise: lists of the public API leave it out as they do the compiler's.</summary>
    private void AppendHeader()
    {
        code.AppendLine("    /// <inheritdoc/>");
        code.AppendLine("    [global::System.Runtime.CompilerServices.CompilerGenerated]");
    }

    private static string GetEquality(ITypeSymbol type) =>
        IsSet(type) ? "WireEquality.AreEqualSets" : IsCollection(type) ? "WireEquality.AreEqual" : $"EqualityComparer<{type.ToDisplayString(Qualified)}>.Default.Equals";

    private static string GetPrinting(ITypeSymbol type) =>
        KnownTypes.List.Matches(type) ? "AddList" : KnownTypes.Map.Matches(type) ? "AddMap" : KnownTypes.Memory.Matches(type) ? "AddBytes" : "Add";

    private static bool IsCollection(ITypeSymbol type) => KnownTypes.List.Matches(type) || KnownTypes.Map.Matches(type);

    private static bool IsSet(ITypeSymbol type) => KnownTypes.List.Matches(type) && WireSymbols.GetAttribute(((INamedTypeSymbol)type).TypeArguments[0], KnownTypes.WireSet) is not null;

    private bool DeclaresEquals() => WritesItself(record, "Equals", type => SymbolEqualityComparer.Default.Equals(type, record));

    /// <summary>Whether the hand-written part has a method with one parameter, and not only the compiler.</summary>
    private static bool WritesItself(INamedTypeSymbol record, string name, System.Func<ITypeSymbol, bool> parameter) => record.GetMembers(name).OfType<IMethodSymbol>()
        .Any(method => !method.IsImplicitlyDeclared && method.Parameters.Length == 1 && parameter(method.Parameters[0].Type));
}
