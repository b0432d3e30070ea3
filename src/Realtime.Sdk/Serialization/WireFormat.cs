namespace Realtime.Sdk.Internal;

/// <summary>Says how a property stands on the wire when its type alone does not.</summary>
/// <param name="format">A class with static methods <c>Read</c> and <c>Write</c>; a <c>Read</c> of a nullable value reads <c>null</c> itself.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WireFormatAttribute(Type format) : Attribute
{
    public Type Format { get; } = format;
}
