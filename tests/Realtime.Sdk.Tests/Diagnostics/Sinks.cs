using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>
/// Everything a program can see of this SDK besides what it returns: log entries of every level with their state and scopes, spans,
/// measurements, and the exceptions and printed values that a test adds.
/// </summary>
internal sealed class Sinks : IDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _traces = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters;

    public Sinks()
    {
        LoggerFactory = Microsoft.Extensions.Logging.LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new FakeLoggerProvider(_log)));
        _activities = new()
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new() { InstrumentPublished = Subscribe };
        _meters.SetMeasurementEventCallback<double>((_, value, tags, _) => _lines.Enqueue($"{value} {Joined(tags.ToArray())}"));
        _meters.SetMeasurementEventCallback<long>((_, value, tags, _) => _lines.Enqueue($"{value} {Joined(tags.ToArray())}"));
        _meters.Start();
    }

    public ILoggerFactory LoggerFactory { get; }

    /// <summary>Where a host's own logging can be sent as well.</summary>
    public ILoggerProvider Provider => new FakeLoggerProvider(_log);

    public IReadOnlyList<FakeLogRecord> Log => _log.GetSnapshot();

    /// <summary>What has to stand in one line: everything but stack traces.</summary>
    public IReadOnlyList<string> Lines => [.. _lines, .. Log.SelectMany(Entry)];

    /// <summary>Lines, and exceptions with their stack traces.</summary>
    public IReadOnlyList<string> All => [.. Lines, .. _traces, .. Log.Select(entry => $"{entry.Exception}")];

    /// <summary>Adds an exception with all it holds, and all that it holds in turn.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="printsError">Whether the error object of a refusal is printed too: the record knows no credential that has no form of its own.</param>
    public void Add(Exception exception, bool printsError = true)
    {
        _traces.Enqueue(exception.ToString());
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            _lines.Enqueue(inner.Message);
            _lines.Enqueue(Joined(inner.Data.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create($"{entry.Key}", entry.Value))));
            _traces.Enqueue(inner.ToString());
        }
        if (exception is RealtimeApiException refused)
            _lines.Enqueue($"{(printsError ? refused.Error : null)} {refused.RequestId}");
        if (exception is RealtimeProtocolException unreadable)
            _lines.Enqueue($"{unreadable.Path}");
        if (exception is RealtimeValidationException invalid)
            _lines.Enqueue(string.Join(' ', invalid.Violations.Select(violation => $"{violation} {violation.Path} {violation.Value} {violation.Rule}")));
    }

    /// <summary>Adds a value as it prints itself.</summary>
    public void Print(object? value) => _lines.Enqueue($"{value}");

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
        LoggerFactory.Dispose();
    }

    private void Add(Activity activity) =>
        _lines.Enqueue($"{activity.DisplayName} {activity.StatusDescription} {Joined(activity.TagObjects)} {Joined(activity.Events.SelectMany(e => e.Tags))}");

    private static IEnumerable<string> Entry(FakeLogRecord entry) =>
    [
        entry.Message,
        Joined(entry.StructuredState!.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value))),
        string.Join(' ', entry.Scopes),
    ];

    private static void Subscribe(Instrument instrument, MeterListener meters)
    {
        if (instrument.Meter.Name == "Realtime.Sdk")
            meters.EnableMeasurementEvents(instrument);
    }

    private static string Joined(IEnumerable<KeyValuePair<string, object?>> pairs) => string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
