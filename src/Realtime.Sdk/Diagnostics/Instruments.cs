using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>Creates instruments and records measurements. Exceptions of listeners are discarded. Recording does not allocate.</summary>
internal static class Instruments
{
    /// <summary>Creates an instrument. Returns null if a listener throws when the instrument is published; then nothing is recorded.</summary>
    public static T? Create<T>(Func<Meter, T> create) where T : Instrument
    {
        try
        {
            return create(RealtimeDiagnostics.Meter);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
            return null;
        }
    }

    public static void Count(this Counter<long>? counter, long delta)
    {
        try
        {
            counter?.Add(delta);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    public static void Count(this Counter<long>? counter, long delta, KeyValuePair<string, object?> tag)
    {
        try
        {
            counter?.Add(delta, tag);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    public static void Count(this Counter<long>? counter, long delta, in TagList tags)
    {
        try
        {
            counter?.Add(delta, tags);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    public static void Count(this Counter<double>? counter, double delta, in TagList tags)
    {
        try
        {
            counter?.Add(delta, tags);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    public static void Change(this UpDownCounter<long>? counter, long delta)
    {
        try
        {
            counter?.Add(delta);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    public static void Measure(this Histogram<long>? histogram, long value, in TagList tags)
    {
        try
        {
            histogram?.Record(value, tags);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    public static void Measure(this Histogram<double>? histogram, double value, in TagList tags)
    {
        try
        {
            histogram?.Record(value, tags);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }
}
