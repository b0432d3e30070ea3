namespace Realtime.Sdk.Internal;

/// <summary>The reason for reporting a violation.</summary>
internal enum ViolationKind
{
    /// <summary>A rule of the API is violated.</summary>
    Rule,

    /// <summary>An object has a member that this version does not know.</summary>
    UnknownMember,

    /// <summary>A value has a <c>type</c> or a shape that this version does not know.</summary>
    UnknownType,

    /// <summary>A string is not one of the values that this version knows.</summary>
    UnknownValue,

    /// <summary>A model will be shut down on a known day. Reported once by each client.</summary>
    ModelShutdown,

    /// <summary>A session has a different shape than the one that the server reported.</summary>
    SessionTypeMismatch,
}
