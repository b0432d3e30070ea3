namespace Realtime.Sdk;

/// <summary>The options for reading a named session from a configuration section or from JSON.</summary>
public sealed class RealtimeSessionBindingOptions
{
    /// <summary>
    /// Whether unrecognized members and types are accepted and sent unchanged. The default is <see langword="false"/>: the host does not start, because most
    /// unrecognized names are misspelled. Set it to <see langword="true"/> for settings that are newer than this version.
    /// </summary>
    public bool AllowUnknownMembers { get; set; }

    /// <summary>Copies the options, so that later changes have no effect.</summary>
    internal RealtimeSessionBindingOptions Copy() => (RealtimeSessionBindingOptions)MemberwiseClone();
}
