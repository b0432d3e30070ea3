using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// The spans and measurements of one agent's conversations, for other tests run beside this one. Its tests are in one collection: a listener that throws hides
/// spans from the listeners behind it.
/// </summary>
internal sealed class TelemetryWatch : IDisposable
{
    private readonly string _agent;
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters;
    private readonly ConcurrentQueue<Activity> _started = [];
    private readonly ConcurrentQueue<Activity> _stopped = [];

    /// <summary>Starts to listen.</summary>
    /// <param name="agent">The name of the agent.</param>
    /// <param name="throws">Whether every callback throws after it has noted what it was given.</param>
    public TelemetryWatch(string agent, bool throws = false)
    {
        _agent = agent;
        _activities = new()
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = activity => Note(_started, activity, throws),
            ActivityStopped = activity => Note(_stopped, activity, throws),
        };
        ActivitySource.AddActivityListener(_activities);
        _meters = new()
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Meter.Name != "Realtime.Sdk")
                    return;
                Instruments[instrument.Name] = instrument;
                meters.EnableMeasurementEvents(instrument);
            },
        };
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument.Name, value, tags, throws));
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument.Name, value, tags, throws));
        _meters.Start();
    }

    public ConcurrentDictionary<string, Instrument> Instruments { get; } = [];

    public ConcurrentQueue<(string Name, double Value, IReadOnlyDictionary<string, object?> Tags)> Measured { get; } = [];

    /// <summary>The spans of turns, in the order in which they ended.</summary>
    public IReadOnlyList<Activity> Turns => [.. Of(_stopped, "invoke_agent").Where(IsOfAgent)];

    /// <summary>The spans of responses in the order in which they ended, of conversations with a span of a turn.</summary>
    public IReadOnlyList<Activity> Responses => [.. Of(_stopped, "chat").Where(IsOurs)];

    /// <summary>The number of spans of turns and responses that were started.</summary>
    public int Started => Of(_started, "invoke_agent").Concat(Of(_started, "chat")).Count(IsOurs);

    /// <summary>The spans of function calls, in the order in which they ended.</summary>
    public IReadOnlyList<Activity> Functions => [.. Of(_stopped, "execute_tool").Where(IsOfAgent)];

    /// <summary>The number of spans of function calls that were started.</summary>
    public int StartedFunctions => Of(_started, "execute_tool").Count(IsOfAgent);

    /// <summary>The measurements of an instrument, without their tags.</summary>
    public IEnumerable<double> Of(string instrument) => Measured.Where(measured => measured.Name == instrument).Select(measured => measured.Value);

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    private bool IsOfAgent(Activity span) => Equals(span.GetTagItem("gen_ai.agent.name"), _agent);

    private bool IsOurs(Activity span) => Turns.Any(turn => Equals(turn.GetTagItem("gen_ai.conversation.id"), span.GetTagItem("gen_ai.conversation.id")));

    private static IEnumerable<Activity> Of(IEnumerable<Activity> spans, string operation) => spans.Where(span => Equals(span.GetTagItem("gen_ai.operation.name"), operation));

    private static void Note(ConcurrentQueue<Activity> spans, Activity span, bool throws)
    {
        spans.Enqueue(span);
        if (throws)
            throw new InvalidOperationException("listener");
    }

    private void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool throws)
    {
        var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
        if (!Equals(named.GetValueOrDefault("gen_ai.agent.name"), _agent))
            return;
        Measured.Enqueue((name, value, named));
        if (throws)
            throw new InvalidOperationException("listener");
    }
}
