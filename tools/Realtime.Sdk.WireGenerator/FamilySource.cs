using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes how a family selects its variant: by type, by the strings that represent variants, or the unknown one.</summary>
internal sealed class FamilySource(INamedTypeSymbol family, CodeBuilder code)
{
    private readonly IReadOnlyList<WireValue> _values = WireValue.Find(family);

    public void Write()
    {
        foreach (var value in _values.Where(static value => value.Property.IsPartialDefinition))
            WriteValue(value);
        code.AppendLine("    private static readonly Reader Variants = new();");
        code.AppendLine();
        code.AppendLine($"    internal static {family.Name}? Read(ref WireReader reader) => Variants.Read(ref reader);");
        code.AppendLine();
        code.AppendLine($"    private sealed partial class Reader : UnionReader<{family.Name}>");
        code.AppendLine("    {");
        if (!WireSymbols.ReaderDeclares(family, "ReadVariant"))
            WriteVariants();
        if (_values.FirstOrDefault(static value => value.Text is null) is { } nullValue)
        {
            code.AppendLine($"        protected override {family.Name} ReadNull() => {nullValue.Property.Name};");
            code.AppendLine();
        }
        if (_values.Any(static value => value.Text is not null) && !WireSymbols.ReaderDeclares(family, "ReadToken"))
            WriteStrings();
        var unknown = WireSymbols.GetUnknownVariants(family).Single();
        var type = WireRules.HasType(unknown) ? "type, " : "";
        code.AppendLine($"        protected override {family.Name} CreateUnknown(string type, RawJson json) =>");
        code.AppendLine($"            new {GetName(unknown)}({type}default(JsonElement)) {{ Raw = json }};");
        code.AppendLine("    }");
    }

    private string GetName(INamedTypeSymbol type) => WireSymbols.GetName(type, family.ContainingNamespace);

    /// <summary>Writes a property that represents a string or null, and the variant that it returns.</summary>
    private void WriteValue(WireValue value)
    {
        var property = value.Property;
        var variant = property.Name + family.Name;
        var accessibility = SyntaxFacts.GetText(property.DeclaredAccessibility);
        code.AppendLine($"    {accessibility} static partial {family.Name} {property.Name} {{ get => field; }} = new {variant}();");
        code.AppendLine();
        code.AppendLine($"    private sealed record {variant} : {family.Name}");
        code.AppendLine("    {");
        if (family.GetMembers("Type").OfType<IPropertySymbol>().Any(static type => type.IsAbstract))
        {
            code.AppendLine($"        public override string Type => {value.Literal ?? "\"\""};");
            code.AppendLine();
        }
        var write = value.Text is null ? "WriteNullValue()" : $"WriteStringValue({value.Literal}u8)";
        code.AppendLine($"        private protected override string PrintedName => \"{family.Name}.{property.Name}\";");
        code.AppendLine();
        code.AppendLine($"        internal override void Write(Utf8JsonWriter writer) => writer.{write};");
        if (WireSymbols.RequiresCheck(family))
        {
            code.AppendLine();
            code.AppendLine("        internal override void Check(Constraints constraints) { }");
        }
        code.AppendLine("    }");
        code.AppendLine();
    }

    private void WriteVariants()
    {
        var variants = WireSymbols.GetVariants(family);
        var signature = $"        protected override {family.Name}? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) =>";
        if (!WireSymbols.HasDiscriminator(family))
        {
            code.AppendLine($"{signature} {GetName(variants.Single())}.Read(ref reader);");
            code.AppendLine();
            return;
        }
        code.AppendLine($"{signature} type switch");
        code.AppendLine("        {");
        var cases = variants.Select(static variant => (Variant: variant, Types: WireSymbols.GetTypes(variant))).Where(static one => one.Types.Count > 0);
        foreach (var (variant, types) in cases.OrderBy(static one => one.Types[0], StringComparer.Ordinal))
            code.AppendLine($"            {string.Join(" or ", types.Select(static type => $"\"{type}\""))} => {GetName(variant)}.Read(ref reader),");
        code.AppendLine("            _ => null,");
        code.AppendLine("        };");
        code.AppendLine();
    }

    private void WriteStrings()
    {
        code.AppendLine($"        protected override {family.Name} ReadToken(ref WireReader reader)");
        code.AppendLine("        {");
        code.AppendLine("            if (reader.TokenType != JsonTokenType.String)");
        code.AppendLine("                return base.ReadToken(ref reader);");
        foreach (var value in _values.Where(static value => value.Text is not null))
        {
            code.AppendLine($"            if (reader.ValueTextEquals({value.Literal}u8))");
            code.AppendLine($"                return {value.Property.Name};");
        }
        code.AppendLine("            return CreateUnknown(reader.GetText()!, RawJson.Read(ref reader));");
        code.AppendLine("        }");
        code.AppendLine();
    }
}

/// <summary>A static property that represents a JSON string or null.</summary>
internal sealed class WireValue(IPropertySymbol property, string? text)
{
    public IPropertySymbol Property { get; } = property;

    /// <summary>The string; null for JSON <c>null</c>.</summary>
    public string? Text { get; } = text;

    /// <summary>The string as a C# literal.</summary>
    public string? Literal => Text is null ? null : SymbolDisplay.FormatLiteral(Text, quote: true);

    public static IReadOnlyList<WireValue> Find(INamedTypeSymbol family) =>
    [
        .. from property in family.GetMembers().OfType<IPropertySymbol>()
           let attribute = WireSymbols.GetAttribute(property, KnownTypes.WireValue)
           where attribute is not null
           select new WireValue(property, (string?)attribute.ConstructorArguments[0].Value),
    ];
}
