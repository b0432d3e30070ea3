using System.Globalization;

namespace Realtime.Sdk.Internal;

/// <summary>The models whose shutdown OpenAI has announced, as of November 2026, and their replacements.</summary>
internal static class ModelLifetimes
{
    private const string DateFormat = "yyyy-MM-dd";

    private static readonly DateOnly FirstGeneration = new(2027, 1, 20), FirstTranscribers = new(2027, 2, 26);

    private static readonly DateOnly StoredPrompts = new(2026, 11, 30);

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
        return $"should be replaced by {successor}: the model {(GetToday(time) > lastDay ? "ended" : "ends")} on {Format(lastDay)}";
    }

    /// <summary>Returns the rule for stored prompts, which all end on the same day.</summary>
    public static string GetStoredPromptsRule(TimeProvider time) =>
        $"should be replaced by instructions: stored prompts {(GetToday(time) > StoredPrompts ? "ended" : "end")} on {Format(StoredPrompts)}";

    /// <summary>Whether the shutdown of a model is announced, and its last day is near or has passed.</summary>
    public static bool EndsWithin(string model, TimeSpan notice, TimeProvider time) => Find(model) is >= 0 and var index && IsWithin(Announced[index].LastDay, notice, time);

    /// <summary>Whether the last day of stored prompts is near or has passed.</summary>
    public static bool StoredPromptsEndWithin(TimeSpan notice, TimeProvider time) => IsWithin(StoredPrompts, notice, time);

    private static bool IsWithin(DateOnly lastDay, TimeSpan notice, TimeProvider time) => lastDay.DayNumber - GetToday(time).DayNumber <= notice.TotalDays;

    private static DateOnly GetToday(TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static string Format(DateOnly day) => day.ToString(DateFormat, CultureInfo.InvariantCulture);

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
