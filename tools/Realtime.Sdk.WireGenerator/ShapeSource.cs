using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>
/// Writes the shape of a record: its wire names and the kinds of their values. It is used where JSON is not read with a reader, for example for
/// configuration.
/// </summary>
internal sealed class ShapeSource(INamedTypeSymbol record, CodeBuilder code)
{
    public void Write()
    {
        var hides = WireSymbols.GetFamily(record) is null ? "" : "new ";
        code.AppendLine();
        code.AppendLine($"    internal static {hides}WireShape GetWireShape() => {(WireSymbols.IsFamily(record) ? GetFamilyShape() : GetRecordShape())};");
        if (record.IsAbstract)
            return;
        code.AppendLine();
        code.AppendLine("    private protected override WireShape GetOwnShape() => GetWireShape();");
    }

    private string GetRecordShape()
    {
        var members = WireSymbols.GetMembers(record).Select(static member => $"\n        .With(\"{member.WireName}\", {GetValueShape(member)})");
        return $"new WireShape(){string.Concat(members)}";
    }

    private string GetFamilyShape()
    {
        var variants = WireSymbols.GetVariants(record);
        if (!WireSymbols.HasDiscriminator(record))
            return $"WireShape.ForFamily(static _ => {GetName(variants.Single())}.GetWireShape())";
        var typed = variants.Select(static variant => (Variant: variant, Types: WireSymbols.GetTypes(variant)))
            .Where(static one => one.Types.Count > 0).OrderBy(static one => one.Types[0], StringComparer.Ordinal).ToArray();
        var cases = typed.Select(one => $"\n            {string.Join(" or ", one.Types.Select(GetLiteral))} => {GetName(one.Variant)}.GetWireShape(),");
        var types = string.Join(", ", typed.SelectMany(static one => one.Types).Select(GetLiteral));
        return "WireShape.ForFamily(\n        static type => type switch\n        {" + string.Concat(cases) + $"\n            _ => null,\n        }},\n        {types})";
    }

    private string GetName(INamedTypeSymbol type) => WireSymbols.GetName(type, record.ContainingNamespace);

    private static string GetValueShape(WireMember member) => member.Format switch
    {
        null => GetValueShape(member.Type),
        { } format when format.GetMembers("Shape").Any() => $"{format.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.Shape",
        _ => "WireValueShape.Json",
    };

    private static string GetValueShape(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => "WireValueShape.Text",
        { SpecialType: SpecialType.System_Boolean } => "WireValueShape.Boolean",
        { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double } => "WireValueShape.Number",
        INamedTypeSymbol list when KnownTypes.List.Matches(list) => $"WireValueShape.List({GetValueShape(list.TypeArguments[0])})",
        INamedTypeSymbol map when KnownTypes.Map.Matches(map) => $"WireValueShape.Map({GetValueShape(map.TypeArguments[1])})",
        _ when KnownTypes.JsonSchema.Matches(type) => "WireValueShape.Schema",
        _ when KnownTypes.TokenLimit.Matches(type) => "WireValueShape.NumberOrText",
        INamedTypeSymbol readable when WireSymbols.IsReadable(readable) =>
            $"WireValueShape.Object({readable.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.GetWireShape)",
        _ when WireSymbols.IsOpenString(type) => "WireValueShape.Text",
        _ => "WireValueShape.Json",
    };

    private static string GetLiteral(string text) => $"\"{text}\"";
}
