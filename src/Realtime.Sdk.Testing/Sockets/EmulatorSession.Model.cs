namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private const long MaxUnsentBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Lets the emulator's model drive the session until it ends, as it drives sessions without a script; see <see cref="EmulatorModelOptions"/>. All
    /// connections that join a call by its ID share one session. The connection is reset when more than 64 MiB of events are unsent.
    /// </summary>
    /// <param name="sendsSessionCreated">Whether the model begins with <c>session.created</c>. The default is true; pass false if the script has sent it.</param>
    public async Task RunModelAsync(bool sendsSessionCreated = true)
    {
        if (Target.CallId is { } callId)
        {
            if (_state.GetSimulation(callId) is not { } shared)
            {
                await TryCloseAsync(1000, SimulatedCalls.CallEnded).ConfigureAwait(false);
                return;
            }
            await RunModelAsync(shared, sendsSessionCreated).ConfigureAwait(false);
            return;
        }
        using var model = SimulatedSession.Create(_session, hasMedia: false, Model, _state.Simulation with { Policy = Target.Policy });
        await RunModelAsync(model, sendsSessionCreated).ConfigureAwait(false);
    }

    /// <summary>The model that drives the session; null while a script does.</summary>
    internal SimulatedSession? Simulation { get; private set; }

    private async Task RunModelAsync(SimulatedSession model, bool sendsSessionCreated)
    {
        Simulation = model;
        var output = new ModelOutput(Post, Flush, Leave, failure => _ = FailAsync(failure));
        _session = model.Session;
        model.Join(output, sendsSessionCreated);
        while (true)
        {
            // The next message is handled only after the answers to the last are sent, so that a client that does not read cannot fill the queue.
            await _outgoing.SendAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (await TryNextAsync().ConfigureAwait(false) is not { } message)
                break;
            model.Receive(message);
            _session = model.Session;
        }
        model.Leave(output);
    }

    private void Leave(int code, string reason) => _ = TryCloseAsync(code, reason);

    private void Post(ReadOnlyMemory<byte> message)
    {
        if (_outgoing.UnsentBytes + message.Length > MaxUnsentBytes)
        {
            End(ConnectionFailure.Reset);
            return;
        }
        lock (_lock)
        {
            // The callback may keep the message, whose memory is reused for the next one.
            if (_state.ObservesTraffic)
                _state.NotifyTraffic(this, isFromClient: false, message.ToArray());
            Add(FrameKind.Text, isLast: true, message.Span);
        }
    }

    private void Flush() => _ = _outgoing.SendAsync();
}
