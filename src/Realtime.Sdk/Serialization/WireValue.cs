namespace Realtime.Sdk.Internal;

/// <summary>
/// Names the JSON string that a static property of a family stands for, or <c>null</c>. Reading it gives the property's value. A partial
/// property is implemented too, by a variant that writes the string.
/// </summary>
/// <param name="value">The string; null for JSON <c>null</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WireValueAttribute(string? value) : Attribute
{
    public string? Value { get; } = value;
}
