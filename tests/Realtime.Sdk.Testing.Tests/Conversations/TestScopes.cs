using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Services that create scopes. A scope is disposed after the conversation has taken the result of its function, so a test that waits for it knows that nothing follows.
/// </summary>
internal sealed class TestScopes : IServiceProvider, IServiceScopeFactory
{
    private readonly Lock _lock = new();
    private readonly List<TestScope> _scopes = [];

    public Exception? FailsOnCreate { get; init; }

    public Exception? FailsOnDispose { get; init; }

    public IReadOnlyList<TestScope> All
    {
        get
        {
            lock (_lock)
                return [.. _scopes];
        }
    }

    public object? GetService(Type serviceType) => serviceType == typeof(IServiceScopeFactory) ? this : null;

    public IServiceScope CreateScope()
    {
        if (FailsOnCreate is not null)
            throw FailsOnCreate;
        var scope = new TestScope(FailsOnDispose);
        lock (_lock)
            _scopes.Add(scope);
        return scope;
    }
}

/// <summary>A scope that reports when it is disposed.</summary>
internal sealed class TestScope(Exception? failure) : IServiceScope, IServiceProvider
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Disposed => _disposed.Task;

    public IServiceProvider ServiceProvider => this;

    public object? GetService(Type serviceType) => serviceType == typeof(TestScope) ? this : null;

    public void Dispose()
    {
        _disposed.TrySetResult();
        if (failure is not null)
            throw failure;
    }
}
