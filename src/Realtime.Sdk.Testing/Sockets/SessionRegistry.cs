namespace Realtime.Sdk.Testing.Internal;

/// <summary>Every session there was, and the scripts for those to come.</summary>
internal sealed class SessionRegistry(TimeSpan patience, bool keepsHistory)
{
    private static readonly TimeSpan ScriptsEnd = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<EmulatorSession> _sessions = [];
    private readonly List<Task> _running = [];
    private readonly List<Exception> _failures = [];
    private readonly Queue<Func<EmulatorSession, Task>> _once = [];
    private readonly List<(int Count, TaskCompletionSource<EmulatorSession> Opened)> _waiting = [];
    private Func<EmulatorSession, Task> _always = Scripts.Attend;

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
            _always = script;
    }

    public void ScriptNext(Func<EmulatorSession, Task> script)
    {
        lock (_lock)
            _once.Enqueue(script);
    }

    public void Fail(Exception failure)
    {
        lock (_lock)
            _failures.Add(failure);
    }

    /// <summary>Serves a new session to its end.</summary>
    /// <param name="session">The session.</param>
    /// <param name="script">What drives it; null takes what was scripted, or the emulator's own ways.</param>
    public Task RunAsync(EmulatorSession session, Func<EmulatorSession, Task>? script)
    {
        Task running;
        lock (_lock)
        {
            script ??= _once.TryDequeue(out var next) ? next : _always;
            _sessions.Add(session);
            running = session.RunAsync(script);
            _running.Add(running);
            if (!keepsHistory)
                running = ForgetAsync(session, running);
            _waiting.RemoveAll(wait => wait.Count <= _sessions.Count && wait.Opened.TrySetResult(_sessions[wait.Count - 1]));
        }
        return running;
    }

    private async Task ForgetAsync(EmulatorSession session, Task running)
    {
        await running.ConfigureAwait(false);
        lock (_lock)
        {
            _sessions.Remove(session);
            _running.Remove(running);
        }
    }

    /// <summary>Gives the session that was or will be opened as the <paramref name="number"/>th, counting from 1.</summary>
    public Task<EmulatorSession> WhenOpenedAsync(int number, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_sessions.Count >= number)
                return Task.FromResult(_sessions[number - 1]);
            var opened = new TaskCompletionSource<EmulatorSession>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((number, opened));
            return opened.Task.WaitAsync(patience, cancellationToken);
        }
    }

    /// <summary>Completes when every session is over; a script that will not end does not hold it for ever.</summary>
    public async Task WhenOverAsync()
    {
        Task[] running;
        lock (_lock)
            running = [.. _running];
        try
        {
            await Task.WhenAll(running).WaitAsync(ScriptsEnd).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Fail(new EmulatorExpectationException("The script of a session did not end although its connection had."));
        }
    }
}
