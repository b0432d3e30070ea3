using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The client span and the metrics of one call, after the OpenTelemetry conventions for generative AI. Every tag is ours, the
/// caller's model, or a number: nothing of the peer, no content, no secret.
/// </summary>
internal sealed class RestTelemetry : IDisposable
{
    private static readonly double[] Boundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    /// <summary>How long operations took: calls, and responses of conversations.</summary>
    public static readonly Histogram<double>? Duration = Instruments.Create(static meter => meter.CreateHistogram(
        TelemetryNames.OperationDuration, "s", "How long calls took, all attempts included, and responses of conversations.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries }));

    private static readonly Counter<long>? Attempts = Instruments.Create(static meter => meter.CreateCounter<long>(
        "realtime.client.attempts", "{attempt}", "How many requests were sent."));

    private readonly Activity? _activity;
    private TagList _tags;

    private RestTelemetry(Activity? activity, in TagList tags)
    {
        _activity = activity;
        _tags = tags;
    }

    /// <summary>Starts the telemetry of a call; null if there is no listener.</summary>
    public static RestTelemetry? Start(string operation, string? model, bool azure, Uri server)
    {
        if (!RealtimeDiagnostics.HasActivityListeners && Duration is not { Enabled: true } && Attempts is not { Enabled: true })
            return null;
        var tags = new TagList
        {
            { TelemetryNames.Operation, operation },
            { TelemetryNames.ProviderName, azure ? TelemetryNames.AzureProvider : TelemetryNames.OpenAIProvider },
            { "server.address", server.Host },
            { "server.port", server.Port },
        };
        if (model is not null)
            tags.Add(TelemetryNames.RequestModel, model);
        return new(RealtimeDiagnostics.Start(model is null ? operation : $"{operation} {model}", tags), tags);
    }

    /// <summary>The call is over.</summary>
    /// <param name="error">Why it failed, one word out of few; null when it did not.</param>
    /// <param name="status">The HTTP status of the last answer; null when there was none.</param>
    /// <param name="attempts">How many requests were sent.</param>
    /// <param name="elapsed">How long it all took.</param>
    public void Ended(string? error, int? status, int attempts, TimeSpan elapsed)
    {
        if (error is not null)
        {
            _tags.Add(TelemetryNames.ErrorType, error);
            _activity?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
        }
        _activity?.SetTag("http.response.status_code", status).SetTag("realtime.client.attempts", attempts);
        Duration.Measure(elapsed.TotalSeconds, _tags);
        Attempts.Count(attempts, _tags);
    }

    public void Dispose() => RealtimeDiagnostics.Stop(_activity);
}
