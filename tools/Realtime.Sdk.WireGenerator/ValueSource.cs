using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>
/// Writes value semantics for a record with collections: equality by their elements, and readable printing. The compiler would compare and print
/// collections as references.
/// </summary>
internal sealed class ValueSource(INamedTypeSymbol record, CodeBuilder code)
{
    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly IPropertySymbol[] _printed = WireSymbols.IsUnknownVariant(record) || DeclaresMethod(record, "PrintMembers", _ => true) ? [] :
    [
        .. record.GetMembers().OfType<IPropertySymbol>().Where(static property => property is
            { DeclaredAccessibility: Accessibility.Public, IsStatic: false, IsIndexer: false, IsOverride: false, GetMethod: not null }),
    ];

    /// <summary>The fields of the record itself, by names that code can use. The base compares its own fields.</summary>
    private readonly (string Name, ITypeSymbol Type)[] _fields =
    [
        .. record.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic)
            .Select(static field => (field.AssociatedSymbol?.Name ?? field.Name, field.Type)),
    ];

    /// <summary>Whether anything is generated. Other records use the members that the compiler generates.</summary>
    public bool IsNeeded => HasEquality || _printed.Length > 0;

    private bool HasEquality => _fields.Any(static one => IsCollection(one.Type)) && !DeclaresEquals();

    public void Write()
    {
        if (HasEquality)
            WriteEquality();
        if (_printed.Length > 0)
            WritePrintMembers();
    }

    private void WriteEquality()
    {
        // A raw JSON property has a generated field, which must be compared too.
        var rawJson = WireSymbols.GetMembers(record)
            .Where(member => member.IsRawJson && SymbolEqualityComparer.Default.Equals(member.Property.ContainingType, record)).Select(static member => member.Target).ToArray();
        var comparisons = _fields.Select(static field => $"{GetEqualsMethod(field.Type)}({field.Name}, other.{field.Name})")
            .Concat(rawJson.Select(static name => $"EqualityComparer<RawJson?>.Default.Equals({name}, other.{name})"));
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
        foreach (var name in rawJson)
            code.AppendLine($"        hash.Add({name});");
        code.AppendLine("        return hash.ToHashCode();");
        code.AppendLine("    }");
    }

    private void WritePrintMembers()
    {
        code.AppendLine();
        AppendHeader();
        code.AppendLine("    protected override bool PrintMembers(global::System.Text.StringBuilder builder)");
        code.AppendLine("    {");
        code.AppendLine("        var printer = new MemberPrinter(builder, base.PrintMembers(builder));");
        foreach (var property in _printed)
            code.AppendLine($"        printer.{GetPrintMethod(property.Type)}(\"{property.Name}\", {property.Name});");
        code.AppendLine("        return true;");
        code.AppendLine("    }");
    }

    /// <summary>
    /// Writes the attributes of a method that the compiler would otherwise generate. They exclude it from listings of the public API, as for the compiler's.
    /// </summary>
    private void AppendHeader()
    {
        code.AppendLine("    /// <inheritdoc/>");
        code.AppendLine("    [global::System.Runtime.CompilerServices.CompilerGenerated]");
    }

    private static string GetEqualsMethod(ITypeSymbol type) =>
        IsSet(type) ? "WireEquality.AreEqualSets" : IsCollection(type) ? "WireEquality.AreEqual" : $"EqualityComparer<{type.ToDisplayString(Qualified)}>.Default.Equals";

    private static string GetPrintMethod(ITypeSymbol type) =>
        KnownTypes.List.Matches(type) ? "AddList" : KnownTypes.Map.Matches(type) ? "AddMap" : KnownTypes.Memory.Matches(type) ? "AddBytes" : "Add";

    private static bool IsCollection(ITypeSymbol type) => KnownTypes.List.Matches(type) || KnownTypes.Map.Matches(type);

    private static bool IsSet(ITypeSymbol type) => KnownTypes.List.Matches(type) && WireSymbols.GetAttribute(((INamedTypeSymbol)type).TypeArguments[0], KnownTypes.WireSet) is not null;

    private bool DeclaresEquals() => DeclaresMethod(record, "Equals", type => SymbolEqualityComparer.Default.Equals(type, record));

    /// <summary>Whether the hand-written part, and not only the compiler, declares a method with one parameter.</summary>
    private static bool DeclaresMethod(INamedTypeSymbol record, string name, System.Func<ITypeSymbol, bool> parameter) => record.GetMembers(name).OfType<IMethodSymbol>()
        .Any(method => !method.IsImplicitlyDeclared && method.Parameters.Length == 1 && parameter(method.Parameters[0].Type));
}
