using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Queries about the compiler's symbols.</summary>
internal static class WireSymbols
{
    /// <summary>The member that distinguishes the variants of a family.</summary>
    public const string Discriminator = "type";

    /// <summary>The nested class of a family that reads its variants. Its hand-written part is optional.</summary>
    public const string ReaderName = "Reader";

    // Each compilation has its own assembly symbol, so cached entries cannot be outdated.
    private static readonly ConditionalWeakTable<IAssemblySymbol, INamedTypeSymbol[]> RecordsByAssembly = new();

    /// <summary>Whether a type is a wire object: it derives from <c>WireObject</c>.</summary>
    public static bool IsObject(ITypeSymbol type) => GetBases(type).Any(KnownTypes.WireObject.Matches);

    /// <summary>Whether a type is the base of a family of variants: an abstract record that derives directly from <c>WireObject</c>.</summary>
    public static bool IsFamily(INamedTypeSymbol type) => type.IsAbstract && KnownTypes.WireObject.Matches(type.BaseType);

    /// <summary>Returns the family of a record, or null if the record is not a variant.</summary>
    public static INamedTypeSymbol? GetFamily(INamedTypeSymbol record) => GetBases(record).FirstOrDefault(IsFamily);

    /// <summary>Whether the variants of a family have a <c>type</c> member.</summary>
    public static bool HasDiscriminator(INamedTypeSymbol family) => family.GetMembers("Type").OfType<IPropertySymbol>().Any();

    /// <summary>Whether derived records pass their type to the constructor of this base.</summary>
    public static bool HasTypeConstructor(INamedTypeSymbol type) => type.InstanceConstructors
        .Any(static constructor => constructor.Parameters.Length == 1 && constructor.Parameters[0].Type.SpecialType == SpecialType.System_String);

    /// <summary>Whether each variant of a family must implement <c>Check</c>.</summary>
    public static bool RequiresCheck(INamedTypeSymbol family) => family.GetMembers("Check").Any(static method => method.IsAbstract);

    /// <summary>Whether a record represents JSON of unknown variants.</summary>
    public static bool IsUnknownVariant(INamedTypeSymbol type) => type.AllInterfaces.Any(KnownTypes.UnknownVariant.Matches);

    /// <summary>Whether a type has a static <c>Read</c> method, hand-written or generated.</summary>
    public static bool IsReadable(INamedTypeSymbol type) => IsObject(type) && (!type.IsAbstract || IsFamily(type));

    /// <summary>Whether the generator makes a record readable. A record that only writes itself is created by its family or by other code of the SDK.</summary>
    public static bool IsReadGenerated(INamedTypeSymbol record) =>
        !IsUnknownVariant(record) && IsReadable(record) && (IsFamily(record) || DeclaresRead(record) || !DeclaresWrite(record));

    public static bool IsOpenString(ITypeSymbol type) => type.IsValueType && type.AllInterfaces.Any(KnownTypes.OpenString.Matches);

    /// <summary>Whether the hand-written part has a <c>Read</c> method.</summary>
    public static bool DeclaresRead(INamedTypeSymbol type) => Declares(type, "Read", KnownTypes.WireReader);

    /// <summary>Whether the hand-written part has a <c>Write</c> method.</summary>
    public static bool DeclaresWrite(INamedTypeSymbol type) => Declares(type, "Write", KnownTypes.Utf8JsonWriter);

    /// <summary>Whether the hand-written part of a family's reader has a method.</summary>
    public static bool ReaderDeclares(INamedTypeSymbol family, string method) =>
        family.GetTypeMembers(ReaderName).Any(reader => Declares(reader, method));

    /// <summary>Returns the wire types from which a record is read, first the one with which it is written; empty if it has none.</summary>
    public static IReadOnlyList<string> GetTypes(INamedTypeSymbol record)
    {
        if (GetAttribute(record, KnownTypes.WireType) is not { } attribute)
            return [];
        return [(string)attribute.ConstructorArguments[0].Value!, .. attribute.ConstructorArguments[1].Values.Select(static value => (string)value.Value!)];
    }

    /// <summary>
    /// Returns the records of a family that are read from a JSON object, in the order of their declaration, those in the family's file first.
    /// </summary>
    public static IReadOnlyList<INamedTypeSymbol> GetVariants(INamedTypeSymbol family) =>
    [
        .. GetDescendants(family).Where(static type => !type.IsAbstract && !IsUnknownVariant(type) && (GetTypes(type).Count > 0 || (!DeclaresRead(type) && !DeclaresWrite(type))))
            .OrderBy(type => type.Locations[0].SourceTree != family.Locations[0].SourceTree)
            .ThenBy(static type => type.Locations[0].SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(static type => type.Locations[0].SourceSpan.Start),
    ];

    /// <summary>Returns the unknown variants of a family. There must be exactly one.</summary>
    public static IReadOnlyList<INamedTypeSymbol> GetUnknownVariants(INamedTypeSymbol family) => [.. GetDescendants(family).Where(IsUnknownVariant)];

    public static bool Declares(INamedTypeSymbol type, string method) => type.GetMembers(method).OfType<IMethodSymbol>().Any();

    public static IEnumerable<INamedTypeSymbol> GetBases(ITypeSymbol type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
            yield return ancestor;
    }

    /// <summary>Returns the properties with wire names, those of the base first. An override takes the position of the overridden property.</summary>
    public static IReadOnlyList<WireMember> GetMembers(INamedTypeSymbol record)
    {
        var members = new List<WireMember>();
        foreach (var property in GetBases(record).Reverse().Concat([record]).SelectMany(static type => type.GetMembers()).OfType<IPropertySymbol>())
        {
            var index = members.FindIndex(member => member.Property.Name == property.Name);
            if (index >= 0)
                members.RemoveAt(index);
            if (WireMember.TryCreate(property) is { } member)
                members.Insert(index >= 0 ? index : members.Count, member);
        }
        return members;
    }

    public static AttributeData? GetAttribute(ISymbol symbol, KnownType type) =>
        symbol.GetAttributes().FirstOrDefault(attribute => type.Matches(attribute.AttributeClass));

    /// <summary>Returns the name of a type for use in a namespace, qualified if needed.</summary>
    public static string GetName(ITypeSymbol type, INamespaceSymbol from) => SymbolEqualityComparer.Default.Equals(type.ContainingNamespace, from)
        ? type.Name
        : type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static bool Declares(INamedTypeSymbol type, string method, KnownType parameter) => type.GetMembers(method).OfType<IMethodSymbol>()
        .Any(candidate => candidate.Parameters.Length == 1 && parameter.Matches(candidate.Parameters[0].Type));

    /// <summary>Returns the records that derive from a family, in all namespaces of its assembly.</summary>
    private static IEnumerable<INamedTypeSymbol> GetDescendants(INamedTypeSymbol family) => RecordsByAssembly
        .GetValue(family.ContainingAssembly, static assembly => [.. GetAllTypes(assembly.GlobalNamespace).Where(IsObject)])
        .Where(type => GetBases(type).Contains(family, SymbolEqualityComparer.Default));

    private static IEnumerable<INamedTypeSymbol> GetAllTypes(INamespaceSymbol within) =>
        within.GetTypeMembers().Concat(within.GetNamespaceMembers().SelectMany(GetAllTypes));
}
