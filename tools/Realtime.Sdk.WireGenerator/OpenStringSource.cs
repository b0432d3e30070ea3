using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>Writes the members of open strings. The hand-written part contains only the name and the well-known values.</summary>
internal static class OpenStringSource
{
    public static string Write(INamedTypeSymbol type)
    {
        var name = type.Name;
        var code = new CodeBuilder(type.ContainingNamespace);
        code.AppendLine($"[JsonConverter(typeof(WireStringConverter<{name}>))]");
        code.AppendLine($"partial record struct {name}");
        code.AppendLine("{");
        code.AppendLine("    /// <summary>The string on the wire. Never null; the default is an empty string.</summary>");
        code.AppendLine("    public string Value { get => field ?? \"\"; init; } = Value;");
        code.AppendLine();
        code.AppendLine("    /// <summary>Converts a string. Any string is valid, because the service adds values.</summary>");
        code.AppendLine($"    public static implicit operator {name}(string value) => new(value);");
        code.AppendLine();
        code.AppendLine($"    static {name} IWireString<{name}>.Create(string value) => new(value);");
        code.AppendLine();
        code.AppendLine("    /// <summary>Returns the string on the wire.</summary>");
        code.AppendLine("    public override string ToString() => Value;");
        code.AppendLine();
        code.AppendLine("    /// <summary>Whether both strings are equal, by ordinal comparison.</summary>");
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
