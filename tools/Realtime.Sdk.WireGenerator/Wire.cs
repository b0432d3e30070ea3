using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>What the generator asks of the compiler's symbols.</summary>
internal static class Wire
{
    /// <summary>The member that tells the variants of a family apart.</summary>
    public const string Discriminator = "type";

    /// <summary>Whether a type is a wire object, that is, derives from <c>WireObject</c>.</summary>
    public static bool IsObject(ITypeSymbol type) => BasesOf(type).Any(static ancestor => ancestor.Name == "WireObject");

    /// <summary>Whether a type is the base of a family whose JSON tells its variants apart: an abstract record directly under <c>WireObject</c>.</summary>
    public static bool IsFamily(INamedTypeSymbol type) => type.IsAbstract && type.BaseType?.Name == "WireObject";

    /// <summary>The family a record is a variant of; null when it stands alone.</summary>
    public static INamedTypeSymbol? FamilyOf(INamedTypeSymbol record) => BasesOf(record).FirstOrDefault(IsFamily);

    /// <summary>Whether the variants of a family name their type.</summary>
    public static bool HasDiscriminator(INamedTypeSymbol family) => family.GetMembers("Type").OfType<IPropertySymbol>().Any();

    /// <summary>Whether records hand their type to the constructor of this base.</summary>
    public static bool TakesType(INamedTypeSymbol type) => type.InstanceConstructors
        .Any(static constructor => constructor.Parameters.Length == 1 && constructor.Parameters[0].Type.SpecialType == SpecialType.System_String);

    /// <summary>Whether each variant of a family must say what it checks.</summary>
    public static bool AsksForCheck(INamedTypeSymbol family) => family.GetMembers("Check").Any(static method => method.IsAbstract);

    /// <summary>Whether a record stands for JSON of a kind that is not known.</summary>
    public static bool IsUnknownVariant(INamedTypeSymbol type) => type.AllInterfaces.Any(static i => i.Name == "IUnknownVariant");

    /// <summary>Whether a type declares or will be given a static <c>Read</c> of its own.</summary>
    public static bool IsReadable(INamedTypeSymbol type) => IsObject(type) && (!type.IsAbstract || IsFamily(type));

    public static bool IsOpenString(ITypeSymbol type) => type.IsValueType && type.AllInterfaces.Any(static i => i.Name == "IWireString");

    /// <summary>Whether the hand-written part reads itself.</summary>
    public static bool DeclaresRead(INamedTypeSymbol type) => Declares(type, "Read", "WireReader");

    /// <summary>Whether the hand-written part writes itself.</summary>
    public static bool DeclaresWrite(INamedTypeSymbol type) => Declares(type, "Write", "Utf8JsonWriter");

    /// <summary>The types on the wire that a record is read from, the one it is written with first; empty when it names none.</summary>
    public static IReadOnlyList<string> TypesOf(INamedTypeSymbol record)
    {
        if (Attribute(record, "WireTypeAttribute") is not { } attribute)
            return [];
        return [(string)attribute.ConstructorArguments[0].Value!, .. attribute.ConstructorArguments[1].Values.Select(static value => (string)value.Value!)];
    }

    /// <summary>The records of a family that are read from an object of JSON, in the order they stand in: the family's file first.</summary>
    public static IReadOnlyList<INamedTypeSymbol> VariantsOf(INamedTypeSymbol family) =>
    [
        .. Descendants(family).Where(static type => !type.IsAbstract && !IsUnknownVariant(type) && !DeclaresRead(type) && !DeclaresWrite(type))
            .OrderBy(type => type.Locations[0].SourceTree != family.Locations[0].SourceTree)
            .ThenBy(static type => type.Locations[0].SourceTree?.FilePath, System.StringComparer.Ordinal)
            .ThenBy(static type => type.Locations[0].SourceSpan.Start),
    ];

    /// <summary>The record that stands for variants of a family that are not known.</summary>
    public static INamedTypeSymbol? UnknownOf(INamedTypeSymbol family) => Descendants(family).FirstOrDefault(IsUnknownVariant);

    public static bool Declares(INamedTypeSymbol type, string method) => type.GetMembers(method).OfType<IMethodSymbol>().Any();

    public static IEnumerable<INamedTypeSymbol> BasesOf(ITypeSymbol type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
            yield return ancestor;
    }

    /// <summary>The properties with wire names: those of the base first, an override in the place of what it overrides.</summary>
    public static IReadOnlyList<WireMember> MembersOf(INamedTypeSymbol record)
    {
        var members = new List<WireMember>();
        foreach (var property in BasesOf(record).Reverse().Concat([record]).SelectMany(static type => type.GetMembers()).OfType<IPropertySymbol>())
        {
            var place = members.FindIndex(member => member.Property.Name == property.Name);
            if (place >= 0)
                members.RemoveAt(place);
            if (WireMember.Of(property) is { } member)
                members.Insert(place >= 0 ? place : members.Count, member);
        }
        return members;
    }

    public static AttributeData? Attribute(ISymbol symbol, string name) => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == name);

    private static bool Declares(INamedTypeSymbol type, string method, string parameter) => type.GetMembers(method).OfType<IMethodSymbol>()
        .Any(candidate => candidate.Parameters.Length == 1 && candidate.Parameters[0].Type.Name == parameter);

    private static IEnumerable<INamedTypeSymbol> Descendants(INamedTypeSymbol family) => family.ContainingNamespace.GetTypeMembers()
        .Where(type => BasesOf(type).Contains(family, SymbolEqualityComparer.Default));
}
