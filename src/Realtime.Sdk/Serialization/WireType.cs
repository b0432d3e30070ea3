namespace Realtime.Sdk.Internal;

/// <summary>Specifies the <c>type</c> of a variant of a family. The generator creates its <c>Type</c> property and the lookup of the family from it.</summary>
/// <param name="type">The <c>type</c> of the record.</param>
/// <param name="alternativeTypes">At most one other <c>type</c> that the record accepts. A record that was read with it is written with it.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WireTypeAttribute(string type, params string[] alternativeTypes) : Attribute
{
    public string Type { get; } = type;

    public IReadOnlyList<string> AlternativeTypes { get; } = alternativeTypes;
}
