using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes the members that every open string has; the hand-written part is its name and its well-known values.</summary>
internal static class OpenStringSource
{
    public static string Write(INamedTypeSymbol type)
    {
        var name = type.Name;
        var code = new CodeBuilder(type.ContainingNamespace);
        code.Line($"[JsonConverter(typeof(WireStringConverter<{name}>))]");
        code.Line($"partial record struct {name}");
        code.Line("{");
        code.Line("    /// <summary>Takes any string as it stands on the wire.</summary>");
        code.Line($"    public static implicit operator {name}(string value) => new(value);");
        code.Line();
        code.Line($"    static {name} IWireString<{name}>.Create(string value) => new(value);");
        code.Line();
        code.Line("    /// <summary>The string as it stands on the wire.</summary>");
        code.Line("    public override string ToString() => Value;");
        code.EndType();
        return code.ToString();
    }
}
