using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>The metrics of conversations. No tag value comes from the peer, so the number of time series is bounded.</summary>
internal static class ConversationMetrics
{
    private static readonly double[] LatencyBoundaries = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 5, 10];

    // They include 250 ms, the time after which a player that does not stop is replaced.
    private static readonly double[] StopBoundaries = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.5, 1];

    // From a lookup in memory to more than the default timeout of 60 seconds.
    private static readonly double[] FunctionBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    // The boundaries that the OpenTelemetry conventions recommend.
    private static readonly long[] TokenBoundaries = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

    private static readonly Histogram<long>? Tokens = Instruments.Create(static meter => meter.CreateHistogram(
        TelemetryNames.TokenUsage, "{token}", "Tokens of a response, by type and modality; cached ones are counted as input.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = TokenBoundaries }));

    private static readonly Counter<double>? Cost = Instruments.Create(static meter => meter.CreateCounter<double>(
        TelemetryNames.Cost, "{currency}", "The cost of responses and transcripts, in the currency of the prices of the app."));

    private static readonly Histogram<double>? FirstAudio = Create(
        TelemetryNames.TimeToFirstAudio, "From the end of the user's turn, or the request of a reply, to the first audio of the answer.", LatencyBoundaries);

    private static readonly Histogram<double>? Turn = Create(
        TelemetryNames.TurnLatency, "From the end of the user's speech to the first audio of the answer that is played.", LatencyBoundaries);

    private static readonly Histogram<double>? Interruption = Create(
        TelemetryNames.InterruptionLatency, "From the start of speech that interrupts the agent to the end of its audio.", StopBoundaries);

    private static readonly Histogram<double>? Function = Create(
        TelemetryNames.FunctionDuration, "The duration of a function call.", FunctionBoundaries);

    private static readonly Counter<long>? Renewals = Instruments.Create(static meter => meter.CreateCounter<long>(
        TelemetryNames.Renewals, "{renewal}", "New sessions with which a conversation has continued, by reason."));

    private static readonly Counter<long>? Warnings = Instruments.Create(static meter => meter.CreateCounter<long>(
        TelemetryNames.Warnings, "{warning}", "Warnings of conversations, by kind."));

    /// <summary>Whether warnings are counted.</summary>
    public static bool CountsWarnings => Warnings is { Enabled: true };

    /// <summary>Whether any instrument of responses and functions has a listener.</summary>
    public static bool IsEnabled =>
        Tokens is { Enabled: true } || Cost is { Enabled: true } || FirstAudio is { Enabled: true } || Turn is { Enabled: true } || Interruption is { Enabled: true } || Function is { Enabled: true }
        || RestTelemetry.Duration is { Enabled: true };

    public static void RecordResponse(TimeSpan duration, in TagList tags) => RestTelemetry.Duration.Measure(duration.TotalSeconds, tags);

    public static void RecordWarning(in TagList tags) => Warnings.Count(1, tags);

    public static void RecordFirstAudio(TimeSpan latency, in TagList tags) => FirstAudio.Measure(latency.TotalSeconds, tags);

    public static void RecordTurnLatency(TimeSpan latency, in TagList tags) => Turn.Measure(latency.TotalSeconds, tags);

    public static void RecordInterruption(TimeSpan latency, in TagList tags) => Interruption.Measure(latency.TotalSeconds, tags);

    public static void RecordFunction(TimeSpan duration, in TagList tags) => Function.Measure(duration.TotalSeconds, tags);

    public static void RecordRenewal(RenewalReason reason)
    {
        var cause = reason switch
        {
            RenewalReason.Scheduled => "scheduled",
            RenewalReason.Lost => "lost",
            _ => "restored",
        };
        Renewals.Count(1, new TagList { { TelemetryNames.RenewalCause, cause } });
    }

    public static void RecordTokens(ConversationUsage usage, in TagList tags)
    {
        Count(usage.TextInputTokens + usage.CachedTextInputTokens, TelemetryNames.InputTokens, TelemetryNames.TextModality, tags);
        Count(usage.AudioInputTokens + usage.CachedAudioInputTokens, TelemetryNames.InputTokens, TelemetryNames.AudioModality, tags);
        Count(usage.ImageInputTokens + usage.CachedImageInputTokens, TelemetryNames.InputTokens, TelemetryNames.ImageModality, tags);
        Count(usage.TextOutputTokens, TelemetryNames.OutputTokens, TelemetryNames.TextModality, tags);
        Count(usage.AudioOutputTokens, TelemetryNames.OutputTokens, TelemetryNames.AudioModality, tags);
    }

    public static void RecordCost(ConversationUsage usage, in TagList tags)
    {
        if (usage.Cost is { } cost and > 0)
            Cost.Count((double)cost, tags);
    }

    private static void Count(long tokens, string type, string modality, TagList tags)
    {
        if (tokens == 0)
            return;
        tags.Add(TelemetryNames.TokenType, type);
        tags.Add(TelemetryNames.TokenModality, modality);
        Tokens.Measure(tokens, tags);
    }

    private static Histogram<double>? Create(string name, string description, double[] boundaries) => Instruments.Create(meter => meter.CreateHistogram(
        name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries }));
}
