namespace Realtime.Sdk.Internal;

/// <summary>Says of an element that the order of a list of it means nothing: such lists are equal when they hold the same elements.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class WireSetAttribute : Attribute;
