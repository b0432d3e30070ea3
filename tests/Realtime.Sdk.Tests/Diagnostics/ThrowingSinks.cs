using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>
/// Everything that a program can attach to the SDK to watch it: loggers, an activity listener, a meter listener. Records which of their
/// callbacks are called, and throws from the one that the test names, every time.
/// </summary>
internal sealed class ThrowingSinks : ILoggerFactory
{
    private const string Source = "Realtime.Sdk";

    private static readonly Func<string, Exception>[] Exceptions =
    [
        point => new InvalidOperationException(point),
        point => new OperationCanceledException(point),
        point => new IOException(point),
        point => new ObjectDisposedException(point),
    ];

    private readonly ConcurrentDictionary<string, int> _calls = [];
    private readonly ConcurrentDictionary<string, long> _sums = [];
    private readonly ConcurrentDictionary<string, byte> _instruments = [];
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters;
    private string? _throwing;

    public ThrowingSinks()
    {
        _activities = new()
        {
            ShouldListenTo = source => source.Name == Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => Sampled(),
            SampleUsingParentId = (ref ActivityCreationOptions<string> _) => Sampled(),
            ActivityStarted = _ => Call("activity started"),
            ActivityStopped = _ => Call("activity stopped"),
            ExceptionRecorder = (Activity _, Exception _, ref TagList _) => Call("activity exception"),
        };
        ActivitySource.AddActivityListener(_activities);
        Activity.CurrentChanged += OnCurrentChanged;
        _meters = new()
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Meter.Name != Source)
                    return;
                _instruments.TryAdd(instrument.Name, 0);
                meters.EnableMeasurementEvents(instrument);
            },
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            Call($"instrument {instrument.Name}");
        });
        _meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => Call($"instrument {instrument.Name}"));
        _meters.Start();
    }

    /// <summary>The callbacks that were called so far.</summary>
    public IReadOnlyCollection<string> Called => [.. _calls.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The instruments of the SDK's meter.</summary>
    public IReadOnlyCollection<string> Instruments => [.. _instruments.Keys];

    /// <summary>The sum of an up-down counter's measurements.</summary>
    public long Sum(string instrument) => _sums.GetValueOrDefault(instrument);

    public int Calls(string point) => _calls.GetValueOrDefault(point);

    /// <summary>Forgets what was called, and throws from now on whenever <paramref name="point"/> is called; null throws nowhere.</summary>
    public void Arm(string? point)
    {
        _calls.Clear();
        _sums.Clear();
        Volatile.Write(ref _throwing, point);
    }

    public ILogger CreateLogger(string categoryName)
    {
        if (!categoryName.StartsWith(Source, StringComparison.Ordinal))
            return NullLogger.Instance;
        Call("CreateLogger");
        return new ThrowingLogger(this);
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
        Arm(null);
        Activity.CurrentChanged -= OnCurrentChanged;
        _activities.Dispose();
        _meters.Dispose();
    }

    private ActivitySamplingResult Sampled()
    {
        Call("activity sampled");
        return ActivitySamplingResult.AllDataAndRecorded;
    }

    /// <summary>Only what the SDK changes: below it the platform's HTTP client makes an activity of its own the current one, and ours again.</summary>
    private void OnCurrentChanged(object? sender, ActivityChangedEventArgs change)
    {
        var begins = change.Current?.Source.Name == Source && change.Previous?.Parent != change.Current;
        var ends = change.Previous?.Source.Name == Source && change.Current?.Parent != change.Previous;
        if (begins || ends)
            Call("activity current");
    }

    private void Call(string point)
    {
        _calls.AddOrUpdate(point, 1, (_, calls) => calls + 1);
        if (Volatile.Read(ref _throwing) == point)
            throw Exceptions[point.Length % Exceptions.Length](point);
    }

    private sealed class ThrowingLogger(ThrowingSinks sinks) : ILogger
    {
        public IDisposable BeginScope<TState>(TState state) where TState : notnull
        {
            sinks.Call("BeginScope");
            return NullLogger.Instance.BeginScope(state)!;
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            sinks.Call("IsEnabled");
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _ = formatter(state, exception);
            sinks.Call($"log {eventId.Id}");
        }
    }
}
