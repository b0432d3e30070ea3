using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Realtime.Sdk.WireGenerator;

/// <summary>The errors that the generator reports if code cannot be generated.</summary>
internal static class WireDiagnostics
{
    public static readonly DiagnosticDescriptor NotPartial = Create(
        "WIRE001", "A wire type must be partial", "'{0}' must be partial, because the code that reads and writes it is generated");

    public static readonly DiagnosticDescriptor UnsupportedType = Create(
        "WIRE002",
        "A wire property has a type that cannot be read and written",
        "'{0}' has the type '{1}', which cannot be read and written: give that type a static Read and an instance Write method, make JsonElement? properties partial, or add [WireFormat]");

    public static readonly DiagnosticDescriptor Nested = Create(
        "WIRE003", "A wire type must be declared in a namespace", "'{0}' must be declared in a namespace, not inside another type or local to a file");

    public static readonly DiagnosticDescriptor Generic = Create("WIRE004", "A wire type must not be generic", "'{0}' must not have type parameters");

    public static readonly DiagnosticDescriptor NoConstructor = Create(
        "WIRE005",
        "A wire record must have a parameterless constructor",
        "'{0}' must have a parameterless constructor: declare properties with 'init' instead of a parameter list");

    public static readonly DiagnosticDescriptor DuplicateName = Create(
        "WIRE006", "Two properties have the same wire name", "'{0}' has the wire name '{1}', which '{2}' already has");

    public static readonly DiagnosticDescriptor DuplicateType = Create(
        "WIRE007", "Two variants have the same wire type", "'{0}' has the wire type '{1}', which '{2}' already has");

    public static readonly DiagnosticDescriptor UnknownVariantCount = Create(
        "WIRE008",
        "A family must have one unknown variant",
        "The family '{0}' has {1} unknown variants: declare exactly one sealed record that derives from it and implements IUnknownVariant");

    public static readonly DiagnosticDescriptor UnreachableVariant = Create(
        "WIRE009",
        "A variant is never read",
        "The family '{0}' never reads '{1}': {2}");

    public static readonly DiagnosticDescriptor InvalidType = Create("WIRE010", "[WireType] is used incorrectly", "[WireType] on '{0}' is invalid: {1}");

    public static readonly DiagnosticDescriptor InvalidCondition = Create(
        "WIRE011",
        "The condition of [JsonIgnore] is not supported",
        "The condition of [JsonIgnore] on '{0}' is not supported: a nullable property is omitted when it is null, and WhenWritingDefault is the only other condition");

    public static readonly DiagnosticDescriptor UnknownNullability = Create(
        "WIRE012",
        "A wire property must declare whether it can be null",
        "'{0}' must be declared in a nullable context: its nullability determines whether it is omitted");

    public static readonly DiagnosticDescriptor InvalidFormat = Create(
        "WIRE013", "The format of a wire property is incomplete", "The format '{1}' of '{0}' must have a static Read(ref WireReader) and a static Write(Utf8JsonWriter, value) method");

    public static readonly DiagnosticDescriptor NoName = Create(
        "WIRE014", "A property of a wire record has neither [JsonPropertyName] nor [JsonIgnore]", "'{0}' must have [JsonPropertyName] or [JsonIgnore]");

    public static readonly DiagnosticDescriptor InvalidValue = Create("WIRE015", "[WireValue] is used incorrectly", "[WireValue] on '{0}' is invalid: {1}");

    public static readonly DiagnosticDescriptor ForeignFamily = Create(
        "WIRE016", "The family of a variant is in another assembly", "'{0}' is never read: its family '{1}' is in another assembly, whose code has already been generated");

    public static readonly DiagnosticDescriptor InvalidUnknownVariant = Create(
        "WIRE017",
        "An unknown variant has the wrong shape",
        "'{0}' must be declared with the parameter list '{1}'");

    public static readonly DiagnosticDescriptor InvalidName = Create(
        "WIRE018",
        "A wire name cannot be matched",
        "'{0}' has the wire name '{1}', but a name must have 1 to {2} printable ASCII characters, without quotes and backslashes");

    public static readonly DiagnosticDescriptor TooManyMembers = Create(
        "WIRE019",
        "A wire record has too many properties that cannot be null",
        "'{0}' has {1} properties that cannot be null, but at most {2} can be tracked as missing: make some of them nullable");

    public static readonly DiagnosticDescriptor NoMissing = Create(
        "WIRE020",
        "A wire property that cannot be null has no value for a missing member",
        "'{0}' cannot be null, but there is no value for a missing member: give '{1}' a static property 'Missing', or make the property nullable");

    private static DiagnosticDescriptor Create(string id, string title, string message) =>
        new(id, title, message, "Realtime.Sdk.Wire", DiagnosticSeverity.Error, isEnabledByDefault: true);
}

/// <summary>An error at a location. It contains no symbols or syntax trees, so that it can be compared and cached between edits.</summary>
internal sealed class WireDiagnostic : System.IEquatable<WireDiagnostic>
{
    private readonly DiagnosticDescriptor _descriptor;
    private readonly string[] _arguments;
    private readonly string _path;
    private readonly TextSpan _span;
    private readonly LinePositionSpan _lines;

    public WireDiagnostic(DiagnosticDescriptor descriptor, ISymbol symbol, params string[] arguments)
    {
        var location = symbol.Locations[0].GetLineSpan();
        (_descriptor, _arguments) = (descriptor, arguments);
        (_path, _span, _lines) = (location.Path, symbol.Locations[0].SourceSpan, location.Span);
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(_descriptor, Location.Create(_path, _span, _lines), _arguments);

    public bool Equals(WireDiagnostic? other) => other is not null && _descriptor.Equals(other._descriptor) && _arguments.SequenceEqual(other._arguments)
        && _path == other._path && _span == other._span && _lines == other._lines;

    public override bool Equals(object? obj) => Equals(obj as WireDiagnostic);

    public override int GetHashCode() => _span.GetHashCode();
}
