namespace Realtime.Sdk.Testing.Internal;

/// <summary>The kinds of work that prevent virtual time from moving, besides messages in transit.</summary>
internal enum WorkKind
{
    /// <summary>What <see cref="WorkTrackingTimeProvider.BeginWork"/> reported.</summary>
    Work,

    /// <summary>Work of an emulator.</summary>
    Emulator,

    /// <summary>Callbacks that were posted to <see cref="VirtualTime.CallbackContext"/>.</summary>
    Callback,

    /// <summary>The callback of a timer.</summary>
    Timer,

    /// <summary><see cref="VirtualTime.Hold"/>.</summary>
    Hold,
}
