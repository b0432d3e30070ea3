using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes the generated part of one record: what its hand-written part does not already say.</summary>
internal sealed class RecordSource(INamedTypeSymbol record)
{
    private readonly CodeBuilder _code = new(record.ContainingNamespace);
    private readonly IReadOnlyList<string> _types = WireSymbols.GetTypes(record);

    private bool IsUnknownVariant => WireSymbols.IsUnknownVariant(record);

    private bool IsReadable => WireSymbols.IsMadeReadable(record);

    /// <summary>Whether the record belongs to a family whose variants name their type.</summary>
    private bool IsTyped => WireSymbols.GetFamily(record) is { } family && WireSymbols.HasDiscriminator(family);

    /// <summary>The source; null when there is nothing to add.</summary>
    public string? Write()
    {
        var kept = WireSymbols.GetMembers(record)
            .Where(member => member.IsKept && SymbolEqualityComparer.Default.Equals(member.Property.ContainingType, record)).ToArray();
        if (!IsReadable && !IsUnknownVariant && _types.Count == 0 && kept.Length == 0)
            return null;
        if (IsReadable)
            Line($"[JsonConverter(typeof(WireObjectConverter<{record.Name}>))]");
        Line($"partial record {record.Name}{(IsReadable ? $" : IWireObject<{record.Name}>" : "")}");
        Line("{");
        if (_types.Count > 0)
            WriteType();
        if (IsUnknownVariant)
            WriteUnknown();
        foreach (var member in kept)
            WriteKept(member);
        if (IsReadable)
            WriteReading();
        if (!record.IsAbstract)
            WriteWriting();
        if (IsReadable)
            new ShapeSource(record, _code).Write();
        _code.EndType();
        return _code.ToString();
    }

    /// <summary>The type as the record's base asks for it: a constructor that hands it on, or an override.</summary>
    private void WriteType()
    {
        if (WireSymbols.TakesType(record.BaseType!))
        {
            if (record.InstanceConstructors.Any(static constructor => constructor is { Parameters.Length: 0, IsImplicitlyDeclared: false }))
                return;
            Line($"    /// <summary>Creates the record. Its type on the wire is <c>{_types[0]}</c>.</summary>");
            Line($"    public {record.Name}() : base(\"{_types[0]}\") {{ }}");
            Line();
        }
        else if (!record.GetMembers("Type").OfType<IPropertySymbol>().Any())
        {
            Line("    /// <inheritdoc/>");
            Line($"    [JsonPropertyName(\"{WireSymbols.Discriminator}\")]");
            Line($"    public override string Type => \"{_types[0]}\";");
            Line();
        }
    }

    /// <summary>The variant's JSON, which stays the bytes it came as until somebody asks for it.</summary>
    private void WriteUnknown()
    {
        // A record with a parameter list has its parameters as properties.
        var isPositional = record.InstanceConstructors.Any(static constructor => constructor.Parameters.Any(static parameter => parameter.Name == "Json"));
        var eventId = record.AllInterfaces.Any(KnownTypes.UnknownMessage.Matches) ? " EventId = value.GetText(\"event_id\");" : "";
        if (!isPositional)
        {
            Line("    /// <summary>Keeps the JSON as it is.</summary>");
            Line("    /// <param name=\"type\">The wire discriminator; empty when the JSON has none.</param>");
            Line("    /// <param name=\"json\">The whole JSON value, <c>type</c> included.</param>");
            Line($"    public {record.Name}(string type, JsonElement json) : base(type) => Kept = KeptJson.From(json);");
            Line();
        }
        else if (IsTyped)
        {
            Line("    /// <inheritdoc/>");
            Line("    public override string Type { get; } = Type;");
            Line();
        }
        Line("    /// <summary>The whole JSON value.</summary>");
        Line("    [JsonIgnore]");
        Line($"    public JsonElement Json {{ get => Kept.Element;{(isPositional ? " init => Kept = KeptJson.From(value);" : "")} }}");
        Line();
        Line($"    internal KeptJson Kept {{ get; init {{ field = value;{eventId} }} }} = {(isPositional ? "KeptJson.From(Json)" : "KeptJson.None")};");
        Line();
        Line("    KeptJson IUnknownVariant.Kept => Kept;");
        Line();
        if (WireSymbols.GetFamily(record) is { } family && IsTyped && WireSymbols.RequiresCheck(family) && !WireSymbols.Declares(record, "Check"))
            WriteUnknownCheck(family);
    }

    /// <summary>Where strings stand for variants, the unknown type may be one of them.</summary>
    private void WriteUnknownCheck(INamedTypeSymbol family)
    {
        var strings = WireValue.Find(family).Select(static value => value.Text).OfType<string>().ToArray();
        var types = WireSymbols.GetVariants(family).Select(WireSymbols.GetTypes).Where(static types => types.Count > 0).Select(static types => types[0]);
        Line("    internal override void Check(Constraints constraints) =>");
        Line($"        constraints.UnknownVariant(this, [{GetLiterals(strings)}], [{GetLiterals(types)}]);");
        Line();
    }

