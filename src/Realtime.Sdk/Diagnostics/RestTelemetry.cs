using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The client span and the metrics of one REST call, following the OpenTelemetry conventions for generative AI. Tags contain only names of the SDK,
/// the caller's model and numbers; no data of the server, no content and no secrets.
/// </summary>
internal sealed class RestTelemetry : IDisposable
{
    private static readonly double[] Boundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    /// <summary>The duration of operations: REST calls, and responses in conversations.</summary>
    public static readonly Histogram<double>? Duration = Instruments.Create(static meter => meter.CreateHistogram(
        TelemetryNames.OperationDuration, "s", "Duration of REST calls, including all attempts, and of responses in conversations.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries }));

    private static readonly Counter<long>? Attempts = Instruments.Create(static meter => meter.CreateCounter<long>(
        TelemetryNames.Attempts, "{attempt}", "Requests sent, including retries."));

    private readonly Activity? _activity;
    private TagList _tags;

    private RestTelemetry(Activity? activity, in TagList tags)
    {
        _activity = activity;
        _tags = tags;
    }

    /// <summary>Starts the telemetry of a call. Returns null if there is no listener.</summary>
    public static RestTelemetry? Start(string operation, string? model, bool azure, Uri server)
    {
        if (!RealtimeDiagnostics.HasActivityListeners && Duration is not { Enabled: true } && Attempts is not { Enabled: true })
            return null;
        var tags = new TagList
        {
            { TelemetryNames.Operation, operation },
            { TelemetryNames.ProviderName, azure ? TelemetryNames.AzureProvider : TelemetryNames.OpenAIProvider },
            { TelemetryNames.ServerAddress, server.Host },
            { TelemetryNames.ServerPort, server.Port },
        };
        if (model is not null)
            tags.Add(TelemetryNames.RequestModel, model);
        return new(RealtimeDiagnostics.Start(model is null ? operation : $"{operation} {model}", tags), tags);
    }

    /// <summary>Records the end of the call.</summary>
    /// <param name="error">The reason of the failure, a value of <see cref="FailureReason"/>; null if the call succeeded.</param>
    /// <param name="status">The HTTP status of the last response; null if there was none.</param>
    /// <param name="attempts">The number of requests sent.</param>
    /// <param name="elapsed">The duration of the whole call.</param>
    public void Ended(string? error, int? status, int attempts, TimeSpan elapsed)
    {
        if (error is not null)
        {
            _tags.Add(TelemetryNames.ErrorType, error);
            _activity?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
        }
        _activity?.SetTag(TelemetryNames.HttpStatusCode, status).SetTag(TelemetryNames.Attempts, attempts);
        Duration.Measure(elapsed.TotalSeconds, _tags);
        Attempts.Count(attempts, _tags);
    }

    public void Dispose() => RealtimeDiagnostics.Stop(_activity);
}
