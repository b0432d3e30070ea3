namespace Realtime.Sdk.Testing.Internal;

/// <summary>The state that all parts of an emulator share.</summary>
internal sealed class EmulatorState : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly Queue<EmulatorHttpResponse> _scripted = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];
    private readonly Observer<EmulatorTraffic> _traffic;
    private int _received;

    public EmulatorState(RealtimeEmulatorOptions options)
    {
        Options = options;
        Ids = new(options.Seed);
        Secrets = new(Ids, options.KeepsHistory);
        Sessions = new(options.ExpectTimeout, options.KeepsHistory);
        Calls = new(options.KeepsHistory, options.Model.SessionDuration, options.TimeProvider, Expire, Sessions.Fail);
        Violations = new(new(options.OnViolation, Sessions.Fail));
        ActivityTracker = new(options.TimeProvider as VirtualTime);
        _traffic = new(options.OnTraffic, Sessions.Fail);
        Simulation = new(options.Model, new(), options.TimeProvider, Ids, Violations, Sessions.Fail)
        {
            Policy = new(options.AcceptsUnknownValues, options.ServiceDate),
        };
        SimulatedCalls = new(Simulation, callId => Calls.TryEnd(callId, EmulatedCallParty.Service));
        Stopping = _stopping.Token;
    }

    public RealtimeEmulatorOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>Returns the policy for a request. On Azure's paths, a model is the name of a deployment, which can be any name.</summary>
    public ServicePolicy GetPolicy(RecordedRequest request) => Simulation.Policy with { ModelsAreDeployments = Route.IsAzure(request.Path) };

    public IdSource Ids { get; }

    public SecretStore Secrets { get; }

    public ActivityTracker ActivityTracker { get; }

    public CallRegistry Calls { get; }

    public SessionRegistry Sessions { get; }

    public ViolationLog Violations { get; }

    public SimulationSettings Simulation { get; }

    public SimulatedCalls SimulatedCalls { get; }

    /// <summary>Canceled when the emulator stops.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>The current time in whole seconds, as on the wire.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(Time.GetUtcNow().ToUnixTimeSeconds());

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>Whether <see cref="RealtimeEmulatorOptions.OnTraffic"/> is set.</summary>
    public bool ObservesTraffic => _traffic.IsSet;

    /// <summary>Calls <see cref="RealtimeEmulatorOptions.OnTraffic"/>, if it is set, with a message that it may keep.</summary>
    public void NotifyTraffic(EmulatorSession session, bool isFromClient, ReadOnlyMemory<byte> message)
    {
        if (_traffic.IsSet)
            _traffic.Notify(new(session, isFromClient, message));
    }

    /// <summary>Ends every session.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose()
    {
        Calls.Dispose();
        _stopping.Dispose();
    }

    public void Script(EmulatorHttpResponse answer)
    {
        lock (_lock)
            _scripted.Enqueue(answer);
    }

    /// <summary>The callback that answers WebRTC offers; null if the test has set none.</summary>
    public Func<EmulatedOffer, CancellationToken, Task<string>>? AnswerOffer { get; set => Volatile.Write(ref field, value); }

    /// <summary>Begins a call.</summary>
    public CallEntry Begin(EmulatedCall call, ServicePolicy? policy = null)
    {
        var entry = new CallEntry(call, policy ?? Simulation.Policy);
        Calls.Add(entry);
        return entry;
    }

    /// <summary>Returns the model of an active call, and creates it if necessary; null if the call is not active.</summary>
    public SimulatedSession? GetSimulation(string callId)
    {
        if (Calls.Find(callId) is not { } entry || Calls.GetSession(callId) is not { } session)
            return null;
        var model = SimulatedCalls.GetOrCreate(callId, session, entry);

        // The call may have ended after the lookup, before its model existed. The model is then ended here.
        if (Calls.IsActive(callId))
            return model;
        SimulatedCalls.End(callId);
        return null;
    }

    /// <summary>Ends a call that has reached the maximum duration, unless it has a model: the model ends the call and closes its connections as the service does.</summary>
    private void Expire(string callId)
    {
        if (!SimulatedCalls.Contains(callId))
            Calls.TryEnd(callId, EmulatedCallParty.Service);
    }

    /// <summary>Records a request, and returns the response that was scripted for it, or an empty one if there is none.</summary>
    public EmulatorHttpResponse Record(RecordedRequest request)
    {
        lock (_lock)
        {
            if (Options.KeepsHistory)
                _requests.Add(request);
            _received++;
            _waiting.RemoveAll(wait => wait.Count <= _received && wait.Reached.TrySetResult());
            return _scripted.TryDequeue(out var answer) ? answer : new();
        }
    }

    /// <summary>Completes when <paramref name="count"/> requests have been received.</summary>
    public async Task WhenReceivedAsync(int count, CancellationToken cancellationToken)
    {
        (int Count, TaskCompletionSource Reached) wait;
        lock (_lock)
        {
            if (_received >= count)
                return;
            wait = (count, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Add(wait);
        }
        try
        {
            await wait.Reached.Task.WaitAsync(Options.ExpectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new EmulatorExpectationException($"Expected {count} requests, but only {_received} had been received after {Options.ExpectTimeout.TotalSeconds:0.###} seconds.");
        }
        finally
        {
            lock (_lock)
                _waiting.Remove(wait);
        }
    }
}
