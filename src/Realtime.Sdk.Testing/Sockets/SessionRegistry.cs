namespace Realtime.Sdk.Testing.Internal;

/// <summary>Every session so far, and the scripts for future sessions.</summary>
internal sealed class SessionRegistry(TimeSpan expectTimeout, bool keepsHistory)
{
    private const int MaxFailures = 100;

    private static readonly TimeSpan ScriptTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<EmulatorSession> _sessions = [];
    private readonly List<Task> _running = [];
    private readonly List<Exception> _failures = [];
    private readonly Queue<Func<EmulatorSession, Task>> _nextScripts = [];
    private readonly List<(int Count, TaskCompletionSource<EmulatorSession> Opened)> _waiting = [];
    private Func<EmulatorSession, Task> _defaultScript = Scripts.RunModel;
    private int _opened;

    public IReadOnlyList<EmulatorSession> All
    {
        get
        {
            lock (_lock)
                return [.. _sessions];
        }
    }

    public IReadOnlyList<Exception> Failures
    {
        get
        {
            lock (_lock)
                return [.. _failures];
        }
    }

    public void Script(Func<EmulatorSession, Task> script)
    {
        lock (_lock)
            _defaultScript = script;
    }

    public void ScriptNext(Func<EmulatorSession, Task> script)
    {
        lock (_lock)
            _nextScripts.Enqueue(script);
    }

    /// <summary>Keeps an exception for <see cref="RealtimeEmulator.DisposeAsync"/>; the first 100 are kept.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
        {
            if (_failures.Count < MaxFailures)
                _failures.Add(failure);
        }
    }

    /// <summary>Serves a new session until it ends.</summary>
    /// <param name="session">The session.</param>
    /// <param name="script">The script that drives the session; null uses the script of the test, or the emulator's model if there is none.</param>
    public Task RunAsync(EmulatorSession session, Func<EmulatorSession, Task>? script)
    {
        lock (_lock)
        {
            script ??= _nextScripts.TryDequeue(out var next) ? next : _defaultScript;
            _sessions.Add(session);

            // Started under the lock, so that WaitForEndAsync does not miss a session that has just been added.
            var running = session.RunAsync(script);
            _running.Add(running);
            _opened++;
            _waiting.RemoveAll(wait => wait.Count == _opened && wait.Opened.TrySetResult(session));
            return running;
        }
    }

    /// <summary>Removes a session that has ended, unless the history is kept.</summary>
    public void End(EmulatorSession session, Task running)
    {
        if (keepsHistory)
            return;
        lock (_lock)
        {
            _sessions.Remove(session);
            _running.Remove(running);
        }
    }

    /// <summary>Returns the <paramref name="number"/>th session, counting from 1. Waits if it is not open yet.</summary>
    public async Task<EmulatorSession> WhenOpenedAsync(int number, CancellationToken cancellationToken)
    {
        (int Count, TaskCompletionSource<EmulatorSession> Opened) wait;
        lock (_lock)
        {
            if (_opened >= number)
            {
                // Without a history, only the sessions that are open are known.
                return keepsHistory ? _sessions[number - 1]
                    : throw new InvalidOperationException($"Session {number} has already been opened, and is not available because {nameof(RealtimeEmulatorOptions.KeepsHistory)} is false.");
            }
            wait = (number, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Add(wait);
        }
        try
        {
            return await wait.Opened.Task.WaitAsync(expectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new EmulatorExpectationException($"Expected session {number}, but only {_opened} had been opened after {expectTimeout.TotalSeconds:0.###} seconds.");
        }
        finally
        {
            lock (_lock)
                _waiting.Remove(wait);
        }
    }

    /// <summary>Completes when every session has ended, or after 10 seconds if a script does not end.</summary>
    public async Task WaitForEndAsync()
    {
        Task[] running;
        lock (_lock)
            running = [.. _running];
        var over = Task.WhenAll(running);
        await over.WaitAsync(ScriptTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!over.IsCompleted)
            Fail(new EmulatorExpectationException("The script of a session did not end within 10 seconds of its connection."));
    }
}
