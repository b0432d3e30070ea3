using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Keeps the warnings and errors that are logged, and calls the test with each.</summary>
internal sealed class CallbackLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Entries { get; } = [];

    public Action? OnLog { get; set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Entries.Enqueue(formatter(state, exception));
        OnLog?.Invoke();
    }

    public void Dispose()
    {
    }
}
