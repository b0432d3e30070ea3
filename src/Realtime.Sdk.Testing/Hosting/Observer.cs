namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Calls a callback of the options that only observes. Its exceptions do not affect the session, and only the first one is kept, because a callback that
/// fails often fails for every value. Callbacks of the model are different: the session ends when they fail (<see cref="SimulatedSession"/>).
/// </summary>
/// <param name="callback">The callback; null for none.</param>
/// <param name="fail">Keeps the exception, which <see cref="RealtimeEmulator.DisposeAsync"/> throws.</param>
internal sealed class Observer<T>(Action<T>? callback, Action<Exception> fail)
{
    private int _hasFailed;

    /// <summary>Whether there is a callback: without one, the value need not be created.</summary>
    public bool IsSet => callback is not null;

    public void Notify(T value)
    {
        try
        {
            callback?.Invoke(value);
        }
#pragma warning disable CA1031 // the callback is code of the test, which may throw any exception
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
                fail(e);
        }
    }
}
