namespace Realtime.Sdk.Testing.Internal;

/// <summary>What all parts of one emulator share.</summary>
internal sealed class EmulatorState : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private readonly Queue<EmulatorAnswer> _scripted = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    public EmulatorState(RealtimeEmulatorOptions options)
    {
        Options = options;
        Ids = new(options.Seed);
        Secrets = new(Ids);
        Sessions = new(options.ExpectTimeout, options.KeepsHistory);
        Model = new(options.Model, options.TimeProvider, Ids, Violations);
        CallModels = new(Model);
        Stopping = _stopping.Token;
    }

    public RealtimeEmulatorOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    public IdSource Ids { get; }

    public SecretStore Secrets { get; }

    public Idleness Idleness { get; } = new();

    public CallRegistry Calls { get; } = new();

    public SessionRegistry Sessions { get; }

    public ViolationLog Violations { get; } = new();

    public ModelSetting Model { get; }

    public CallModels CallModels { get; }

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

    /// <summary>Ends every session.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    public void Script(EmulatorAnswer answer)
    {
        lock (_lock)
            _scripted.Enqueue(answer);
    }

    /// <summary>Records a request, and takes the answer that was scripted for it.</summary>
    public EmulatorAnswer Record(RecordedRequest request)
    {
        lock (_lock)
        {
            if (Options.KeepsHistory)
                _requests.Add(request);
            _waiting.RemoveAll(wait => wait.Count <= _requests.Count && wait.Reached.TrySetResult());
            return _scripted.TryDequeue(out var answer) ? answer : new();
        }
    }

    /// <summary>Completes once <paramref name="count"/> requests were received.</summary>
    public Task WhenReceivedAsync(int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_requests.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(Options.ExpectTimeout, cancellationToken);
        }
    }
}
