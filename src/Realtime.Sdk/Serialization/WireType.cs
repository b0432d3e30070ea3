namespace Realtime.Sdk.Internal;

/// <summary>Names what a variant of a family is on the wire. Its <c>Type</c>, and how its family finds it, are generated from this.</summary>
/// <param name="type">The <c>type</c> the record is written with.</param>
/// <param name="otherSpellings">At most one other <c>type</c> the record is read from, and then written with again.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class WireTypeAttribute(string type, params string[] otherSpellings) : Attribute
{
    public string Type { get; } = type;

    public IReadOnlyList<string> OtherSpellings { get; } = otherSpellings;
}
