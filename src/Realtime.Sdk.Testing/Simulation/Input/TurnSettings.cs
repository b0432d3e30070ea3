namespace Realtime.Sdk.Testing.Internal;

/// <summary>The settings of turn detection.</summary>
internal sealed record TurnSettings
{
    private const double QuietestDecibels = -60, LoudestDecibels = -20, DefaultThreshold = 0.5;

    private static readonly TimeSpan DefaultPrefix = TimeSpan.FromMilliseconds(300), DefaultSilence = TimeSpan.FromMilliseconds(200), FinishedThought = TimeSpan.FromSeconds(1);

    /// <summary>The minimum level of speech, as a fraction of full scale.</summary>
    public double Level { get; private init; }

    /// <summary>The duration of the audio before the speech that belongs to the turn.</summary>
    public TimeSpan Prefix { get; private init; }

    /// <summary>The silence that ends a turn whose speech sounds finished.</summary>
    public TimeSpan Silence { get; private init; }

    /// <summary>The silence that ends any turn.</summary>
    public TimeSpan MaxSilence { get; private init; }

    public TimeSpan? Idle { get; private init; }

    public bool CreatesResponse { get; private init; }

    public bool Interrupts { get; private init; }

    /// <summary>Reads the settings of a session; null if turn detection is off.</summary>
    public static TurnSettings? Read(SimulationContext context)
    {
        if (context.TurnDetection is not { } given)
            return null;
        var isSemantic = given.Text("type") == "semantic_vad";
        var (silence, maxSilence) = isSemantic ? GetSilence(given.Text("eagerness")) : Repeat(given.Milliseconds("silence_duration_ms") ?? DefaultSilence);
        return new()
        {
            Level = Math.Pow(10, ToDecibels(given.Number("threshold") ?? DefaultThreshold) / 20),
            Prefix = given.Milliseconds("prefix_padding_ms") ?? DefaultPrefix,
            Silence = silence,
            MaxSilence = maxSilence,
            Idle = given.Milliseconds("idle_timeout_ms"),
            CreatesResponse = !context.IsTranscription && given.Flag("create_response") != false,
            Interrupts = given.Flag("interrupt_response") != false,
        };
    }

    /// <summary>Returns the silence that ends a turn after a given duration of speech.</summary>
    public TimeSpan GetSilenceDuration(TimeSpan speech) => speech >= FinishedThought ? Silence : MaxSilence;

    private static double ToDecibels(double threshold) => QuietestDecibels + ((LoudestDecibels - QuietestDecibels) * threshold);

    private static (TimeSpan, TimeSpan) Repeat(TimeSpan silence) => (silence, silence);

    private static (TimeSpan, TimeSpan) GetSilence(string? eagerness) => eagerness switch
    {
        "low" => (TimeSpan.FromMilliseconds(1500), TimeSpan.FromSeconds(8)),
        "high" => (TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(2)),
        _ => (TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(4)),
    };
}
