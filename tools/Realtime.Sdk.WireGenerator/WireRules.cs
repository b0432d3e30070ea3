using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>The rules for wire types whose code is generated. Violations are reported at the declaration.</summary>
internal sealed class WireRules(INamedTypeSymbol type)
{
    // WireReader supports escaped names of up to six times this length in bytes, and UnionReader supports types of this length.
    private const int MaxNameLength = 42, MaxTypeLength = 64;

    // Each takes one bit in WireObject.AbsentMembers.
    private const int MaxTrackedMembers = 64;

    private readonly List<WireDiagnostic> _diagnostics = [];

    /// <param name="isPartial">Whether the declaration is partial.</param>
    public IReadOnlyList<WireDiagnostic> Check(bool isPartial)
    {
        // Nothing is generated for a nested record that writes itself and has no wire names. It is a variant that its family creates.
        if (type.ContainingType is not null && WireSymbols.IsObject(type) && WireSymbols.DeclaresWrite(type))
            return _diagnostics;
        if (type.ContainingType is not null || type.IsFileLocal)
            Report(WireDiagnostics.Nested, type);
        else if (!isPartial)
            Report(WireDiagnostics.NotPartial, type);
        if (type.IsGenericType)
            Report(WireDiagnostics.Generic, type);
        if (WireSymbols.IsOpenString(type))
            return _diagnostics;
        CheckTypes();
        if (WireSymbols.IsUnknownVariant(type))
            CheckUnknownVariant();
        else if (WireSymbols.IsReadGenerated(type) || type.IsAbstract)
            CheckRecord();
        if (WireSymbols.IsFamily(type))
            CheckFamily();
        return _diagnostics;
    }

    /// <summary>Whether an unknown variant is created from its type and its JSON, not only from its JSON.</summary>
    public static bool HasType(INamedTypeSymbol unknown) => unknown.BaseType is { } family && WireSymbols.HasDiscriminator(WireSymbols.GetFamily(unknown) ?? family);

    private void CheckRecord()
    {
        if (!type.IsAbstract && !WireSymbols.DeclaresRead(type) && type.InstanceConstructors.All(static constructor => constructor.Parameters.Length > 0)
            && !(IsImplicit(type) && PassesType(type)))
        {
            Report(WireDiagnostics.NoConstructor, type);
        }
        if (!type.IsAbstract && WireSymbols.GetFamily(type) is { } family
            && !SymbolEqualityComparer.Default.Equals(family.ContainingAssembly, type.ContainingAssembly))
        {
            Report(WireDiagnostics.ForeignFamily, type, type.Name, family.ToDisplayString());
        }
        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
            CheckProperty(property);
        CheckNames();
        var tracked = WireSymbols.GetMembers(type).Count(static member => member.IsTracked);
        if (tracked > MaxTrackedMembers)
            Report(WireDiagnostics.TooManyMembers, type, type.Name, $"{tracked}", $"{MaxTrackedMembers}");
    }

    private void CheckProperty(IPropertySymbol property)
    {
        if (property.IsStatic || property.IsIndexer || property.IsImplicitlyDeclared)
            return;
        if (WireMember.HasUnsupportedCondition(property))
        {
            Report(WireDiagnostics.InvalidCondition, property);
            return;
        }
        if (WireMember.TryCreate(property) is not { } member)
        {
            if (!WireSymbols.DeclaresWrite(type) && IsMissingName(property))
                Report(WireDiagnostics.NoName, property);
            return;
        }
        if (!IsPlain(member.WireName, MaxNameLength))
            Report(WireDiagnostics.InvalidName, property, GetName(property), member.WireName, $"{MaxNameLength}");
        else if (member.Format is { } format && !HasFormat(format))
            Report(WireDiagnostics.InvalidFormat, property, GetName(property), format.ToDisplayString());
        else if (!member.IsSupported && !IsUnresolved(property.Type))
            Report(WireDiagnostics.UnsupportedType, property, GetName(property), property.Type.ToDisplayString());
        else if (property.Type.IsReferenceType && property.Type.NullableAnnotation == NullableAnnotation.None)
            Report(WireDiagnostics.UnknownNullability, property);
        else if (member.IsTracked && !member.HasMissing)
            Report(WireDiagnostics.NoMissing, property, GetName(property), member.Type.Name);
    }

