namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Calls what a test has put into the options. A callback may throw anything: what it throws is kept for the end of the emulator, never changes another
/// session, and never keeps the server from being stopped. Callbacks of the model need no more than to be called by it: <see cref="SimulatedSession"/>
/// ends the session that they fail in.
/// </summary>
/// <param name="fail">Keeps what a callback has thrown.</param>
internal sealed class Callbacks(Action<Exception> fail)
{
    private int _observerFailures;

    /// <summary>
    /// Calls a callback that only observes, which changes nothing when it fails. Only the first failure is kept: a callback that fails may well fail
    /// for every message.
    /// </summary>
    public void Notify(Action callback)
    {
        try
        {
            callback();
        }
#pragma warning disable CA1031 // the callback is the test's and may fail in any way
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (Interlocked.Increment(ref _observerFailures) == 1)
                fail(e);
        }
    }

    /// <summary>Calls a callback that decides how a request is answered.</summary>
    /// <exception cref="EmulatorHttpException">The callback has failed: the request is answered with 500.</exception>
    public T Ask<T>(Func<T> callback)
    {
        try
        {
            return callback();
        }
#pragma warning disable CA1031 // the callback is the test's and may fail in any way
        catch (Exception e)
#pragma warning restore CA1031
        {
            fail(e);
            throw new EmulatorHttpException(500, "A callback of the emulator's options failed.", "server_error", type: "server_error");
        }
    }
}
