using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes the members that every open string has; the hand-written part is its name and its well-known values.</summary>
internal static class OpenStringSource
{
    public static string Write(INamedTypeSymbol type)
    {
        var name = type.Name;
        var code = new CodeBuilder(type.ContainingNamespace);
        code.AppendLine($"[JsonConverter(typeof(WireStringConverter<{name}>))]");
        code.AppendLine($"partial record struct {name}");
        code.AppendLine("{");
        code.AppendLine("    /// <summary>Converts a string of the wire. Any string is valid: the service adds values.</summary>");
        code.AppendLine($"    public static implicit operator {name}(string value) => new(value);");
        code.AppendLine();
        code.AppendLine($"    static {name} IWireString<{name}>.Create(string value) => new(value);");
        code.AppendLine();
        code.AppendLine("    /// <summary>Returns the string as it is on the wire.</summary>");
        code.AppendLine("    public override string ToString() => Value;");
        code.EndType();
        return code.ToString();
    }
}
