using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The services of an app whose scopes are noted.</summary>
internal sealed class ScopeLog(RunLog log) : IServiceProvider, IServiceScopeFactory
{
    private int _created;

    public object? GetService(Type serviceType) => serviceType == typeof(IServiceScopeFactory) ? this : null;

    public IServiceScope CreateScope()
    {
        var scope = new Scope(log, Interlocked.Increment(ref _created).ToString(CultureInfo.InvariantCulture));
        log.Add(new(LogKind.ScopeCreated, "scope") { CallId = scope.Number });
        return scope;
    }

    /// <summary>A scope, which is also the service by which a handler finds it.</summary>
    internal sealed class Scope(RunLog log, string number) : IServiceScope, IServiceProvider
    {
        public string Number => number;

        public IServiceProvider ServiceProvider => this;

        public object? GetService(Type serviceType) => serviceType == typeof(Scope) ? this : null;

        public void Dispose() => log.Add(new(LogKind.ScopeDisposed, "scope") { CallId = number });
    }
}
