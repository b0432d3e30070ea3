using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sends requests, with attempts and retries within one deadline. All failures are reported as exceptions of the SDK, as
/// <see cref="OperationCanceledException"/> if the caller canceled, or as <see cref="ObjectDisposedException"/>.
/// </summary>
/// <param name="http">Sends each attempt.</param>
/// <param name="endpoint">The server and the headers of requests.</param>
/// <param name="route">Formats addresses for exception messages.</param>
/// <param name="options">The deadlines, retries and limits.</param>
/// <param name="logger">The logger.</param>
/// <param name="owner">The object whose disposal cancels <paramref name="disposed"/>.</param>
/// <param name="disposed">Canceled when the owner is disposed.</param>
internal sealed class HttpPipeline(
    HttpMessageInvoker http, RealtimeEndpoint endpoint, ServerRoute route, RealtimeClientOptions options, ILogger logger, object owner, CancellationToken disposed)
{
    // MaxDelay limits the delay that a server can request.
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500), MaxBackoff = TimeSpan.FromSeconds(8), MaxDelay = TimeSpan.FromDays(1);

    private readonly TimeProvider _time = options.TimeProvider ?? TimeProvider.System;
    private ResiliencePipeline<AttemptResult>? _retries;

    /// <summary>Whether any request has been retried. Before that, Polly is not loaded.</summary>
    public bool HasRetried => _retries is not null;

    public async Task<ApiResponse> SendAsync(HttpOperation operation, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, owner);
        cancellationToken.ThrowIfCancellationRequested();
        using var telemetry = RestTelemetry.Start(operation.Name.Telemetry, operation.Model, endpoint.IsAzure, endpoint.BaseUrl);
        var call = new HttpCall(operation, _time.GetTimestamp(), cancellationToken);

        // The first attempt does not use Polly: a call that succeeds immediately does not need it, and loading it and building its pipeline takes a noticeable
        // part of a cold start. RetryAsync is a separate method, because the JIT loads Polly for any method that uses it.
        var result = await AttemptAsync(call, previous: null).ConfigureAwait(false);
        if (options.MaxRetries > 0 && result.IsRetryable)
            result = await RetryAsync(result).ConfigureAwait(false);

        Report(result, telemetry);
        if (result.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return result.Answer!;
    }

    /// <summary>Sends one request and reads the whole response within one deadline. Failures are part of the result.</summary>
    private async Task<AttemptResult> AttemptAsync(HttpCall call, AttemptResult? previous)
    {
        var operation = call.Operation;
        var attempts = previous is null ? 1 : previous.Attempts + 1;
        using var deadline = StartDeadline(call, options.AttemptTimeout);
        using var content = new TrackedContent(operation.Body, operation.ContentType);
        string? secret = null;
        try
        {
            var headers = await endpoint.CreateHeadersAsync(operation.SafetyIdentifier, deadline.Token).ConfigureAwait(false);
            secret = headers.Secret;
            using var request = CreateRequest(operation, content, headers);
            using var response = await SendAsync(request, deadline.Token).ConfigureAwait(false);
            ThrowIfRedirected(response, operation, attempts, secret);
            if (!response.IsSuccessStatusCode)
                throw await ReadErrorAsync(response, call, attempts, secret, deadline.Token).ConfigureAwait(false);

            byte[]? body;
            try
            {
                body = await BodyReader.ReadAsync(response.Content, options.MaxResponseBytes, deadline.Token).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                throw CreateAnswer(response, [], attempts, secret).CreateException(operation.Name, "its body could not be decompressed", e);
            }
            var answer = CreateAnswer(response, body ?? [], attempts, secret);
            if (body is null)
                throw answer.CreateException(operation.Name, $"its body is larger than {options.MaxResponseBytes} bytes");
            return new(call, attempts, content.HasStarted, answer, null);
        }
#pragma warning disable CA1031 // not swallowed: SendAsync reports the failure of the last result and throws it
        catch (Exception e)
#pragma warning restore CA1031
        {
            var failure = e is OperationCanceledException && deadline.IsCancellationRequested
                ? TranslateCancellation(e, call, deadline, attempts, content.HasStarted, previous?.Failure)
                : TranslateException(e, operation, content.HasStarted, secret);
            return new(call, attempts, content.HasStarted, null, failure);
        }
    }

    /// <summary>Continues with retries after a first attempt that failed with a retryable failure.</summary>
    private async Task<AttemptResult> RetryAsync(AttemptResult first)
    {
        var (call, latest, started) = (first.Call, first, false);
        using var deadline = StartDeadline(call, Timeout.InfiniteTimeSpan);
        var retries = LazyInitializer.EnsureInitialized(ref _retries, BuildRetries);
        try
        {
            await retries.ExecuteAsync(
                async _ =>
                {
                    // Polly counts the first attempt, which has already been made.
                    if (started)
                        latest = await AttemptAsync(call, latest).ConfigureAwait(false);
                    started = true;
                    return latest;
                },
                deadline.Token).ConfigureAwait(false);

            // If the token is already canceled, Polly does not wait, and returns the failure that it would have retried.
            if (latest.IsRetryable)
                call.CancellationToken.ThrowIfCancellationRequested();
            return latest;
        }
        catch (OperationCanceledException e)
        {
            return latest.WithFailure(TranslateCancellation(e, call, deadline, latest.Attempts, latest.BodyStarted, latest.Failure));
        }
        catch (RealtimeException e) when (ReferenceEquals(e, latest.Failure))
        {
            return latest;
        }
    }

    private ResiliencePipeline<AttemptResult> BuildRetries()
    {
        var retry = new RetryStrategyOptions<AttemptResult>
        {
            MaxRetryAttempts = options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstDelay,
            MaxDelay = MaxBackoff,
            ShouldHandle = static retry => ValueTask.FromResult(retry.Outcome.Result is { IsRetryable: true }),
            DelayGenerator = static retry => ValueTask.FromResult(GetRequestedDelay(retry.Outcome.Result!)),
            OnRetry = retry =>
            {
                var (result, delay) = (retry.Outcome.Result!, retry.RetryDelay);

                // Polly determines the delay after ShouldHandle, so this is the first place where it is known. If the delay exceeds the remaining time, waiting
                // would end in a timeout that hides the failure, so the call fails immediately.
                if (delay > MaxDelay || delay >= GetTimeLeft(result.Call))
                    ExceptionDispatchInfo.Throw(result.Failure!);
                RealtimeLog.RequestRetrying(logger, result.Call.Operation.Name.Telemetry, FailureReason.From(result.Failure), delay, retry.AttemptNumber + 1);
                return default;
            },
        };
        if (options.Randomizer is { } randomizer)
            retry.Randomizer = randomizer;
        return new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = _time }.AddRetry(retry).Build();
    }

    /// <summary>
    /// Returns the delay that the server requested. Null lets Polly choose, even if the server requested no delay, because otherwise all clients would retry
    /// at the same time.
    /// </summary>
    private static TimeSpan? GetRequestedDelay(AttemptResult result) => (result.Failure as RealtimeApiException)?.RetryAfter switch
    {
        null => null,
        { Ticks: 0 } => null,

        // Rounded up, because timers truncate to milliseconds, and the retry would be too early.
        { } delay when delay <= MaxDelay => TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)),
        { } delay => delay,
    };

    private void Report(AttemptResult result, RestTelemetry? telemetry)
    {
        var (name, elapsed) = (result.Call.Operation.Name.Telemetry, _time.GetElapsedTime(result.Call.StartTimestamp));
        if (result.Answer is { } answer)
        {
            RealtimeLog.RequestCompleted(logger, name, (int)answer.StatusCode, elapsed, result.Attempts, Sanitize(answer.RequestId));
            telemetry?.Ended(null, (int)answer.StatusCode, result.Attempts, elapsed);
            return;
        }
        var (reason, refused) = (FailureReason.From(result.Failure), result.Failure as RealtimeApiException);
        if (result.Call.Operation.IsNotFoundUsual && refused is { Kind: RealtimeApiErrorKind.NotFound, StatusCode: { } status })
            RealtimeLog.RequestCompleted(logger, name, (int)status, elapsed, result.Attempts, Sanitize(refused.RequestId));
        else
            RealtimeLog.RequestFailed(logger, name, reason, elapsed, result.Attempts, Sanitize(refused?.RequestId));
        telemetry?.Ended(reason, (int?)refused?.StatusCode, result.Attempts, elapsed);
    }

    /// <summary>Starts the deadline of the attempt or of the whole call, whichever is earlier.</summary>
    private DeadlineTokenSource StartDeadline(HttpCall call, TimeSpan attempt)
    {
        var left = GetTimeLeft(call);
        var (kind, delay) = attempt == Timeout.InfiniteTimeSpan || left <= attempt ? (RealtimeDeadline.Request, left) : (RealtimeDeadline.Attempt, attempt);
        if (delay == TimeSpan.MaxValue)
            delay = Timeout.InfiniteTimeSpan;
        else if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        return new(kind, delay, _time, call.CancellationToken, disposed);
    }

    private TimeSpan GetTimeLeft(HttpCall call) =>
        options.Timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : options.Timeout - _time.GetElapsedTime(call.StartTimestamp);

    private static HttpRequestMessage CreateRequest(HttpOperation operation, TrackedContent content, RequestHeaders headers)
    {
        // HTTP/1.1, because only there a body that was not started proves that the server has not processed the request.
        var request = new HttpRequestMessage(HttpMethod.Post, operation.Uri) { Content = content, Version = HttpVersion.Version11 };
        foreach (var (name, value) in headers.All)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Accept", operation.Accept);
        return request;
    }

    // By default, an HttpClient buffers the whole body itself and ignores the size limit.
    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : http.SendAsync(request, cancellationToken);

    private static ApiResponse CreateAnswer(HttpResponseMessage response, byte[] body, int attempts, string secret) =>
        new(response.StatusCode, body, response.Headers.Location, ErrorBody.ReadRequestId(response, secret), attempts);

    private async Task<RealtimeApiException> ReadErrorAsync(
        HttpResponseMessage response, HttpCall call, int attempts, string secret, CancellationToken cancellationToken)
    {
        // If a deadline passes while the body is read, the exception must still have the status. Only the caller and the disposal stop reading.
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, disposed);
        return await ApiErrorReader.ReadAsync(
            response, call.Operation.Name.Method, call.Operation.Uri, secret, options.MaxResponseBytes, _time.GetUtcNow(), attempts, cancellationToken, abandoned.Token)
            .ConfigureAwait(false);
    }

    private static void ThrowIfRedirected(HttpResponseMessage response, HttpOperation operation, int attempts, string secret)
    {
        // The SDK's handlers never follow a redirect. This HttpClient was declared not to, but does, and may have sent the request to another origin.
        if (response.RequestMessage?.RequestUri is { } reached && reached != operation.Uri)
        {
            throw new RealtimeApiException(response.StatusCode, RealtimeApiErrorKind.Redirect,
                $"The HttpClient followed a redirect of {operation.Name.Method} to {ApiErrorReader.FormatHost(reached, secret)}; set AllowAutoRedirect to false in its handler.")
            {
                Attempts = attempts,
            };
        }
    }

    /// <summary>Determines who canceled: the caller, the disposal of the client, or one of the SDK's deadlines.</summary>
    private Exception TranslateCancellation(Exception e, HttpCall call, DeadlineTokenSource deadline, int attempts, bool bodyStarted, Exception? lastFailure)
    {
        var operation = call.Operation;
        if (call.CancellationToken.IsCancellationRequested)
            return new OperationCanceledException($"{operation.Name.Method} was canceled.", e, call.CancellationToken);
        if (disposed.IsCancellationRequested)
            return new ObjectDisposedException(owner.GetType().FullName, "The client was disposed while a request was in progress.");
        if (deadline.Kind is RealtimeDeadline.Attempt)
            return CreateTimeout(RealtimeDeadline.Attempt, options.AttemptTimeout, operation, bodyStarted);
        var message = $"{operation.Name.Method} did not complete within {options.Timeout.TotalSeconds} s, after {attempts} attempts.";
        return new RealtimeTimeoutException(RealtimeDeadline.Request, options.Timeout, message, lastFailure) { IsDeliveryUncertain = bodyStarted };
    }

    /// <summary>Translates exceptions other than the SDK's own cancellation.</summary>
    private Exception TranslateException(Exception e, HttpOperation operation, bool bodyStarted, string? secret) => e switch
    {
        OperationCanceledException { InnerException: TimeoutException } when http is HttpClient client && client.Timeout != Timeout.InfiniteTimeSpan =>
            CreateTimeout(RealtimeDeadline.HttpClient, client.Timeout, operation, bodyStarted),

        // Handlers have their own timeouts, for example SocketsHttpHandler.ConnectTimeout, so a cancellation need not come from the caller.
        // The platform throws a SocketException without a wrapper if the server resets a connection during setup.
        HttpRequestException or IOException or SocketException or OperationCanceledException =>
            CreateConnectionException(operation, InnerExceptions.Sanitize(e, secret)!, bodyStarted),
        _ => e,
    };

    private RealtimeTimeoutException CreateTimeout(RealtimeDeadline deadline, TimeSpan timeout, HttpOperation operation, bool bodyStarted) =>
        new(deadline, timeout, $"{operation.Name.Method} received no complete response from {route.Format(operation.Uri)} within {timeout.TotalSeconds} s ({deadline}); {FormatDelivery(bodyStarted)}.")
        {
            IsDeliveryUncertain = bodyStarted,
        };

    private RealtimeConnectionException CreateConnectionException(HttpOperation operation, Exception cause, bool bodyStarted)
    {
        var error = (cause as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        var status = (cause as HttpRequestException)?.StatusCode;
        var phase = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
            || (cause is OperationCanceledException or SocketException && !bodyStarted)
            ? RealtimeConnectionPhase.Connect
            : RealtimeConnectionPhase.Request;
        var verb = phase is RealtimeConnectionPhase.Connect ? "could not connect to" : "failed at";
        var message = $"{operation.Name.Method} {verb} {route.Format(operation.Uri)}: {ConnectionFailureReason.Describe(cause)}; {FormatDelivery(bodyStarted)}.";
        return new(phase, message, cause, TransientFailures.Contains(cause)) { StatusCode = status, IsDeliveryUncertain = bodyStarted };
    }

    private static string FormatDelivery(bool bodyStarted) => bodyStarted ? "the request may have reached the server" : "nothing was sent";

    private static PeerText? Sanitize(string? requestId) => requestId is null ? null : PeerText.Sanitize(requestId);
}
