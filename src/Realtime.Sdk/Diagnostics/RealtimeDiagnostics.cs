using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The sources of traces and metrics, named after the package. Activities are started and stopped here, so that no listener's exception
/// comes out and none leaves a foreign <see cref="Activity.Current"/> behind.
/// </summary>
internal static class RealtimeDiagnostics
{
    public const string Name = "Realtime.Sdk";

    public static readonly Meter Meter = new(Name);

    // Null when a listener threw while it was told of the new source: there are no traces then, but the SDK works.
    private static readonly ActivitySource? Activities = CreateSource();

    public static bool HasActivityListeners => Activities?.HasListeners() == true;

    /// <summary>Starts a client activity, which is the current one until <see cref="Stop(Activity?)"/>; null if no listener samples it.</summary>
    public static Activity? Start(string name, in TagList tags) => Start(name, ActivityKind.Client, default, startTime: null, tags);

    /// <summary>Starts a client activity that outlives the call, so that it is not left behind as the current one.</summary>
    public static Activity? StartDetached(string name, in TagList tags)
    {
        var current = Activity.Current;
        var activity = Start(name, tags);
        MakeCurrent(current);
        return activity;
    }

    /// <summary>Starts an activity that outlives the call and belongs to what was current at another time.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="parent">What it belongs to; the default begins a trace of its own, whatever is current.</param>
    /// <param name="startTime">When it has started.</param>
    /// <param name="tags">Its tags, as samplers see them.</param>
    public static Activity? StartDetached(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset startTime, in TagList tags)
    {
        if (!HasActivityListeners)
            return null;
        var current = Activity.Current;
        // Without a parent the platform takes the current one.
        if (parent == default)
            MakeCurrent(null);
        var activity = Start(name, kind, parent, startTime, tags);
        MakeCurrent(current);
        return activity;
    }

    /// <summary>Stops an activity that has ended at a time.</summary>
    public static void Stop(Activity? activity, DateTimeOffset endTime) => Stop(activity?.SetEndTime(endTime.UtcDateTime));

    /// <summary>Stops an activity. What is current afterwards is what was before it where it was current, and else what is current now.</summary>
    public static void Stop(Activity? activity)
    {
        if (activity is null)
            return;
        var current = Activity.Current;
        try
        {
            activity.Stop();
        }
        catch (Exception e) when (Notification.Discards(e))
        {
        }
        MakeCurrent(current == activity ? activity.Parent : current);
    }

    private static Activity? Start(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset? startTime, in TagList tags)
    {
        Activity? activity = null;
        try
        {
            // Created first and then started: when a listener throws as it starts, it is known here and can be stopped.
            activity = Activities?.CreateActivity(name, kind, parent, tags);
            if (startTime is { } time)
                activity?.SetStartTime(time.UtcDateTime);
            activity?.Start();
        }
        catch (Exception e) when (Notification.Discards(e))
        {
        }
        return activity;
    }

    /// <summary>
    /// Stopping an activity makes the one before it current on whatever thread that happens, and a listener that throws keeps it from happening
    /// at all. So it is set in every case.
    /// </summary>
    public static void MakeCurrent(Activity? activity)
    {
        try
        {
            if (Activity.Current != activity)
                Activity.Current = activity;
        }
        catch (Exception e) when (Notification.Discards(e))
        {
            // Thrown by a handler of CurrentChanged, which is called after the change.
        }
    }

    private static ActivitySource? CreateSource()
    {
        try
        {
            return new(Name);
        }
        catch (Exception e) when (Notification.Discards(e))
        {
            return null;
        }
    }
}
