using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

/// <summary>
/// The log entries of endpoints and of the call host, and the measurements of calls. Every entry and every measurement is a signal for the tests that wait. Measurements are
/// those of the whole process.
/// </summary>
internal sealed class CallWatch : ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly MeterListener _meters;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _places;

    public CallWatch()
    {
        _meters = new()
        {
            InstrumentPublished = static (instrument, meters) =>
            {
                if (instrument.Name is "realtime.call_host.calls" or "realtime.call.duration")
                    meters.EnableMeasurementEvents(instrument);
            },
        };
        _meters.SetMeasurementEventCallback<long>((_, value, _, _) =>
        {
            Interlocked.Add(ref _places, value);
            Signal();
        });
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Reasons.Enqueue(
            (Text(tags, "gen_ai.agent.name"), Text(tags, "realtime.call.end_reason"))));
        _meters.Start();
    }

    /// <summary>The entries in their order: the event ID, the members and the exception.</summary>
    public ConcurrentQueue<(int Id, LogLevel Level, IReadOnlyDictionary<string, object?> Members, Exception? Exception)> Entries { get; } = [];

    /// <summary>The agents and the reasons of the durations that were measured.</summary>
    public ConcurrentQueue<(string Agent, string Reason)> Reasons { get; } = [];

    /// <summary>The sum of the changes of <c>realtime.call_host.calls</c>.</summary>
    public long Places => Volatile.Read(ref _places);

    /// <summary>The calls that have ended, by ID, and how.</summary>
    public IReadOnlyList<(string CallId, string Reason)> Ended =>
        [.. Entries.Where(entry => entry.Id == 320).Select(entry => ($"{entry.Members["CallId"]}", $"{entry.Members["EndReason"]}"))];

    public int Count(int id) => Entries.Count(entry => entry.Id == id);

    /// <summary>Returns when a condition is met. It is evaluated again whenever an entry is logged or a call has taken or left its place.</summary>
    public async Task WhenAsync(Func<bool> isMet)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (isMet())
                return;
            await changed.WithTimeout();
        }
    }

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Realtime.Sdk.Realtime", StringComparison.Ordinal) ? new Logger(this) : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void Dispose() => _meters.Dispose();

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name)
                return $"{value}";
        }
        return "";
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.SetResult();
    }

    private sealed class Logger(CallWatch watch) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var members = state is IReadOnlyList<KeyValuePair<string, object?>> list ? list.ToDictionary(member => member.Key, member => member.Value) : [];
            watch.Entries.Enqueue((eventId.Id, logLevel, members, exception));
            watch.Signal();
        }
    }
}
