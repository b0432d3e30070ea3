namespace Realtime.Sdk.Testing.Internal;

/// <summary>What all parts of one emulator share.</summary>
internal sealed class EmulatorState : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private int _received;
    private readonly Lock _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly Queue<EmulatorAnswer> _scripted = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    public EmulatorState(RealtimeEmulatorOptions options)
    {
        Options = options;
        Ids = new(options.Seed);
        Secrets = new(Ids, options.KeepsHistory);
        Calls = new(options.KeepsHistory, options.Model.SessionDuration);
        Sessions = new(options.ExpectTimeout, options.KeepsHistory);
        Callbacks = new(Sessions.Fail);
        Violations = new(options.OnViolation, Sessions.Fail);
        Simulation = new(options.Model, new(), options.TimeProvider, Ids, Violations, Sessions.Fail)
        {
            Policy = new(options.AcceptsUnknownValues, options.ServiceDate),
        };
        SimulatedCalls = new(Simulation, callId => Calls.TryEnd(callId, EmulatedCallParty.Service));
        Stopping = _stopping.Token;
    }

    public RealtimeEmulatorOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>How strict the emulator is with a request: under Azure's paths, deployments have any name.</summary>
    public ServicePolicy PolicyOf(RecordedRequest request) => Simulation.Policy with { NamesDeployments = Route.IsAzure(request.Path) };

    public IdSource Ids { get; }

    public SecretStore Secrets { get; }

    public ActivityTracker ActivityTracker { get; } = new();

    public CallRegistry Calls { get; }

    public SessionRegistry Sessions { get; }

    /// <summary>Calls the callbacks of the options.</summary>
    public Callbacks Callbacks { get; }

    public ViolationLog Violations { get; }

    public SimulationSettings Simulation { get; }

    public SimulatedCalls SimulatedCalls { get; }

    /// <summary>Cancelled when the emulator goes away.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Now, in whole seconds as the wire tells time.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(Time.GetUtcNow().ToUnixTimeSeconds());

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>Shows a message to whoever watches the traffic.</summary>
    public void Show(EmulatorSession session, bool isFromClient, ReadOnlyMemory<byte> message)
    {
        if (Options.OnTraffic is { } watch)
            Callbacks.Notify(() => watch(new(session, isFromClient, message)));
    }

    /// <summary>Ends every session.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    public void Script(EmulatorAnswer answer)
    {
        lock (_lock)
            _scripted.Enqueue(answer);
    }

    /// <summary>What answers WebRTC offers; null when the test has set nothing.</summary>
    public Func<EmulatedOffer, CancellationToken, Task<string>>? AnswerOffer { get; set => Volatile.Write(ref field, value); }

    /// <summary>Begins a call, and removes calls that have exceeded their maximum duration.</summary>
    public CallLine Begin(EmulatedCall call, ServicePolicy? policy = null)
    {
        var line = new CallLine(call, policy ?? Simulation.Policy);
        foreach (var expired in Calls.Add(line))
            SimulatedCalls.End(expired);
        return line;
    }

    /// <summary>The model of a running call; null when the call does not run.</summary>
    public SimulatedSession? SimulationOf(string callId)
    {
        if (Calls.Find(callId) is not { } line || Calls.SessionOf(callId) is not { } session)
            return null;
        var model = SimulatedCalls.Of(callId, session, line);

        // A call that has ended meanwhile ends its model here: whoever ended the call has looked for it too early.
        if (Calls.IsActive(callId))
            return model;
        SimulatedCalls.End(callId);
        return null;
    }

    /// <summary>Records a request, and takes the answer that was scripted for it.</summary>
    public EmulatorAnswer Record(RecordedRequest request)
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

    /// <summary>Completes once <paramref name="count"/> requests were received.</summary>
    public Task WhenReceivedAsync(int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_received >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(Options.ExpectTimeout, cancellationToken);
        }
    }
}
