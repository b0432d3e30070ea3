using Microsoft.CodeAnalysis;

namespace Realtime.Sdk.WireGenerator;

/// <summary>A type that the generator knows, identified by namespace and metadata name, so that other types with the same name do not match.</summary>
internal sealed class KnownType(string containingNamespace, string metadataName)
{
    public bool Matches(ITypeSymbol? type) => type is { ContainingType: null } && type.OriginalDefinition.MetadataName == metadataName
        && type.ContainingNamespace?.ToDisplayString() == containingNamespace;
}

/// <summary>The types that the generator knows, from the SDK and from the platform.</summary>
internal static class KnownTypes
{
    public const string Namespace = "Realtime.Sdk", InternalNamespace = "Realtime.Sdk.Internal";

    private const string Serialization = "System.Text.Json.Serialization", Collections = "System.Collections.Generic";

    public static KnownType WireObject { get; } = new(Namespace, "WireObject");

    public static KnownType OpenString { get; } = new(Namespace, "IWireString`1");

    public static KnownType UnknownVariant { get; } = new(InternalNamespace, "IUnknownVariant");

    public static KnownType UnknownMessage { get; } = new(InternalNamespace, "IUnknownMessage");

    public static KnownType JsonSchema { get; } = new(Namespace, "JsonSchema");

    public static KnownType TokenLimit { get; } = new(Namespace, "TokenLimit");

    public static KnownType WireReader { get; } = new(InternalNamespace, "WireReader");

    public static KnownType WireType { get; } = new(InternalNamespace, "WireTypeAttribute");

    public static KnownType WireValue { get; } = new(InternalNamespace, "WireValueAttribute");

    public static KnownType WireSet { get; } = new(InternalNamespace, "WireSetAttribute");

    public static KnownType WireFormat { get; } = new(InternalNamespace, "WireFormatAttribute");

    public static KnownType Utf8JsonWriter { get; } = new("System.Text.Json", "Utf8JsonWriter");

    public static KnownType JsonElement { get; } = new("System.Text.Json", "JsonElement");

    public static KnownType JsonPropertyName { get; } = new(Serialization, "JsonPropertyNameAttribute");

    public static KnownType JsonIgnore { get; } = new(Serialization, "JsonIgnoreAttribute");

    public static KnownType Memory { get; } = new("System", "ReadOnlyMemory`1");

    public static KnownType List { get; } = new(Collections, "IReadOnlyList`1");

    public static KnownType Map { get; } = new(Collections, "IReadOnlyDictionary`2");
}
