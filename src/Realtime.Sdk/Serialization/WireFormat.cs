namespace Realtime.Sdk.Internal;

/// <summary>Specifies how a property is written as JSON if its type alone does not determine it.</summary>
/// <param name="format">
/// A class with static methods <c>Read</c> and <c>Write</c>. A <c>Read</c> that returns a nullable value is also called for <c>null</c>.
/// </param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WireFormatAttribute(Type format) : Attribute
{
    public Type Format { get; } = format;
}
