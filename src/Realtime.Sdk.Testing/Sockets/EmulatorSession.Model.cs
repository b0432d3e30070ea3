namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private const long MaxUnsentBytes = 64 * 1024 * 1024;

    private long _unsent;

    /// <summary>
    /// Lets the emulator's model drive the session from here to its end, as it drives sessions without a script; see
    /// <see cref="EmulatorModelOptions"/>. All who join a call by its id share one session. A client that does not read 64 MiB of answers is cut off.
    /// </summary>
    /// <param name="greets">Whether the model begins with <c>session.created</c>; false when the script has sent it.</param>
    public async Task AttendAsync(bool greets = true)
    {
        if (Target.CallId is { } callId)
        {
            var shared = _state.SimulatedCalls.Of(callId, _session, Model);

            // A call that has ended since the handshake ends its model here: whoever ended the call has looked for it too early.
            if (!_state.Calls.IsActive(callId))
            {
                _state.SimulatedCalls.End(callId);
                await TryCloseAsync(1000, SimulatedCalls.CallEnded).ConfigureAwait(false);
                return;
            }
            await AttendAsync(shared, greets).ConfigureAwait(false);
            return;
        }
        using var model = SimulatedSession.Of(_session, hasMedia: false, Model, _state.Simulation);
        await AttendAsync(model, greets).ConfigureAwait(false);
    }

    private async Task AttendAsync(SimulatedSession model, bool greets)
    {
        var output = new ModelOutput(Post, Leave, failure => _ = FailAsync(failure));
        _session = model.Session;
        model.Join(output, greets);
        while (await NextAfterSendingAsync().ConfigureAwait(false) is { } message)
        {
            model.Receive(message);
            _session = model.Session;
        }
        model.Part(output);
    }

    private async Task<ReceivedMessage?> NextAfterSendingAsync()
    {
        Task sending;
        lock (_lock)
            sending = _sending;
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await TryNextAsync().ConfigureAwait(false);
    }

    private void Leave(int code, string reason) => _ = TryCloseAsync(code, reason);

    private void Post(ReadOnlyMemory<byte> message)
    {
        if (Interlocked.Add(ref _unsent, message.Length) > MaxUnsentBytes)
            End(ConnectionFailure.Reset);
        else
            _ = PostAsync(message);
    }

    private async Task PostAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await SendBytesAsync(message).ConfigureAwait(false);
        }
        catch (EmulatorSessionEndedException)
        {
            // The client left first.
        }
        finally
        {
            Interlocked.Add(ref _unsent, -message.Length);
        }
    }
}
