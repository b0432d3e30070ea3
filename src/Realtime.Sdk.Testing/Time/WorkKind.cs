namespace Realtime.Sdk.Testing.Internal;

/// <summary>What keeps virtual time from moving, besides messages on their way.</summary>
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
