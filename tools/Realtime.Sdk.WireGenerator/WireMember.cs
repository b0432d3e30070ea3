using System.Linq;
using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>One property with a wire name, and the code that reads and writes its value.</summary>
internal sealed class WireMember
{
    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly ITypeSymbol _value;
    private readonly INamedTypeSymbol? _format;

    private WireMember(IPropertySymbol property, string wireName)
    {
        Property = property;
        WireName = wireName;
        IsNullableValue = property.Type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        _value = IsNullableValue ? ((INamedTypeSymbol)property.Type).TypeArguments[0] : property.Type.WithNullableAnnotation(NullableAnnotation.None);
        _format = (INamedTypeSymbol?)Wire.Attribute(property, "WireFormatAttribute")?.ConstructorArguments[0].Value;
    }

    public IPropertySymbol Property { get; }

    public string WireName { get; }

    /// <summary>The type of the value; of a nullable value, what it is when it is there.</summary>
    public ITypeSymbol Type => _value;

    /// <summary>The class that reads and writes the value in place of its type; null when there is none.</summary>
    public INamedTypeSymbol? Format => _format;

    /// <summary>The local variable that holds the value until the record is made.</summary>
    public string Local => "@" + char.ToLowerInvariant(Property.Name[0]) + Property.Name.Substring(1);

    /// <summary>Whether the value is any JSON: a partial property over a field that keeps it as it came.</summary>
    public bool IsKept => IsNullableValue && _value.Name == "JsonElement" && Property.IsPartialDefinition;

    /// <summary>What the value is stored in.</summary>
    public string Target => IsKept ? "_" + Local.Substring(1) : Property.Name;

    /// <summary>The type of that variable: references may be missing whatever the property says.</summary>
    public string LocalType => IsKept ? "KeptJson?" : Name(Property.Type.IsReferenceType ? Property.Type.WithNullableAnnotation(NullableAnnotation.Annotated) : Property.Type);

    /// <summary>Whether a reader can set it; what cannot be set is passed over.</summary>
    public bool IsSettable => Property.SetMethod is not null;

    private bool IsNullableValue { get; }

    /// <summary>When the member is written: a nullable one unless it is null, any other always, unless the property says otherwise.</summary>
    private WriteCondition Condition =>
        Wire.Attribute(Property, "JsonIgnoreAttribute") is not null ? WriteCondition.NotDefault
        : Property.Type.NullableAnnotation == NullableAnnotation.Annotated ? WriteCondition.NotNull
        : WriteCondition.Always;

    public static WireMember? Of(IPropertySymbol property) =>
        Wire.Attribute(property, "JsonPropertyNameAttribute") is { } name && !IsIgnored(property) ? new(property, (string)name.ConstructorArguments[0].Value!) : null;

    /// <summary>The statements that read the value at the reader.</summary>
    public string[] Statements()
    {
        if (!IsSettable)
            return ["reader.Skip();"];
        var assignment = $"{Local} = {Reading()};";
        return IsRepeatable ? [$"reader.CheckRepetition({Local});", assignment] : [assignment];
    }

    /// <summary>Whether reading the member allocates more than a string.</summary>
    private bool IsRepeatable => IsKept || (_value.IsReferenceType && _value.SpecialType != SpecialType.System_String);

    private string Reading()
    {
        if (IsKept)
            return "reader.IsNull ? null : KeptJson.Read(ref reader)";
        if (_format is not null)
        {
            var reads = _format.GetMembers("Read").OfType<IMethodSymbol>().First();
            var whole = $"{Name(_format)}.Read(ref reader)";
            return IsNullableValue && reads.ReturnType.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T ? UnlessNull(whole) : whole;
        }
        if (Wire.IsOpenString(_value))
            return IsNullableValue ? UnlessNull($"new {Name(_value)}(reader.GetString()!)") : "new(reader.GetString() ?? \"\")";
        return IsNullableValue ? UnlessNull(ReadingOf(_value)) : ReadingOf(_value);
    }

