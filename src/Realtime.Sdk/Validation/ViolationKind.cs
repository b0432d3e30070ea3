namespace Realtime.Sdk.Internal;

/// <summary>Why a violation was reported.</summary>
internal enum ViolationKind
{
    /// <summary>A rule of the API is broken.</summary>
    Rule,

    /// <summary>An object has a member that this version does not know.</summary>
    UnknownMember,

    /// <summary>A value has a <c>type</c> or a shape that this version does not know.</summary>
    UnknownType,

    /// <summary>A text is not one of the values that this version knows.</summary>
    UnknownWord,

    /// <summary>A model ends on a known day; reported once by each client.</summary>
    ModelEnd,

    /// <summary>A session has another shape than the one that the server showed.</summary>
    OtherShape,
}
