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
        code.AppendLine("    /// <summary>The string as it stands on the wire; empty, never null, in the default value.</summary>");
        code.AppendLine("    public string Value { get => field ?? \"\"; init; } = Value;");
        code.AppendLine();
        code.AppendLine("    /// <summary>Converts a string of the wire. Any string is valid: the service adds values.</summary>");
        code.AppendLine($"    public static implicit operator {name}(string value) => new(value);");
        code.AppendLine();
        code.AppendLine($"    static {name} IWireString<{name}>.Create(string value) => new(value);");
        code.AppendLine();
        code.AppendLine("    /// <summary>Returns the string as it is on the wire.</summary>");
        code.AppendLine("    public override string ToString() => Value;");
        code.AppendLine();
        code.AppendLine("    /// <summary>Whether both are the same string, by ordinal comparison.</summary>");
        code.AppendLine("    [global::System.Runtime.CompilerServices.CompilerGenerated]");
        code.AppendLine($"    public bool Equals({name} other) => Value == other.Value;");
        code.AppendLine();
        code.AppendLine("    /// <inheritdoc/>");
        code.AppendLine("    [global::System.Runtime.CompilerServices.CompilerGenerated]");
        code.AppendLine("    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);");
        code.EndType();
        return code.ToString();
    }
}
