namespace Realtime.Sdk.Testing.Internal;

/// <summary>The kinds of work that prevent virtual time from moving, besides messages in transit.</summary>
internal enum WorkKind
{
    /// <summary>Work that was reported with <see cref="WorkTrackingTimeProvider.BeginWork"/>.</summary>
    Work,

    /// <summary>Work of an emulator.</summary>
    Emulator,

    /// <summary>Callbacks that were posted to <see cref="VirtualTime.CallbackContext"/>.</summary>
    Callback,

    /// <summary>The callback of a timer.</summary>
    Timer,

    /// <summary>A hold of <see cref="VirtualTime.Hold"/>.</summary>
    Hold,
}
