using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>The tags of all metrics and spans of the process, whoever measures them.</summary>
internal sealed class Observations : IDisposable
{
    private readonly ConcurrentQueue<string> _tags = [];
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters;

    public Observations()
    {
        _activities = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                _tags.Enqueue($"{activity.DisplayName} {activity.StatusDescription}");
                Add(activity.OperationName, [.. activity.TagObjects, .. activity.Events.SelectMany(occurred => occurred.Tags), .. activity.Baggage.Select(item => new KeyValuePair<string, object?>(item.Key, item.Value))]);
            },
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new() { InstrumentPublished = (instrument, meters) => meters.EnableMeasurementEvents(instrument) };
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name, tags));
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument.Name, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Add(instrument.Name, tags));
        _meters.Start();
    }

    /// <summary>What was observed, one line each.</summary>
    public IReadOnlyList<string> Tags => [.. _tags];

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private void Add(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
            _tags.Enqueue($"{name} {key}={value}");
    }
}
