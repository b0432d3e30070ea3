using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Realtime.Sdk.WireGenerator;

/// <summary>A property with a wire name, and the code that reads and writes its value.</summary>
internal sealed class WireMember
{
    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly ITypeSymbol _value;
    private readonly string? _readExpression;

    private WireMember(IPropertySymbol property, string wireName)
    {
        Property = property;
        WireName = wireName;
        IsNullableValue = property.Type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
        _value = IsNullableValue ? ((INamedTypeSymbol)property.Type).TypeArguments[0] : property.Type.WithNullableAnnotation(NullableAnnotation.None);
        Format = WireSymbols.GetAttribute(property, KnownTypes.WireFormat)?.ConstructorArguments[0].Value as INamedTypeSymbol;
        IsRawJson = IsNullableValue && KnownTypes.JsonElement.Matches(_value) && property.IsPartialDefinition;
        _readExpression = GetReadExpression();
    }

    public IPropertySymbol Property { get; }

    public string WireName { get; }

    /// <summary>The type of the value; for a nullable value type, the underlying type.</summary>
    public ITypeSymbol Type => _value;

    /// <summary>The class with the methods that read and write the value; null if the type of the value determines them.</summary>
    public INamedTypeSymbol? Format { get; }

    /// <summary>Whether code can be generated for a value of this type.</summary>
    public bool IsSupported => _readExpression is not null;

    /// <summary>The name of the local variable that holds the value until the record is created.</summary>
    public string Local => "@" + char.ToLowerInvariant(Property.Name[0]) + Property.Name.Substring(1);

    /// <summary>Whether the value is any JSON: a partial property with a field that keeps the received bytes.</summary>
    public bool IsRawJson { get; }

    /// <summary>The name of the property or field that stores the value.</summary>
    public string Target => IsRawJson ? "_" + Local.Substring(1) : Property.Name;

    /// <summary>The type of the local variable. References are nullable, because the member may be missing.</summary>
    public string LocalType =>
        IsRawJson ? "RawJson?" : GetName(Property.Type.IsReferenceType ? Property.Type.WithNullableAnnotation(NullableAnnotation.Annotated) : Property.Type);

    /// <summary>The accessibility as C# keywords.</summary>
    public string Accessibility => SyntaxFacts.GetText(Property.DeclaredAccessibility);

    /// <summary>Whether a reader can set the property. Otherwise the value is skipped.</summary>
    public bool IsSettable => Property.SetMethod is not null;

    /// <summary>Whether the record does not require the member. Then a value that cannot be read is kept as an unknown member.</summary>
    public bool IsOptional => IsSettable && Condition != WriteCondition.Always;

    /// <summary>Whether the property has a value even if the JSON does not contain the member, so that the record must track that.</summary>
    public bool IsTracked => Condition == WriteCondition.Always && IsSettable;

    /// <summary>
    /// Whether this type has a value for a missing member: a default, an empty string or list, an empty record, or a static <c>Missing</c> property.
    /// </summary>
    public bool HasMissing => !WireSymbols.IsObject(_value) || DeclaresMissing
        || (_value is INamedTypeSymbol { IsAbstract: false } type && type.InstanceConstructors.Any(static constructor => constructor.Parameters.Length == 0)
            && !type.GetMembers().Any(static member => member is IPropertySymbol { IsRequired: true }));

    private bool DeclaresMissing => _value.GetMembers("Missing").Length > 0;

    /// <summary>The value of the property if the member is missing or <c>null</c>, as defined by the format; null if the format defines none.</summary>
    private string? FormatMissingValue => !IsNullableValue && Format?.GetMembers("Missing").Length > 0 ? $"{GetName(Format)}.Missing" : null;

    /// <summary>The initial value of the local variable.</summary>
    public string LocalDefault => FormatMissingValue ?? "default";

    private bool IsNullableValue { get; }

    /// <summary>When the member is written: unless it is null if it is nullable, otherwise always, unless [JsonIgnore] specifies a condition.</summary>
    private WriteCondition Condition =>
        WireSymbols.GetAttribute(Property, KnownTypes.JsonIgnore) is not null ? WriteCondition.NotDefault
        : Property.Type.NullableAnnotation == NullableAnnotation.Annotated ? WriteCondition.NotNull
        : WriteCondition.Always;

