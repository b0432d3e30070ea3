using System.Collections.Concurrent;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A function whose runs the test observes and ends.</summary>
internal sealed class TestFunction
{
    private readonly ConcurrentQueue<FunctionRun> _runs = [];
    private readonly SemaphoreSlim _started = new(0);

    public TestFunction(string name = "cook") => Function = AgentFunction.Create(name, "Cooks a dish.", RunAsync);

    public AgentFunction Function { get; set; }

    /// <summary>Whether runs end when their token is canceled.</summary>
    public bool ObeysToken { get; init; }

    public IReadOnlyList<FunctionRun> Runs => [.. _runs];

    public RealtimeAgent Agent => ScriptedConversation.Agent with { Functions = [Function] };

    /// <summary>Waits for the next run that no test has waited for.</summary>
    public async Task<FunctionRun> WhenRunAsync()
    {
        (await _started.WaitAsync(TestTimeout.Limit)).Should().BeTrue();
        return _runs.First(run => run.TryTake());
    }

    /// <summary>Waits for the next runs that no test has waited for. They start concurrently and are returned in the order of their call IDs.</summary>
    public async Task<FunctionRun[]> WhenRunAsync(int count)
    {
        var runs = new FunctionRun[count];
        for (var i = 0; i < count; i++)
            runs[i] = await WhenRunAsync();
        return [.. runs.OrderBy(run => run.Context.Call.CallId, StringComparer.Ordinal)];
    }

    private async Task<string> RunAsync(FunctionCallContext call, CancellationToken cancellationToken)
    {
        var run = new FunctionRun(call, cancellationToken);
        _runs.Enqueue(run);
        _started.Release();
        return await (ObeysToken ? run.Result.WaitAsync(cancellationToken) : run.Result);
    }
}

/// <summary>One run of a function.</summary>
internal sealed class FunctionRun(FunctionCallContext context, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<string> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    public FunctionCallContext Context => context;

    public CancellationToken Token => cancellationToken;

    public Task<string> Result => _result.Task;

    public void Return(string output) => _result.TrySetResult(output);

    public void Throw(Exception exception) => _result.TrySetException(exception);

    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;
}
