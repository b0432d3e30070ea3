using System.Globalization;

namespace Realtime.Sdk.Internal;

/// <summary>The models whose shutdown OpenAI has announced, as of November 2026, and their replacements.</summary>
internal static class ModelLifetimes
{
    private const string DateFormat = "yyyy-MM-dd";

    private static readonly DateOnly FirstGeneration = new(2027, 1, 20), FirstTranscribers = new(2027, 2, 26);

    /// <summary>The models without their snapshots. A snapshot, which has a date appended to its name, is shut down with its model.</summary>
    private static readonly (string Model, DateOnly LastDay, string Successor)[] Announced =
    [
        ("gpt-realtime", FirstGeneration, "gpt-realtime-2.1"),
        ("gpt-realtime-mini", FirstGeneration, "gpt-realtime-2.1-mini"),
        ("gpt-audio", FirstGeneration, "gpt-realtime-2.1"),
        ("gpt-audio-mini", FirstGeneration, "gpt-realtime-2.1-mini"),
        ("whisper-1", FirstTranscribers, "gpt-live-transcribe or gpt-transcribe"),
        ("gpt-4o-transcribe", FirstTranscribers, "gpt-live-transcribe or gpt-transcribe"),
        ("gpt-4o-mini-transcribe", FirstTranscribers, "gpt-live-transcribe or gpt-transcribe"),
        ("gpt-4o-transcribe-diarize", FirstTranscribers, "gpt-live-transcribe or gpt-transcribe"),
    ];

    /// <summary>Whether the shutdown of a model, or of the model that it is a snapshot of, is announced.</summary>
    public static bool Contains(string model) => Find(model) >= 0;

    /// <summary>Returns the rule for a listed model: its replacement, and the day on which the model ends or ended.</summary>
    /// <param name="model">The wire name of the model.</param>
    /// <param name="time">The clock that determines, in UTC, whether the last day has passed.</param>
    public static string GetRule(string model, TimeProvider time)
    {
        var (_, lastDay, successor) = Announced[Find(model)];
        var verb = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) > lastDay ? "ended" : "ends";
        return $"should be replaced by {successor}: the model {verb} on {lastDay.ToString(DateFormat, CultureInfo.InvariantCulture)}";
    }

    private static int Find(string model)
    {
        for (var i = 0; i < Announced.Length; i++)
        {
            if (IsSnapshotOf(Announced[i].Model, model))
                return i;
        }
        return -1;
    }

    private static bool IsSnapshotOf(string name, string model) =>
        model.StartsWith(name, StringComparison.Ordinal)
        && (model.Length == name.Length
            || (model[name.Length] == '-' && DateOnly.TryParseExact(model.AsSpan(name.Length + 1), DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)));
}
