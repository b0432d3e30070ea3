namespace Realtime.Sdk;

/// <summary>How strictly a named session is read from a configuration section or from JSON.</summary>
public sealed class RealtimeSessionBindingOptions
{
    /// <summary>
    /// Whether members and types that this version does not know are accepted and sent as they are. The default is <see langword="false"/>: the
    /// host does not start, because most unknown names are misspelled. Set it to use settings that are newer than this version.
    /// </summary>
    public bool AllowUnknownMembers { get; set; }

    /// <summary>Copies the options, so that later changes have no effect.</summary>
    internal RealtimeSessionBindingOptions Copy() => (RealtimeSessionBindingOptions)MemberwiseClone();
}
