namespace Realtime.Sdk.Testing.Internal;

/// <summary>The state that the parts of one model session share.</summary>
internal sealed class SimulationContext
{
    public required EmulatorModelOptions Options
    {
        get;
        init
        {
            field = value;
            SpeaksInTones = value.SpeaksInTones;
        }
    }

    /// <summary>Whether the model speaks in tones, from the next response on.</summary>
    public bool SpeaksInTones { get; set; }

    public required TimeProvider Time { get; init; }

    /// <summary>The values that the session accepts.</summary>
    public required ServicePolicy Policy { get; init; }

    public required IdSource Ids { get; init; }

    public required EventWriter Events { get; init; }

    public required EventScheduler Scheduler { get; init; }

    public required Playback Playback { get; init; }

    /// <summary>The rules of the session and of the emulator.</summary>
    public required ModelScript Script { get; init; }

    public required ViolationLog Violations { get; init; }

    public required SpokenWords SpokenWords { get; init; }

    /// <summary>The effective session.</summary>
    public required JsonObject Session { get; set; }

    /// <summary>The session's <c>parallel_tool_calls</c>, which the service does not echo.</summary>
    public bool? CallsInParallel { get; set; }

    /// <summary>Whether audio is sent as media instead of events, as in a call.</summary>
    public required bool HasMedia { get; init; }

    public bool IsTranscription => Session.Text("type") == "transcription";

    public JsonObject? Input => Session.Object("audio").Object("input");

    public JsonObject? Output => Session.AudioOutput();

    public JsonObject? TurnDetection => Input.Object("turn_detection");

    public SampleFormat InputFormat => AudioFormats.ToSampleFormat(Input.Object("format"));

    /// <summary>Reports a violation.</summary>
    /// <param name="rule">The rule that was violated.</param>
    /// <param name="message">The description of the violation.</param>
    /// <param name="type">The type of the client event that caused it; empty for none.</param>
    /// <param name="eventId">The ID of that event; null if it has none.</param>
    public void Report(string rule, string message, string type = "", string? eventId = null) =>
        Violations.Add(new(Session.Text("id") ?? "", rule, message, type, eventId));

    /// <summary>Returns the duration of work that generates no output: the same at any pace, except zero for <see cref="EmulatorPace.Instant"/>.</summary>
    public TimeSpan ApplyPace(TimeSpan time) => Options.Pace.IsInstant ? TimeSpan.Zero : time;
}
