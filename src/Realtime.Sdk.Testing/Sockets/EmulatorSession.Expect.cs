namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private readonly List<PendingExpectation> _expectations = [];
    private bool _hasEnded;

    /// <summary>Takes the next message of any type that has not been taken.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">No message was received within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the client disconnected.</exception>
    /// <exception cref="EmulatorSessionEndedException">The emulator has ended the session.</exception>
    public Task<ReceivedMessage> NextAsync(CancellationToken cancellationToken = default) => NextAsync("a message", cancellationToken);

    /// <summary>Takes the next message that has not been taken, which must be a <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">A client event, for example <see cref="ResponseCreateEvent"/>.</typeparam>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">
    /// Another message was received, none was received within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the client disconnected.
    /// </exception>
    /// <exception cref="EmulatorSessionEndedException">The emulator has ended the session.</exception>
    public async Task<T> ExpectAsync<T>(CancellationToken cancellationToken = default) where T : WireObject
    {
        var message = await NextAsync(typeof(T).Name, cancellationToken).ConfigureAwait(false);
        return message.Event as T ?? throw CreateFailure(typeof(T).Name, $"received {message}");
    }

    /// <summary>Takes messages until one is a <typeparamref name="T"/>, and returns that one.</summary>
    /// <typeparam name="T">A client event, for example <see cref="ResponseCreateEvent"/>.</typeparam>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">
    /// No message of any type was received for <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the client disconnected.
    /// </exception>
    /// <exception cref="EmulatorSessionEndedException">The emulator has ended the session.</exception>
    public async Task<T> SkipToAsync<T>(CancellationToken cancellationToken = default) where T : WireObject
    {
        while (true)
        {
            if ((await NextAsync(typeof(T).Name, cancellationToken).ConfigureAwait(false)).Event is T wanted)
                return wanted;
        }
    }

    /// <summary>
    /// Returns the first <typeparamref name="T"/> that was or will be received, without taking it, so that a test can observe messages that a script handles.
    /// </summary>
    /// <typeparam name="T">A client event, for example <see cref="ResponseCreateEvent"/>.</typeparam>
    /// <param name="where">The condition; null accepts any. Its exceptions are thrown by this method, and do not affect the session.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">None was received within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the session ended.</exception>
    public async Task<T> WhenReceivedAsync<T>(Func<T, bool>? where = null, CancellationToken cancellationToken = default) where T : WireObject
    {
        PendingExpectation pending;
        lock (_lock)
        {
            bool Matches(ReceivedMessage message) => message.Event is T wanted && where?.Invoke(wanted) != false;
            if (_received.Find(Matches) is { Event: T already })
                return already;
            pending = new(Matches, new(TaskCreationOptions.RunContinuationsAsynchronously));

            // After the search, because a message that was received before the end still counts. Under the lock, so that no message is missed in between.
            if (_hasEnded)
                throw CreateFailure(typeof(T).Name, "the session ended");
            _expectations.Add(pending);
        }
        try
        {
            var message = await pending.Completion.Task.WaitAsync(_state.Options.ExpectTimeout, cancellationToken).ConfigureAwait(false);
            return message?.Event as T ?? throw CreateFailure(typeof(T).Name, "the session ended");
        }
        catch (TimeoutException)
        {
            throw CreateFailure(typeof(T).Name, $"none was received within {_state.Options.ExpectTimeout.TotalSeconds:0.###} seconds");
        }
    }

    /// <summary>Waits by the emulator's clock. The wait does not count as work for <see cref="RealtimeEmulator.WhenIdleAsync"/>.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) => _inScript.Value
        ? _state.ActivityTracker.DelayAsync(delay, _state.Time, cancellationToken)
        : Task.Delay(delay, _state.Time, cancellationToken);

    /// <summary>Takes the next message, without a timeout; null when the session has ended.</summary>
    internal Task<ReceivedMessage?> TryNextAsync() => _inbox.TakeAsync(_inScript.Value, Timeout.InfiniteTimeSpan, CancellationToken.None);

    private async Task<ReceivedMessage> NextAsync(string expected, CancellationToken cancellationToken)
    {
        try
        {
            var message = await _inbox.TakeAsync(_inScript.Value, _state.Options.ExpectTimeout, cancellationToken).ConfigureAwait(false);
            return message ?? throw (EndedByEmulator
                ? new EmulatorSessionEndedException($"The emulator has ended the session, so {expected} cannot be received.")
                : CreateFailure(expected, CloseCode is { } code ? $"the client closed with {code}" : "the client disconnected"));
        }
        catch (TimeoutException)
        {
            throw CreateFailure(expected, $"nothing was received within {_state.Options.ExpectTimeout.TotalSeconds:0.###} seconds");
        }
    }

    private EmulatorExpectationException CreateFailure(string expected, string instead)
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
            _expectations.RemoveAll(pending => pending.Completion.TrySetResult(null));
        }
    }

    private sealed record PendingExpectation(Func<ReceivedMessage, bool> Matches, TaskCompletionSource<ReceivedMessage?> Completion)
    {
        /// <summary>Whether the message ends the wait: it matches, or the condition of the test throws, and the waiter then gets the exception.</summary>
        public bool Takes(ReceivedMessage message)
        {
            try
            {
                return Matches(message) && Completion.TrySetResult(message);
            }
#pragma warning disable CA1031 // the condition is code of the test, which may throw any exception
            catch (Exception e)
#pragma warning restore CA1031
            {
                return Completion.TrySetException(e);
            }
        }
    }
}