    /// <summary>Whether reading the member allocates more than a string.</summary>
    private bool IsRepeatable => IsRawJson || (_value.IsReferenceType && _value.SpecialType != SpecialType.System_String);

    /// <summary>Creates the member of a property. Returns null if the property has no wire name or is never written.</summary>
    public static WireMember? TryCreate(IPropertySymbol property) =>
        WireSymbols.GetAttribute(property, KnownTypes.JsonPropertyName)?.ConstructorArguments[0].Value is string name && !IsIgnored(property)
            ? new(property, name)
            : null;

    /// <summary>Whether a property is excluded from the JSON by [JsonIgnore].</summary>
    public static bool IsIgnored(IPropertySymbol property) => GetCondition(property) is JsonIgnoreAlways;

    /// <summary>Whether a property has a condition that the generator does not support.</summary>
    public static bool HasUnsupportedCondition(IPropertySymbol property) =>
        GetCondition(property) is not (null or JsonIgnoreAlways or JsonIgnoreWhenWritingDefault);

    /// <summary>Returns the statements that read the current value.</summary>
    public string[] GetReadStatements()
    {
        if (!IsSettable)
            return ["reader.Skip();"];
        var assignment = $"{Local} = {_readExpression};";
        return IsRepeatable ? [$"reader.CheckRepetition({Local});", assignment] : [assignment];
    }

    /// <summary>Returns the statement that writes the member, with its condition.</summary>
    /// <param name="trackedBit">The bit that is set if the member was missing in the JSON of the record; null if the member is not tracked.</param>
    public string GetWriteStatement(string? trackedBit)
    {
        var property = Target;
        var value = IsNullableValue && !IsRawJson ? Local : property;
        var write = GetWriteCall(value);
        var inside = write[0] == '{' ? "\n        " : "\n            ";
        return Condition switch
        {
            WriteCondition.NotNull when IsNullableValue && !IsRawJson => $"if ({property} is {{ }} {value}){inside}{write}",
            WriteCondition.NotNull => $"if ({property} is not null){inside}{write}",
            WriteCondition.NotDefault => $"if ({property} != default){inside}{write}",
            _ when trackedBit is not null => $"if ({GetIsWritten(trackedBit)}){inside}{write}",
            _ => write,
        };
    }

    /// <summary>Returns the expression that determines whether the member is written.</summary>
    /// <inheritdoc cref="GetWriteStatement" path="/param"/>
    public string GetIsWritten(string? trackedBit) => Condition switch
    {
        WriteCondition.NotNull => $"{Target} is not null",
        WriteCondition.NotDefault => $"{Property.Name} != default",
        _ when trackedBit is not null => $"!IsAbsent({trackedBit}) || {GetIsSet()}",
        _ => "true",
    };

    /// <summary>Returns the expression that determines whether the property differs from the value for a missing member.</summary>
    private string GetIsSet()
    {
        if (FormatMissingValue is not null || (Format is not null && _value.IsValueType))
            return $"{Property.Name} != {LocalDefault}";
        if (_value.SpecialType == SpecialType.System_String)
            return $"{Property.Name} is {{ Length: > 0 }}";
        if (WireSymbols.IsOpenString(_value))
            return $"{Property.Name}.Value.Length > 0";
        if (KnownTypes.List.Matches(_value) || KnownTypes.Map.Matches(_value))
            return $"{Property.Name} is {{ Count: > 0 }}";
        if (!WireSymbols.IsObject(_value))
            return $"{Property.Name} != default";
        return DeclaresMissing
            ? $"(object){Property.Name} != {GetName(_value)}.Missing"
            : $"{Property.Name} != new {GetName(_value)}()";
    }

    // Values of JsonIgnoreCondition, as they appear in attribute data.
    private const int JsonIgnoreAlways = 1, JsonIgnoreWhenWritingDefault = 2;

