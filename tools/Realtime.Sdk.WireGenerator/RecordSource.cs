using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes the generated part of a record: everything that its hand-written part does not contain.</summary>
internal sealed class RecordSource(INamedTypeSymbol record)
{
    private readonly CodeBuilder _code = new(record.ContainingNamespace);
    private readonly IReadOnlyList<string> _types = WireSymbols.GetTypes(record);

    private WireMember[] Tracked => field ??= IsReadable && !record.IsAbstract ? [.. WireSymbols.GetMembers(record).Where(member => member.IsTracked && IsNotType(member))] : [];

    private bool IsUnknownVariant => WireSymbols.IsUnknownVariant(record);

    private bool IsReadable => WireSymbols.IsReadGenerated(record);

    /// <summary>Whether the record belongs to a family whose variants have a <c>type</c> member.</summary>
    private bool IsTyped => WireSymbols.GetFamily(record) is { } family && WireSymbols.HasDiscriminator(family);

    /// <summary>Returns the source, or null if there is nothing to generate.</summary>
    public string? Write()
    {
        var rawJson = WireSymbols.GetMembers(record)
            .Where(member => member.IsRawJson && SymbolEqualityComparer.Default.Equals(member.Property.ContainingType, record)).ToArray();
        var values = new ValueSource(record, _code);
        if (!IsReadable && !IsUnknownVariant && _types.Count == 0 && rawJson.Length == 0 && !values.IsNeeded)
            return null;
        if (IsReadable)
            AppendLine($"[JsonConverter(typeof(WireObjectConverter<{record.Name}>))]");
        AppendLine($"partial record {record.Name}{(IsReadable ? $" : IWireObject<{record.Name}>" : "")}");
        AppendLine("{");
        if (_types.Count > 0)
            WriteType();
        if (IsUnknownVariant)
            WriteUnknown();
        foreach (var member in rawJson)
            WriteRawJson(member);
        if (IsReadable)
            WriteReadMembers();
        if (!record.IsAbstract)
            WriteWriteMembers();
        if (IsReadable)
            new ShapeSource(record, _code).Write();
        values.Write();
        _code.EndType();
        return _code.ToString();
    }

    /// <summary>Writes the type as the base of the record requires it: a constructor that passes it on, or an override.</summary>
    private void WriteType()
    {
        if (WireSymbols.HasTypeConstructor(record.BaseType!))
        {
            if (record.InstanceConstructors.Any(static constructor => constructor is { Parameters.Length: 0, IsImplicitlyDeclared: false }))
                return;
            AppendLine($"    /// <summary>Creates the record. Its wire type is <c>{_types[0]}</c>.</summary>");
            AppendLine($"    public {record.Name}() : base(\"{_types[0]}\") {{ }}");
            AppendLine();
        }
        else if (!record.GetMembers("Type").OfType<IPropertySymbol>().Any())
        {
            AppendLine("    /// <inheritdoc/>");
            AppendLine($"    [JsonPropertyName(\"{WireSymbols.Discriminator}\")]");
            AppendLine($"    public override string Type => \"{_types[0]}\";");
            AppendLine();
        }
    }

