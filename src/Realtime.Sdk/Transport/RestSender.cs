using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>Makes requests: attempts, waits and one deadline over all, told apart from the caller's own cancellation.</summary>
/// <param name="attempt">Makes one request.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="options">Deadlines and retries.</param>
/// <param name="logger">Where log entries go.</param>
/// <param name="owner">Who is disposed, when it is.</param>
/// <param name="disposed">Cancelled when the owner is disposed.</param>
internal sealed class RestSender(
    RestAttempt attempt, RealtimeEndpoint endpoint, RealtimeClientOptions options, ILogger logger, object owner, CancellationToken disposed)
{
    private readonly TimeProvider _time = options.TimeProvider ?? TimeProvider.System;
    private RestRetries? _retries;

    /// <summary>Whether a request had to be repeated yet: until then nothing of the resilience exists.</summary>
    public bool HasPipeline => _retries is not null;

    public async Task<RestAnswer> SendAsync(RestOperation operation, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, owner);
        cancellationToken.ThrowIfCancellationRequested();
        var exchange = new RestExchange(operation, options, _time, cancellationToken, disposed);
        using var span = RestTelemetry.Start(operation.Name, operation.Model, endpoint.IsAzure, endpoint.BaseUrl);
        RestAnswer answer;
        try
        {
            try
            {
                answer = await attempt.SendAsync(exchange).ConfigureAwait(false);
            }
            catch (RealtimeException first) when (options.MaxRetries > 0 && exchange.IsRepeatable(first))
            {
                answer = await RepeatAsync(exchange, first).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            var failure = Told(e, exchange, cancellationToken);
            var (reason, refused) = (FailureReason.Of(failure), failure as RealtimeApiException);
            RealtimeLog.RequestFailed(logger, operation.Name, reason, exchange.Elapsed, exchange.Attempts, Id(refused?.RequestId));
            span?.Ended(reason, (int?)refused?.StatusCode, exchange.Attempts, exchange.Elapsed);
            if (ReferenceEquals(failure, e))
                throw;
            throw failure;
        }

        // Outside of the try block: once the server has answered, nothing that only reports it may turn the answer into a failure.
        RealtimeLog.Answered(logger, operation.Name, (int)answer.StatusCode, exchange.Elapsed, answer.Attempts, Id(answer.RequestId));
        span?.Ended(null, (int)answer.StatusCode, exchange.Attempts, exchange.Elapsed);
        return answer;
    }

    private static PeerText? Id(string? requestId) => requestId is null ? null : PeerText.Sanitize(requestId);

    /// <summary>A method of its own: whoever is compiled with a call of it loads the resilience library.</summary>
    private Task<RestAnswer> RepeatAsync(RestExchange exchange, RealtimeException first) =>
        LazyInitializer.EnsureInitialized(ref _retries, () => new(attempt, options, _time, logger)).ContinueAsync(exchange, first);

    /// <summary>Whose doing a failure was: the caller's token, the client's disposal, our deadline, or what it says itself.</summary>
    private Exception Told(Exception failure, RestExchange exchange, CancellationToken cancellationToken)
    {
        var interrupted = failure is OperationCanceledException;
        if (!interrupted && exchange.Wait is null)
            return failure;
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException($"{exchange.Operation.Name} was cancelled.", failure, cancellationToken);
        if (!interrupted)
            return failure;
        if (disposed.IsCancellationRequested)
            return new ObjectDisposedException(owner.GetType().FullName, "The client was disposed while a request was under way.");
        if (!exchange.OutOfTime)
            return failure;
        var message = $"{exchange.Operation.Name} did not finish within {options.Timeout.TotalSeconds} s, in {exchange.Attempts} attempts.";
        return new RealtimeTimeoutException(RealtimeDeadline.Request, options.Timeout, message, exchange.LastFailure)
        {
            IsDeliveryUncertain = exchange.DeliveryUncertain,
        };
    }
}
