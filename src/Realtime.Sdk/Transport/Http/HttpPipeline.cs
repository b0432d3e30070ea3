using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sends requests: attempts and retries within one deadline. Every failure becomes one of the SDK's exceptions, the caller's cancellation,
/// or <see cref="ObjectDisposedException"/>.
/// </summary>
/// <param name="http">Sends each attempt.</param>
/// <param name="endpoint">Where requests go, and the headers they carry.</param>
/// <param name="route">How exceptions show where requests go.</param>
/// <param name="options">Deadlines, retries and limits.</param>
/// <param name="logger">Where log entries go.</param>
/// <param name="owner">The object that is disposed when <paramref name="disposed"/> is canceled.</param>
/// <param name="disposed">Canceled when the owner is disposed.</param>
internal sealed class HttpPipeline(
    HttpMessageInvoker http, RealtimeEndpoint endpoint, ServerRoute route, RealtimeClientOptions options, ILogger logger, object owner, CancellationToken disposed)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500), MaxBackoff = TimeSpan.FromSeconds(8), MaxDelay = TimeSpan.FromDays(1);

    private readonly TimeProvider _time = options.TimeProvider ?? TimeProvider.System;
    private ResiliencePipeline<AttemptResult>? _retries;

    /// <summary>Whether a request has been retried yet; until then Polly is not even loaded.</summary>
    public bool HasRetried => _retries is not null;

    public async Task<HttpAnswer> SendAsync(HttpOperation operation, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, owner);
        cancellationToken.ThrowIfCancellationRequested();
        using var telemetry = RestTelemetry.Start(operation.Name.Telemetry, operation.Model, endpoint.IsAzure, endpoint.BaseUrl);
        var call = new HttpCall(operation, _time.GetTimestamp(), cancellationToken);

        // The first attempt bypasses Polly: a call that succeeds at once needs nothing of it, and loading it and building its pipeline is a
        // noticeable part of a cold start. RetryAsync is a method of its own because whatever is compiled with a use of Polly loads it.
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
#pragma warning disable CA1031 // nothing is swallowed: SendAsync throws what it finds in the last result, after reporting it
        catch (Exception e)