    /// <summary>Writes the members of an unknown variant: its JSON is stored as the received bytes and parsed on first use.</summary>
    private void WriteUnknown()
    {
        // The parameters of a positional record are already properties.
        var isPositional = record.InstanceConstructors.Any(static constructor => constructor.Parameters.Any(static parameter => parameter.Name == "Json"));
        var eventId = record.AllInterfaces.Any(KnownTypes.UnknownMessage.Matches) ? " EventId = value.GetText(\"event_id\");" : "";
        if (!isPositional)
        {
            AppendLine("    /// <summary>Creates the variant from its JSON, which is written back unchanged.</summary>");
            AppendLine("    /// <param name=\"type\">The wire discriminator; empty if the JSON has none.</param>");
            AppendLine("    /// <param name=\"json\">The whole JSON value, including <c>type</c>.</param>");
            AppendLine($"    public {record.Name}(string type, JsonElement json) : base(type) => Raw = RawJson.From(json);");
            AppendLine();
        }
        else if (IsTyped)
        {
            AppendLine("    /// <inheritdoc/>");
            AppendLine("    public override string Type { get; } = Type;");
            AppendLine();
        }
        AppendLine("    /// <summary>The whole JSON value.</summary>");
        AppendLine("    [JsonIgnore]");
        AppendLine($"    public JsonElement Json {{ get => Raw.Element;{(isPositional ? " init => Raw = RawJson.From(value);" : "")} }}");
        AppendLine();
        AppendLine($"    internal RawJson Raw {{ get; init {{ field = value;{eventId} }} }} = {(isPositional ? "RawJson.From(Json)" : "RawJson.None")};");
        AppendLine();
        AppendLine("    RawJson IUnknownVariant.Raw => Raw;");
        AppendLine();
        if (WireSymbols.GetFamily(record) is { } family && IsTyped && WireSymbols.RequiresCheck(family) && !WireSymbols.Declares(record, "Check"))
            WriteUnknownCheck(family);
    }

    /// <summary>Writes a check that reports the known types. If strings represent variants, an unknown string is compared with them too.</summary>
    private void WriteUnknownCheck(INamedTypeSymbol family)
    {
        var strings = WireValue.Find(family).Select(static value => value.Text).OfType<string>().ToArray();
        var types = WireSymbols.GetVariants(family).Select(WireSymbols.GetTypes).Where(static types => types.Count > 0).Select(static types => types[0]);
        AppendLine("    internal override void Check(Constraints constraints) =>");
        AppendLine($"        constraints.UnknownVariant(this, [{GetLiterals(strings)}], [{GetLiterals(types)}]);");
        AppendLine();
    }

    private static string GetLiterals(IEnumerable<string> texts) => string.Join(", ", texts.Select(static text => $"\"{text}\""));

    /// <summary>Writes a property that can be any JSON. It is stored as the received bytes and parsed on first use.</summary>
    private void WriteRawJson(WireMember member)
    {
        // Derived records read and write the field too.
        AppendLine($"    {(record.IsSealed ? "private" : "private protected")} RawJson? {member.Target};");
        AppendLine();
        AppendLine($"    {member.Accessibility} partial JsonElement? {member.Property.Name}");
        AppendLine("    {");
        AppendLine($"        get => {member.Target}?.Element;");
        AppendLine($"        init => {member.Target} = RawJson.From(value);");
        AppendLine("    }");
        AppendLine();
    }