    /// <summary>
    /// Whether a public property lacks [JsonPropertyName] or [JsonIgnore]. Without either, it looks as if it were sent. Overrides are excluded, because they
    /// inherit the attributes. The caller excludes records that write themselves.
    /// </summary>
    private static bool IsMissingName(IPropertySymbol property) =>
        property is { DeclaredAccessibility: Accessibility.Public, IsOverride: false, IsAbstract: false, ExplicitInterfaceImplementations.Length: 0 }
        && !WireMember.IsIgnored(property);

    private void CheckNames()
    {
        var members = WireSymbols.GetMembers(type);
        for (var i = 1; i < members.Count; i++)
        {
            var earlier = members.Take(i).FirstOrDefault(member => member.WireName == members[i].WireName);
            if (earlier is not null && SymbolEqualityComparer.Default.Equals(members[i].Property.ContainingType, type))
                Report(WireDiagnostics.DuplicateName, members[i].Property, GetName(members[i].Property), members[i].WireName, GetName(earlier.Property));
        }
    }

    private void CheckTypes()
    {
        if (WireSymbols.GetAttribute(type, KnownTypes.WireType) is null)
            return;
        var types = WireSymbols.GetTypes(type);
        var reason = type.IsAbstract ? "an abstract record is never written"
            : WireSymbols.IsUnknownVariant(type) ? "an unknown variant has the type that was received"
            : WireSymbols.GetFamily(type) is not { } family || !WireSymbols.HasDiscriminator(family) ? "it must be in a family whose base has a Type property"
            : !types.All(static name => IsPlain(name, MaxTypeLength)) ? $"a type has 1 to {MaxTypeLength} printable ASCII characters, without quotes and backslashes"
            : types.Count > 2 ? "a record has at most one alternative type"
            : types.Distinct().Count() < types.Count ? "the alternative type is the same as the type"
            : null;
        if (reason is not null)
            Report(WireDiagnostics.InvalidType, type, type.Name, reason);
    }

    private void CheckUnknownVariant()
    {
        var inheritsConstructor = WireSymbols.HasTypeConstructor(type.BaseType!) && IsImplicit(type);
        var expected = HasType(type) ? "(string Type, JsonElement Json)" : "(JsonElement Json)";
        if (!inheritsConstructor && !type.InstanceConstructors.Any(constructor => GetParameterList(constructor) == expected))
            Report(WireDiagnostics.InvalidUnknownVariant, type, type.Name, expected);
    }