    /// <summary>The statement that writes the member, or leaves it out.</summary>
    public string Writing()
    {
        var property = Target;
        var value = IsNullableValue && !IsKept ? Local : property;
        var write = WritingOf(value);
        var inside = write[0] == '{' ? "\n        " : "\n            ";
        return Condition switch
        {
            WriteCondition.NotNull when IsNullableValue && !IsKept => $"if ({property} is {{ }} {value}){inside}{write}",
            WriteCondition.NotNull => $"if ({property} is not null){inside}{write}",
            WriteCondition.NotDefault => $"if ({property} != default){inside}{write}",
            _ => write,
        };
    }

    /// <summary>The expression that says whether the member is written.</summary>
    public string IsWritten() => Condition switch
    {
        WriteCondition.NotNull => $"{Target} is not null",
        WriteCondition.NotDefault => $"{Property.Name} != default",
        _ => "true",
    };

    private static bool IsIgnored(IPropertySymbol property) => Wire.Attribute(property, "JsonIgnoreAttribute") is { NamedArguments.Length: 0 };

    private static string Name(ITypeSymbol type) => type.ToDisplayString(Qualified);

    /// <summary>The null is typed: strings of the wire have a conversion from text, and text may be null too.</summary>
    private string UnlessNull(string reading) => $"reader.IsNull ? default({LocalType}) : {reading}";

    private string ReadingOf(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => "reader.GetString()",
        { SpecialType: SpecialType.System_Boolean } => "reader.GetBoolean()",
        { SpecialType: SpecialType.System_Int32 } => "reader.GetInt32()",
        { SpecialType: SpecialType.System_Int64 } => "reader.GetInt64()",
        { SpecialType: SpecialType.System_Double } => "reader.GetDouble()",
        INamedTypeSymbol { Name: "IReadOnlyList" } list => Many("WireList", list.TypeArguments[0]),
        INamedTypeSymbol { Name: "IReadOnlyDictionary" } map => Many("WireMap", map.TypeArguments[1]),
        INamedTypeSymbol readable when Wire.IsReadable(readable) || Wire.DeclaresRead(readable) => $"{Name(type)}.Read(ref reader)",
        _ => throw new UnknownShapeException(Property),
    };

    private string Many(string kind, ITypeSymbol element) => element switch
    {
        { SpecialType: SpecialType.System_String } => $"{kind}.ReadStrings(ref reader)",
        { SpecialType: SpecialType.System_Int32 } => $"{kind}.ReadInt32s(ref reader)",
        _ when Wire.IsOpenString(element) => $"{kind}.ReadOpenStrings<{Name(element)}>(ref reader)",
        INamedTypeSymbol readable when Wire.IsReadable(readable) => $"{kind}.Read(ref reader, {Name(element)}.Read)",
        _ => throw new UnknownShapeException(Property),
    };

    private string WritingOf(string value)
    {
        var name = $"\"{WireName}\"u8";
        if (_format is not null)
            return Named(name, $"{Name(_format)}.Write(writer, {value})");
        if (Wire.IsOpenString(_value))
            return $"writer.WriteString({name}, {value}.Value);";
        return _value switch
        {
            { SpecialType: SpecialType.System_String } => $"writer.WriteString({name}, {value});",
            { SpecialType: SpecialType.System_Boolean } => $"writer.WriteBoolean({name}, {value});",
            { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double } => $"writer.WriteNumber({name}, {value});",
            { Name: "IReadOnlyList" } => Named(name, $"WireList.Write(writer, {value})"),
            { Name: "IReadOnlyDictionary" } => Named(name, $"WireMap.Write(writer, {value})"),
            _ when Wire.IsObject(_value) => $"WireWriter.Write(writer, {name}, {value});",
            _ => Named(name, $"{value}.Write(writer)"),
        };
    }

    private static string Named(string name, string write) => $"{{\n            writer.WritePropertyName({name});\n            {write};\n        }}";
}

/// <summary>When a member is written.</summary>
internal enum WriteCondition
{
    Always,
    NotNull,
    NotDefault,
}
