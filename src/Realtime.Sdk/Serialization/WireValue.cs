namespace Realtime.Sdk.Internal;

/// <summary>
/// Specifies the JSON string, or <c>null</c>, that a static property of a family represents. Reading that JSON returns the value of the property. For a
/// partial property, the generator also creates the implementation: a variant that writes the string.
/// </summary>
/// <param name="value">The string; null for JSON <c>null</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WireValueAttribute(string? value) : Attribute
{
    public string? Value { get; } = value;
}