    private void WriteReadMembers()
    {
        AppendLine($"    static {record.Name}? IWireObject<{record.Name}>.Read(ref WireReader reader) => Read(ref reader);");
        AppendLine();
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
        AppendLine($"    {modifiers} {record.Name}? {name}(ref WireReader reader)");
        AppendLine("    {");
        AppendLine("        if (reader.IsNullOrObject())");
        AppendLine("            return null;");
        foreach (var member in settable)
            AppendLine($"        {member.LocalType} {member.Local} = {member.LocalDefault};");
        if (Tracked.Length > 0)
            AppendLine($"        var absent = {GetBits(Tracked.Length)};");
        if (IsTyped)
            AppendLine("        WireDiscriminator discriminator = default;");
        AppendLine("        UnknownMembers unknownMembers = default;");
        AppendLine("        while (reader.MoveToNextMember(out var memberName))");
        AppendLine("        {");
        AppendLine("            switch (memberName.Length)");
        AppendLine("            {");
        var cases = members.Where(IsNotType)
            .Select(member => (member.WireName, member.IsOptional, Statements: GetReadStatements(member)));
        if (IsTyped)
        {
            var types = string.Concat(_types.Select(static type => $", \"{type}\"u8"));
            cases = cases.Concat([(WireSymbols.Discriminator, false, new[] { $"discriminator.Read(ref reader{types});" })]);
        }
        foreach (var (wireName, isOptional, reading) in cases.OrderBy(static one => one.WireName.Length))
        {
            var condition = isOptional ? " && !reader.IsUnreadable" : "";
            AppendLine($"                case {wireName.Length} when memberName.SequenceEqual(\"{wireName}\"u8){condition}:");
            foreach (var statement in reading)
                AppendLine($"                    {statement}");
            AppendLine("                    break;");
        }
        AppendLine("                default:");
        AppendLine("                    reader.Keep(ref unknownMembers, memberName);");
        AppendLine("                    break;");
        AppendLine("            }");
        AppendLine("        }");
        AppendLine("        if (reader.IsDryRun)");
        AppendLine("            return null;");
        AppendLine("        return new()");
        AppendLine("        {");
        foreach (var member in settable)
            AppendLine($"            {member.Target} = {member.Local}{(member.Property.Type.IsReferenceType ? "!" : "")},");
        if (IsTyped)
            WriteTypeRead(members);
        AppendLine("            ExtraUtf8 = reader.Take(in unknownMembers),");
        if (Tracked.Length > 0)
            AppendLine("            AbsentMembers = absent,");
        AppendLine("        };");
        AppendLine("    }");
    }

    /// <summary>Sets the type of a record with several types, or records that the JSON contained one.</summary>
    private void WriteTypeRead(IReadOnlyList<WireMember> members)
    {
        var type = members.FirstOrDefault(static member => member.WireName == WireSymbols.Discriminator);
        if (type is { IsSettable: true } && type.Property.Name != "Type")
            AppendLine($"            {type.Property.Name} = discriminator.IsPresent ? \"{_types[0]}\" : null,");
        else if (_types.Count > 1)
            AppendLine($"            Type = discriminator.IsAlternativeType ? \"{_types[1]}\" : \"{_types[0]}\",");
    }

    /// <summary>Returns the statements that read a member. Those of a tracked member first record that it is present.</summary>
    private string[] GetReadStatements(WireMember member) => GetTrackedBit(member) is { } bit
        ? [$"reader.Track(ref absent, {bit});", .. member.GetReadStatements()]
        : member.GetReadStatements();

    /// <summary>Returns the bit of a tracked member, by its position among the tracked members; null for all other members.</summary>
    private string? GetTrackedBit(WireMember member)
    {
        var index = System.Array.FindIndex(Tracked, tracked => tracked.WireName == member.WireName);
        return index < 0 ? null : $"0x{1UL << index:x}UL";
    }

    private static string GetBits(int count) => $"0x{ulong.MaxValue >> (64 - count):x}UL";

    private bool IsNotType(WireMember member) => !IsTyped || member.WireName != WireSymbols.Discriminator;

    private void WriteWriteMembers()
    {
        if (IsUnknownVariant)
        {
            AppendLine("    internal override void Write(Utf8JsonWriter writer) => WireWriter.Write(writer, (IUnknownVariant)this);");
            return;
        }
        var members = WireSymbols.GetMembers(record);
        if (members.Count == 0 || !IsReadable)
            return;
        AppendLine();
        AppendLine("    private protected override void WriteMembers(Utf8JsonWriter writer)");
        AppendLine("    {");
        foreach (var member in members)
            AppendLine($"        {member.GetWriteStatement(GetTrackedBit(member))}");
        AppendLine("    }");
        AppendLine();
        AppendLine("    private protected override bool IsWritten(string name) => name switch");
        AppendLine("    {");
        foreach (var member in members)
            AppendLine($"        \"{member.WireName}\" => {member.GetIsWritten(GetTrackedBit(member))},");
        AppendLine("        _ => false,");
        AppendLine("    };");
    }

    private void AppendLine(string text = "") => _code.AppendLine(text);
}