    private static string GetParameterList(IMethodSymbol constructor)
    {
        var parameters = constructor.Parameters.Select(static parameter => parameter.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
        return $"({string.Join(", ", parameters)})";
    }

    private void CheckFamily()
    {
        var unknown = WireSymbols.GetUnknownVariants(type);
        if (unknown.Count != 1)
            Report(WireDiagnostics.UnknownVariantCount, type, type.Name, unknown.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        CheckVariants(WireSymbols.GetVariants(type));
        CheckValues();
    }

    private void CheckVariants(IReadOnlyList<INamedTypeSymbol> variants)
    {
        if (WireSymbols.ReaderDeclares(type, "ReadVariant"))
            return;
        if (!WireSymbols.HasDiscriminator(type))
        {
            if (variants.Count == 0)
                Report(WireDiagnostics.UnreachableVariant, type, type.Name, "a JSON object", "declare a variant for it");
            foreach (var variant in variants.Skip(1))
            {
                var reason = $"without a Type property, it can have only one variant that is an object, which is '{variants[0].Name}'";
                Report(WireDiagnostics.UnreachableVariant, variant, type.Name, variant.Name, reason);
            }
            return;
        }
        var known = new Dictionary<string, INamedTypeSymbol>();
        foreach (var variant in variants)
        {
            var types = WireSymbols.GetTypes(variant);
            if (types.Count == 0 && !WireSymbols.ReaderDeclares(type, "ReadVariantWithoutType"))
                Report(WireDiagnostics.UnreachableVariant, variant, type.Name, variant.Name, "add [WireType]");
            foreach (var name in types.Distinct())
            {
                if (known.TryGetValue(name, out var other))
                    Report(WireDiagnostics.DuplicateType, variant, variant.Name, name, other.Name);
                else
                    known.Add(name, variant);
            }
        }
    }

    private void CheckValues()
    {
        var values = WireValue.Find(type);
        foreach (var (value, index) in values.Select(static (value, index) => (value, index)))
        {
            var property = value.Property;
            var reason = !property.IsStatic ? "the property must be static"
                : property.IsPartialDefinition && !SymbolEqualityComparer.Default.Equals(property.Type, type) ? "a partial property must have the type of the family"
                : !SymbolEqualityComparer.Default.Equals(property.Type, type) && !WireSymbols.GetBases(property.Type).Contains(type, SymbolEqualityComparer.Default)
                    ? "the property must return a variant of the family"
                : property.SetMethod is not null ? "the property must have no setter"
                : values.Take(index).Any(other => other.Text == value.Text) ? "another property has the same JSON"
                : WireSymbols.ReaderDeclares(type, value.Text is null ? "ReadNull" : "ReadToken") ? "the family's reader reads such values itself"
                : null;
            if (reason is not null)
                Report(WireDiagnostics.InvalidValue, property, GetName(property), reason);
        }
    }

    private static bool HasFormat(INamedTypeSymbol format) =>
        HasMethod(format, "Read", 1, KnownTypes.WireReader) && HasMethod(format, "Write", 2, KnownTypes.Utf8JsonWriter);

    private static bool HasMethod(INamedTypeSymbol format, string name, int parameters, KnownType first) => format.GetMembers(name).OfType<IMethodSymbol>()
        .Any(method => method.IsStatic && method.Parameters.Length == parameters && first.Matches(method.Parameters[0].Type));

    /// <summary>Whether a name needs no escapes in UTF-8, in JSON and in a C# literal.</summary>
    private static bool IsPlain(string name, int maxLength) =>
        name is { Length: > 0 } && name.Length <= maxLength && name.All(static c => c is >= ' ' and <= '~' and not '"' and not '\\');

    /// <summary>Whether the compiler already reports an error for the type.</summary>
    private static bool IsUnresolved(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Error || (type is INamedTypeSymbol named && named.TypeArguments.Any(IsUnresolved));

    /// <summary>Whether a record declares no constructor.</summary>
    private static bool IsImplicit(INamedTypeSymbol record) => record.InstanceConstructors.All(static constructor => constructor.IsImplicitlyDeclared);

    /// <summary>Whether the generator writes the constructor, because the base requires the type.</summary>
    private static bool PassesType(INamedTypeSymbol record) => WireSymbols.GetTypes(record).Count > 0 && WireSymbols.HasTypeConstructor(record.BaseType!);

    private static string GetName(IPropertySymbol property) => $"{property.ContainingType.Name}.{property.Name}";

    private void Report(DiagnosticDescriptor descriptor, IPropertySymbol property) => Report(descriptor, property, GetName(property));

    private void Report(DiagnosticDescriptor descriptor, INamedTypeSymbol symbol) => Report(descriptor, symbol, symbol.Name);

    private void Report(DiagnosticDescriptor descriptor, ISymbol symbol, params string[] arguments) => _diagnostics.Add(new(descriptor, symbol, arguments));
}
