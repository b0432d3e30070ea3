namespace Realtime.Sdk.Internal;

/// <summary>Marks an element type whose lists are sets: two lists are equal if they have the same elements in any order.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class WireSetAttribute : Attribute;