    /// <summary>Returns the condition of <c>[JsonIgnore]</c>, whose default is Always; null if there is no attribute.</summary>
    private static int? GetCondition(IPropertySymbol property) => WireSymbols.GetAttribute(property, KnownTypes.JsonIgnore) is { } attribute
        ? attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == "Condition").Value.Value as int? ?? JsonIgnoreAlways
        : null;

    /// <summary>Returns the expression that reads the value, or null if its type is not supported.</summary>
    private string? GetReadExpression()
    {
        if (IsRawJson)
            return "reader.IsNull ? null : RawJson.Read(ref reader)";
        if (Format is not null)
        {
            var returned = Format.GetMembers("Read").OfType<IMethodSymbol>().FirstOrDefault()?.ReturnType;
            var reading = $"{GetName(Format)}.Read(ref reader)";
            return IsNullableValue && returned?.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T ? GetNullableRead(reading) : reading;
        }
        if (WireSymbols.IsOpenString(_value))
            return IsNullableValue ? GetNullableRead($"new {GetName(_value)}(reader.GetString()!)") : "new(reader.GetString() ?? \"\")";
        return GetReadExpression(_value) is { } read ? IsNullableValue ? GetNullableRead(read) : read : null;
    }

    /// <summary>The default has an explicit type, because null could also be converted to an open string.</summary>
    private string GetNullableRead(string reading) => $"reader.IsNull ? default({LocalType}) : {reading}";

    private static string? GetReadExpression(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_String } => "reader.GetString()",
        { SpecialType: SpecialType.System_Boolean } => "reader.GetBoolean()",
        { SpecialType: SpecialType.System_Int32 } => "reader.GetInt32()",
        { SpecialType: SpecialType.System_Int64 } => "reader.GetInt64()",
        { SpecialType: SpecialType.System_Double } => "reader.GetDouble()",
        INamedTypeSymbol list when KnownTypes.List.Matches(list) => GetReadExpression("WireList", list.TypeArguments[0]),
        INamedTypeSymbol map when KnownTypes.Map.Matches(map) && map.TypeArguments[0].SpecialType == SpecialType.System_String =>
            GetMapReadExpression(map.TypeArguments[1]),
        INamedTypeSymbol readable when WireSymbols.IsReadable(readable) || (WireSymbols.DeclaresRead(readable) && WireSymbols.DeclaresWrite(readable)) =>
            $"{GetName(type)}.Read(ref reader)",
        _ => null,
    };

    private static string? GetReadExpression(string kind, ITypeSymbol element) => element switch
    {
        { SpecialType: SpecialType.System_String } => $"{kind}.ReadStrings(ref reader)",
        { SpecialType: SpecialType.System_Int32 } => $"{kind}.ReadInt32s(ref reader)",
        _ when WireSymbols.IsOpenString(element) => $"{kind}.ReadOpenStrings<{GetName(element)}>(ref reader)",
        INamedTypeSymbol readable when WireSymbols.IsReadable(readable) =>
            $"{kind}.Read(ref reader, {GetName(element.WithNullableAnnotation(NullableAnnotation.None))}.Read)",
        _ => null,
    };

    /// <summary>Maps support fewer types than lists.</summary>
    private static string? GetMapReadExpression(ITypeSymbol element) =>
        element.SpecialType == SpecialType.System_String || WireSymbols.IsObject(element) ? GetReadExpression("WireMap", element) : null;

    private string GetWriteCall(string value)
    {
        var name = $"\"{WireName}\"u8";
        if (Format is not null)
            return GetNamed(name, $"{GetName(Format)}.Write(writer, {value})");
        if (WireSymbols.IsOpenString(_value))
            return $"writer.WriteString({name}, {value}.Value);";
        return _value switch
        {
            { SpecialType: SpecialType.System_String } => $"writer.WriteString({name}, {value});",
            { SpecialType: SpecialType.System_Boolean } => $"writer.WriteBoolean({name}, {value});",
            { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double } => $"writer.WriteNumber({name}, {value});",
            _ when KnownTypes.List.Matches(_value) => GetNamed(name, $"WireList.Write(writer, {value})"),
            _ when KnownTypes.Map.Matches(_value) => GetNamed(name, $"WireMap.Write(writer, {value})"),
            _ when WireSymbols.IsObject(_value) => $"WireWriter.Write(writer, {name}, {value});",
            _ => GetNamed(name, $"{value}.Write(writer)"),
        };
    }

    private static string GetNamed(string name, string write) => $"{{\n            writer.WritePropertyName({name});\n            {write};\n        }}";

    private static string GetName(ITypeSymbol type) => type.ToDisplayString(Qualified);
}

/// <summary>When a member is written.</summary>
internal enum WriteCondition
{
    Always,
    NotNull,
    NotDefault,
}
