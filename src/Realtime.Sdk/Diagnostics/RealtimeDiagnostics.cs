using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The activity source and the meter, named after the package. Exceptions of listeners are discarded when activities start and stop, and
/// <see cref="Activity.Current"/> is restored afterward.
/// </summary>
internal static class RealtimeDiagnostics
{
    public const string Name = "Realtime.Sdk";

    public static readonly Meter Meter = new(Name);

    // Null if a listener threw when the source was published. The SDK then works without traces.
    private static readonly ActivitySource? Activities = CreateSource();

    public static bool HasActivityListeners => Activities?.HasListeners() == true;

    /// <summary>Starts a client activity, which is current until <see cref="Stop(Activity?)"/>. Returns null if no listener samples it.</summary>
    public static Activity? Start(string name, in TagList tags) => Start(name, ActivityKind.Client, default, startTime: null, tags);

    /// <summary>Starts a client activity that outlives the call and therefore does not become current.</summary>
    public static Activity? StartDetached(string name, in TagList tags)
    {
        var current = Activity.Current;
        var activity = Start(name, tags);
        MakeCurrent(current);
        return activity;
    }

    /// <summary>Starts an activity that outlives the call, with a given parent.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="parent">The parent. The default starts a new trace, even if there is a current activity.</param>
    /// <param name="startTime">The start time, which may be in the past.</param>
    /// <param name="tags">The tags, which samplers see.</param>
    public static Activity? StartDetached(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset startTime, in TagList tags)
    {
        if (!HasActivityListeners)
            return null;
        var current = Activity.Current;
        // Without a parent, the platform uses the current activity.
        if (parent == default)
            MakeCurrent(null);
        var activity = Start(name, kind, parent, startTime, tags);
        MakeCurrent(current);
        return activity;
    }

    /// <summary>Stops an activity with a given end time.</summary>
    public static void Stop(Activity? activity, DateTimeOffset endTime) => Stop(activity?.SetEndTime(endTime.UtcDateTime));

    /// <summary>Stops an activity. If it is current, its parent becomes current; otherwise the current activity stays.</summary>
    public static void Stop(Activity? activity)
    {
        if (activity is null)
            return;
        var current = Activity.Current;
        try
        {
            activity.Stop();
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
        MakeCurrent(current == activity ? activity.Parent : current);
    }

    private static Activity? Start(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset? startTime, in TagList tags)
    {
        Activity? activity = null;
        try
        {
            // Created before it is started: if a listener throws during the start, the activity is known here and can be stopped.
            activity = Activities?.CreateActivity(name, kind, parent, tags);
            if (startTime is { } time)
                activity?.SetStartTime(time.UtcDateTime);
            activity?.Start();
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
        return activity;
    }

    /// <summary>
    /// Sets the current activity. Stopping an activity makes its parent current on the thread that stops it, which may be another one. A listener that
    /// throws prevents even that. So it is set explicitly.
    /// </summary>
    public static void MakeCurrent(Activity? activity)
    {
        try
        {
            if (Activity.Current != activity)
                Activity.Current = activity;
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
            // A handler of CurrentChanged has thrown. It is called after the change.
        }
    }

    private static ActivitySource? CreateSource()
    {
        try
        {
            return new(Name);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
            return null;
        }
    }
}