    private static string GetLiterals(IEnumerable<string> texts) => string.Join(", ", texts.Select(static text => $"\"{text}\""));

    /// <summary>A property of any JSON, which stays the bytes it came as until somebody asks for it.</summary>
    private void WriteKept(WireMember member)
    {
        // The records under this one read and write the field, too.
        Line($"    {(record.IsSealed ? "private" : "private protected")} KeptJson? {member.Target};");
        Line();
        Line($"    {member.Accessibility} partial JsonElement? {member.Property.Name} {{ get => {member.Target}?.Element; init => {member.Target} = KeptJson.From(value); }}");
        Line();
    }

    private void WriteReading()
    {
        Line($"    static {record.Name}? IWireObject<{record.Name}>.Read(ref WireReader reader) => Read(ref reader);");
        Line();
        if (WireSymbols.IsFamily(record))
            new FamilySource(record, _code).Write();
        else if (!WireSymbols.DeclaresRead(record))
            WriteReader(WireSymbols.GetFamily(record) is null ? "internal static" : "internal static new", "Read");
        else if (WireSymbols.GetMembers(record).Count > 0)
            WriteReader("private static", "ReadObject");
    }

    private void WriteReader(string modifiers, string name)
    {
        var members = WireSymbols.GetMembers(record);
        var settable = members.Where(static member => member.IsSettable).Where(IsNotType).ToArray();
        Line($"    {modifiers} {record.Name}? {name}(ref WireReader reader)");
        Line("    {");
        Line("        if (reader.IsNullOrObject())");
        Line("            return null;");
        foreach (var member in settable)
            Line($"        {member.LocalType} {member.Local} = default;");
        if (IsTyped)
            Line("        WireDiscriminator discriminator = default;");
        Line("        UnknownMembers unknownMembers = default;");
        Line("        while (reader.MoveToNextMember(out var memberName))");
        Line("        {");
        Line("            switch (memberName.Length)");
        Line("            {");
        var cases = members.Where(IsNotType)
            .Select(static member => (member.WireName, Statements: member.GetReadStatements()));
        if (IsTyped)
            cases = cases.Concat([(WireSymbols.Discriminator, new[] { $"discriminator.Read(ref reader{string.Concat(_types.Select(static type => $", \"{type}\"u8"))});" })]);
        foreach (var (wireName, reading) in cases.OrderBy(static one => one.WireName.Length))
        {
            Line($"                case {wireName.Length} when memberName.SequenceEqual(\"{wireName}\"u8):");
            foreach (var statement in reading)
                Line($"                    {statement}");
            Line("                    break;");
        }
        Line("                default:");
        Line("                    reader.Keep(ref unknownMembers, memberName);");
        Line("                    break;");
        Line("            }");
        Line("        }");
        Line("        if (reader.IsDry)");
        Line("            return null;");
        Line("        return new()");
        Line("        {");
        foreach (var member in settable)
            Line($"            {member.Target} = {member.Local}{(member.Property.Type.IsReferenceType ? "!" : "")},");
        if (IsTyped)
            WriteTypeRead(members);
        Line("            ExtraUtf8 = reader.Take(in unknownMembers),");
        Line("        };");
        Line("    }");
    }

    /// <summary>Sets the type where the record can have several, or keeps that the JSON named it.</summary>
    private void WriteTypeRead(IReadOnlyList<WireMember> members)
    {
        var type = members.FirstOrDefault(static member => member.WireName == WireSymbols.Discriminator);
        if (type is { IsSettable: true } && type.Property.Name != "Type")
            Line($"            {type.Property.Name} = discriminator.IsPresent ? \"{_types[0]}\" : null,");
        else if (_types.Count > 1)
            Line($"            Type = discriminator.IsOtherSpelling ? \"{_types[1]}\" : \"{_types[0]}\",");
    }

    private bool IsNotType(WireMember member) => !IsTyped || member.WireName != WireSymbols.Discriminator;

    private void WriteWriting()
    {
        if (IsUnknownVariant)
        {
            Line("    internal override void Write(Utf8JsonWriter writer) => WireWriter.Write(writer, (IUnknownVariant)this);");
            return;
        }
        var members = WireSymbols.GetMembers(record);
        if (members.Count == 0 || !IsReadable)
            return;
        Line();
        Line("    private protected override void WriteMembers(Utf8JsonWriter writer)");
        Line("    {");
        foreach (var member in members)
            Line($"        {member.GetWriteStatement()}");
        Line("    }");
        Line();
        Line("    private protected override bool IsWritten(string name) => name switch");
        Line("    {");
        foreach (var member in members)
            Line($"        \"{member.WireName}\" => {member.GetIsWritten()},");
        Line("        _ => false,");
        Line("    };");
    }

    private void Line(string text = "") => _code.Line(text);
}
