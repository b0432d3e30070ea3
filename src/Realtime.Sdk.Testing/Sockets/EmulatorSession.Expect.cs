namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private readonly List<PendingExpectation> _expectations = [];
    private bool _hasEnded;

    /// <summary>Takes the next message that has not been taken, whatever it is.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">None came within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the client left.</exception>
    /// <exception cref="EmulatorSessionEndedException">The emulator itself has ended the session.</exception>
    public Task<ReceivedMessage> NextAsync(CancellationToken cancellationToken = default) => NextAsync("a message", cancellationToken);

    /// <summary>Takes the next message that has not been taken, which must be a <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">A client event, for example <see cref="ResponseCreateEvent"/>.</typeparam>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">
    /// Something else came, nothing came within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the client left.
    /// </exception>
    /// <exception cref="EmulatorSessionEndedException">The emulator itself has ended the session.</exception>
    public async Task<T> ExpectAsync<T>(CancellationToken cancellationToken = default) where T : WireObject
    {
        var message = await NextAsync(typeof(T).Name, cancellationToken).ConfigureAwait(false);
        return message.Event as T ?? throw Unmet(typeof(T).Name, $"{message} came");
    }

    /// <summary>Takes messages up to the first that is a <typeparamref name="T"/>, and gives that one.</summary>
    /// <typeparam name="T">A client event, for example <see cref="ResponseCreateEvent"/>.</typeparam>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">
    /// None came: nothing at all for as long as <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the client left.
    /// </exception>
    /// <exception cref="EmulatorSessionEndedException">The emulator itself has ended the session.</exception>
    public async Task<T> SkipToAsync<T>(CancellationToken cancellationToken = default) where T : WireObject
    {
        while (true)
        {
            if ((await NextAsync(typeof(T).Name, cancellationToken).ConfigureAwait(false)).Event is T wanted)
                return wanted;
        }
    }

    /// <summary>
    /// Gives the first <typeparamref name="T"/> that was or will be received, taken or not, and takes nothing: a test may observe what a script
    /// handles.
    /// </summary>
    /// <typeparam name="T">A client event, for example <see cref="ResponseCreateEvent"/>.</typeparam>
    /// <param name="where">The condition; null accepts any. This method throws the exceptions of the condition, which do not affect the session.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">None came within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the session ended.</exception>
    public async Task<T> WhenReceivedAsync<T>(Func<T, bool>? where = null, CancellationToken cancellationToken = default) where T : WireObject
    {
        PendingExpectation pending;
        lock (_lock)
        {
            bool Fits(ReceivedMessage message) => message.Event is T wanted && where?.Invoke(wanted) != false;
            if (_received.Find(Fits) is { Event: T already })
                return already;
            pending = new(Fits, new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (_hasEnded)
                throw Unmet(typeof(T).Name, "the session ended");
            _expectations.Add(pending);
        }
        try
        {
            var message = await pending.Seen.Task.WaitAsync(_state.Options.ExpectTimeout, cancellationToken).ConfigureAwait(false);
            return message?.Event as T ?? throw Unmet(typeof(T).Name, "the session ended");
        }
        catch (TimeoutException)
        {
            throw Unmet(typeof(T).Name, $"nothing of it came within {_state.Options.ExpectTimeout.TotalSeconds:0.###} seconds");
        }
    }

    /// <summary>Waits for the emulator's time to pass, which does not count as work for <see cref="RealtimeEmulator.WhenIdleAsync"/>.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) => _inScript.Value
        ? _state.ActivityTracker.DelayAsync(delay, _state.Time, cancellationToken)
        : Task.Delay(delay, _state.Time, cancellationToken);

    /// <summary>Takes the next message, however long it takes; null when the session is over.</summary>
    internal Task<ReceivedMessage?> TryNextAsync() => _inbox.TakeAsync(_inScript.Value, Timeout.InfiniteTimeSpan, CancellationToken.None);

    private async Task<ReceivedMessage> NextAsync(string expected, CancellationToken cancellationToken)
    {
        try
        {
            var message = await _inbox.TakeAsync(_inScript.Value, _state.Options.ExpectTimeout, cancellationToken).ConfigureAwait(false);
            return message ?? throw (EndedHere
                ? new EmulatorSessionEndedException($"The emulator has ended the session: {expected} cannot come any more.")
                : Unmet(expected, CloseCode is { } code ? $"the client closed with {code}" : "the client left"));
        }
        catch (TimeoutException)
        {
            throw Unmet(expected, $"nothing came within {_state.Options.ExpectTimeout.TotalSeconds:0.###} seconds");
        }
    }

    private EmulatorExpectationException Unmet(string expected, string instead)
    {
        var received = Received;
        var list = received.Count == 0 ? " nothing" : string.Concat(received.Select((message, i) => $"\n  {i + 1}. {message}"));
        return new($"Expected {expected}, but {instead}. Received on this session:{list}");
    }

    private void NotifyExpectations(ReceivedMessage message) => _expectations.RemoveAll(pending => pending.Takes(message));

    private void EndExpectations()
    {
        lock (_lock)
        {
            _hasEnded = true;
            _expectations.RemoveAll(pending => pending.Seen.TrySetResult(null));
        }
    }

    private sealed record PendingExpectation(Func<ReceivedMessage, bool> Fits, TaskCompletionSource<ReceivedMessage?> Seen)
    {
        /// <summary>Whether the message ends the wait: it matches, or the condition of the test throws, and its exception is then thrown to the waiter.</summary>
        public bool Takes(ReceivedMessage message)
        {
            try
            {
                return Fits(message) && Seen.TrySetResult(message);
            }
#pragma warning disable CA1031 // the condition is the test's and may fail in any way
            catch (Exception e)
#pragma warning restore CA1031
            {
                return Seen.TrySetException(e);
            }
        }
    }
}
