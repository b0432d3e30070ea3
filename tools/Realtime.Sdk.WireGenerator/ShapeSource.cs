using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes the description of a record: its wire names and what each of them holds. For what is read without a reader, such as configuration.</summary>
internal static class ShapeSource
{
    public static IEnumerable<string> Of(INamedTypeSymbol record)
    {
        yield return "";
        yield return $"    internal static {(Wire.FamilyOf(record) is null || Wire.IsFamily(record) ? "" : "new ")}WireShape Shape() => {(Wire.IsFamily(record) ? Family(record) : Record(record))};";
        if (record.IsAbstract)
            yield break;
        yield return "";
        yield return "    private protected override WireShape OwnShape() => Shape();";
    }

    private static string Record(INamedTypeSymbol record) =>
        $"new WireShape(){string.Concat(Wire.MembersOf(record).Select(static member => $"\n        .With(\"{member.WireName}\", {Value(member)})"))}";

    private static string Family(INamedTypeSymbol family)
    {
        var variants = Wire.VariantsOf(family);
        if (!Wire.HasDiscriminator(family))
            return $"WireShape.OfFamily(static _ => {variants.Single().Name}.Shape())";
        var typed = variants.Where(static variant => Wire.TypesOf(variant).Count > 0).OrderBy(static variant => Wire.TypesOf(variant)[0], System.StringComparer.Ordinal).ToArray();
        var cases = typed.Select(static variant => $"\n            {string.Join(" or ", Wire.TypesOf(variant).Select(Quoted))} => {variant.Name}.Shape(),");
        return $"WireShape.OfFamily(\n        static type => type switch\n        {{{string.Concat(cases)}\n            _ => null,\n        }},\n        {string.Join(", ", typed.SelectMany(Wire.TypesOf).Select(Quoted))})";
    }

    private static string Value(WireMember member) => member.Format switch
    {
        null => Value(member.Type),
        { } format when format.GetMembers("Shape").Any() => $"{format.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.Shape",
        _ => "WireValueShape.Json",
    };

    private static string Value(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => "WireValueShape.Text",
        { SpecialType: SpecialType.System_Boolean } => "WireValueShape.Boolean",
        { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double } => "WireValueShape.Number",
        INamedTypeSymbol { Name: "IReadOnlyList" } list => $"WireValueShape.List({Value(list.TypeArguments[0])})",
        INamedTypeSymbol { Name: "IReadOnlyDictionary" } map => $"WireValueShape.Map({Value(map.TypeArguments[1])})",
        INamedTypeSymbol { Name: "JsonSchema" } => "WireValueShape.Schema",
        INamedTypeSymbol { Name: "TokenLimit" } => "WireValueShape.NumberOrText",
        INamedTypeSymbol record when Wire.IsReadable(record) => $"WireValueShape.Object({record.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}.Shape)",
        _ when Wire.IsOpenString(type) => "WireValueShape.Text",
        _ => "WireValueShape.Json",
    };

    private static string Quoted(string text) => $"\"{text}\"";
}