#pragma warning restore CA1031
        {
            var failure = e is OperationCanceledException && deadline.IsCancellationRequested
                ? TranslateCancellation(e, call, deadline, attempts, content.HasStarted, previous?.Failure)
                : TranslateException(e, operation, content.HasStarted, secret);
            return new(call, attempts, content.HasStarted, null, failure);
        }
    }

    /// <summary>Continues after a first attempt that failed and may be repeated.</summary>
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
                    // Polly counts the attempt that it starts with, and that one has been made.
                    if (started)
                        latest = await AttemptAsync(call, latest).ConfigureAwait(false);
                    started = true;
                    return latest;
                },
                deadline.Token).ConfigureAwait(false);

            // Polly does not wait when the token is canceled already, and returns the failure that it would have retried.
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

                // Polly chooses the delay after ShouldHandle, so this is the first place that sees it. A delay that does not fit into the time
                // left would end in a timeout that hides the failure, so the failure ends the call at once.
                if (delay > MaxDelay || delay >= GetTimeLeft(result.Call))
                    ExceptionDispatchInfo.Throw(result.Failure!);
                RealtimeLog.Repeating(logger, result.Call.Operation.Name.Telemetry, FailureReason.From(result.Failure), delay, retry.AttemptNumber + 1);
                return default;
            },
        };
        if (options.Randomizer is { } randomizer)
            retry.Randomizer = randomizer;
        return new ResiliencePipelineBuilder<AttemptResult> { TimeProvider = _time }.AddRetry(retry).Build();
    }

    /// <summary>The delay that the server asked for; null leaves it to Polly, also when the server asked for none: all clients would be back at once.</summary>
    private static TimeSpan? GetRequestedDelay(AttemptResult result) => (result.Failure as RealtimeApiException)?.RetryAfter switch
    {
        null => null,
        { Ticks: 0 } => null,

        // Rounded up, because timers cut off fractions of a millisecond, and the request would come too soon.
        { } delay when delay <= MaxDelay => TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds)),
        { } delay => delay,
    };

    private void Report(AttemptResult result, RestTelemetry? telemetry)
    {
        var (name, elapsed) = (result.Call.Operation.Name.Telemetry, _time.GetElapsedTime(result.Call.StartTimestamp));
        if (result.Answer is { } answer)
        {
            RealtimeLog.Answered(logger, name, (int)answer.StatusCode, elapsed, result.Attempts, Sanitize(answer.RequestId));
            telemetry?.Ended(null, (int)answer.StatusCode, result.Attempts, elapsed);
            return;
        }
        var (reason, refused) = (FailureReason.From(result.Failure), result.Failure as RealtimeApiException);
        RealtimeLog.RequestFailed(logger, name, reason, elapsed, result.Attempts, Sanitize(refused?.RequestId));
        telemetry?.Ended(reason, (int?)refused?.StatusCode, result.Attempts, elapsed);
    }

    /// <summary>Starts the nearer of two deadlines, that of an attempt and that of the whole call.</summary>
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
        // HTTP/1.1, because only there a body that was not started proves that the server has not seen the request.
        var request = new HttpRequestMessage(HttpMethod.Post, operation.Uri) { Content = content, Version = HttpVersion.Version11 };
        foreach (var (name, value) in headers.All)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Accept", operation.Accept);
        return request;
    }

    // By default an HttpClient buffers the whole body itself, beyond our limit.
    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : http.SendAsync(request, cancellationToken);

    private static HttpAnswer CreateAnswer(HttpResponseMessage response, byte[] body, int attempts, string secret) =>
        new(response.StatusCode, body, response.Headers.Location, ErrorBody.ReadRequestId(response, secret), attempts);

    private async Task<RealtimeApiException> ReadErrorAsync(
        HttpResponseMessage response, HttpCall call, int attempts, string secret, CancellationToken cancellationToken)
    {
        // A deadline that passes while the body is read must not hide the status; the caller and the disposal end the reading.
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, disposed);
        return await ApiErrorReader.ReadAsync(
            response, call.Operation.Name.Method, call.Operation.Uri, secret, options.MaxResponseBytes, _time.GetUtcNow(), attempts, cancellationToken, abandoned.Token)
            .ConfigureAwait(false);
    }

    private static void ThrowIfRedirected(HttpResponseMessage response, HttpOperation operation, int attempts, string secret)
    {
        if (response.RequestMessage?.RequestUri is { } reached && reached != operation.Uri)
        {
            throw new RealtimeApiException(response.StatusCode, RealtimeApiErrorKind.Redirect,
                $"The HttpClient followed a redirect of {operation.Name.Method} to {ApiErrorReader.FormatHost(reached, secret)}; turn AllowAutoRedirect off in its handler.")
            {
                Attempts = attempts,
            };
        }
    }

    /// <summary>Tells who canceled: the caller, the client's disposal, or one of our deadlines.</summary>
    private Exception TranslateCancellation(Exception e, HttpCall call, DeadlineTokenSource deadline, int attempts, bool bodyStarted, Exception? lastFailure)
    {
        var operation = call.Operation;
        if (call.CancellationToken.IsCancellationRequested)
            return new OperationCanceledException($"{operation.Name.Method} was cancelled.", e, call.CancellationToken);
        if (disposed.IsCancellationRequested)
            return new ObjectDisposedException(owner.GetType().FullName, "The client was disposed while a request was under way.");
        if (deadline.Kind is RealtimeDeadline.Attempt)
            return CreateTimeout(RealtimeDeadline.Attempt, options.AttemptTimeout, operation, bodyStarted);
        var message = $"{operation.Name.Method} did not finish within {options.Timeout.TotalSeconds} s, in {attempts} attempts.";
        return new RealtimeTimeoutException(RealtimeDeadline.Request, options.Timeout, message, lastFailure) { IsDeliveryUncertain = bodyStarted };
    }

    /// <summary>Translates everything but our own cancellation.</summary>
    private Exception TranslateException(Exception e, HttpOperation operation, bool bodyStarted, string? secret) => e switch
    {
        OperationCanceledException { InnerException: TimeoutException } when http is HttpClient client && client.Timeout != Timeout.InfiniteTimeSpan =>
            CreateTimeout(RealtimeDeadline.HttpClient, client.Timeout, operation, bodyStarted),

        // A handler has deadlines of its own, for example SocketsHttpHandler.ConnectTimeout: the caller has not canceled.
        // The platform throws a bare SocketException when the server resets a connection that is just being set up.
        HttpRequestException or IOException or SocketException or OperationCanceledException =>
            CreateConnectionException(operation, InnerExceptions.Sanitize(e, secret)!, bodyStarted),
        _ => e,
    };

    private RealtimeTimeoutException CreateTimeout(RealtimeDeadline deadline, TimeSpan timeout, HttpOperation operation, bool bodyStarted) =>
        new(deadline, timeout, $"{operation.Name.Method} got no whole answer from {route.Format(operation.Uri)} within {timeout.TotalSeconds} s ({deadline}); {FormatDelivery(bodyStarted)}.")
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
        var what = phase is RealtimeConnectionPhase.Connect ? "could not connect to" : "failed at";
        var message = $"{operation.Name.Method} {what} {route.Format(operation.Uri)}: {LinkFailure.Describe(cause)}; {FormatDelivery(bodyStarted)}.";
        return new(phase, message, cause, TransientFailures.Contains(cause)) { StatusCode = status, IsDeliveryUncertain = bodyStarted };
    }

    private static string FormatDelivery(bool bodyStarted) => bodyStarted ? "it may have reached the server all the same" : "nothing was sent";

    private static PeerText? Sanitize(string? requestId) => requestId is null ? null : PeerText.Sanitize(requestId);
}
