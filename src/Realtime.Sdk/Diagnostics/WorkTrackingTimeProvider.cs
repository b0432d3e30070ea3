using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>
/// A clock that is informed of work in progress, so that it can stand still meanwhile: the base class of a virtual clock for tests. Connections and
/// conversations whose <see cref="TimeProvider"/> derives from this class report what they have in hand. Thread-safe.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public abstract class WorkTrackingTimeProvider : TimeProvider
{
    /// <summary>
    /// The context in which a conversation runs the app's asynchronous callbacks, so that their continuations count as work too. Null, the default, is the
    /// thread pool.
    /// </summary>
    public virtual SynchronizationContext? CallbackContext => null;

    /// <summary>Work begins: time must not move until <see cref="EndWork"/> is called as often. Must not throw.</summary>
    public abstract void BeginWork();

    /// <summary>Work that <see cref="BeginWork"/> reported has ended, or waits for time to pass. Must not throw.</summary>
    public abstract void EndWork();
}
