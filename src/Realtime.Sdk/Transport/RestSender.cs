using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

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
    private static readonly ResiliencePropertyKey<RestExchange> ExchangeKey = new("Realtime.Sdk.Exchange");

    private readonly TimeProvider _time = options.TimeProvider ?? TimeProvider.System;
    private ResiliencePipeline<RestAnswer>? _pipeline;

    /// <summary>Whether anything was sent yet: until then nothing of the resilience exists.</summary>
    public bool HasPipeline => _pipeline is not null;

    public async Task<RestAnswer> SendAsync(RestOperation operation, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, owner);
        cancellationToken.ThrowIfCancellationRequested();
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, disposed);
        using var deadline = new CancellationTokenSource(options.Timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(abandoned.Token, deadline.Token);
        var exchange = new RestExchange(operation, options, _time, abandoned.Token);
        using var span = RestTelemetry.Start(operation.Name, operation.Model, endpoint.IsAzure, endpoint.BaseUrl);
        try
        {
            var answer = await RunAsync(exchange, linked.Token).ConfigureAwait(false);
            RealtimeLog.Answered(logger, operation.Name, (int)answer.StatusCode, exchange.Elapsed, answer.Attempts, answer.RequestId);
            span.Ended(null, (int)answer.StatusCode, exchange.Attempts, exchange.Elapsed);
            return answer;
        }
        catch (Exception e)
        {
            var failure = Told(e, exchange, deadline.Token, cancellationToken);
            RealtimeLog.RequestFailed(logger, operation.Name, Reason(failure), exchange.Elapsed, exchange.Attempts, (failure as RealtimeApiException)?.RequestId);
            span.Ended(Reason(failure), (int?)(failure as RealtimeApiException)?.StatusCode, exchange.Attempts, exchange.Elapsed);
            if (ReferenceEquals(failure, e))
                throw;
            throw failure;
        }
    }

    private async Task<RestAnswer> RunAsync(RestExchange exchange, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            context.Properties.Set(ExchangeKey, exchange);
            return await Pipeline().ExecuteAsync(
                static async (context, state) => await state.attempt.SendAsync(state.exchange, context.CancellationToken).ConfigureAwait(false),
                context, (attempt, exchange)).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<RestAnswer> Pipeline() => LazyInitializer.EnsureInitialized(ref _pipeline, Build);

    private ResiliencePipeline<RestAnswer> Build()
    {
        if (options.MaxRetries == 0)
            return ResiliencePipeline<RestAnswer>.Empty;
        return new ResiliencePipelineBuilder<RestAnswer> { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions<RestAnswer>
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = static repeat => ValueTask.FromResult(Exchange(repeat.Context).ShouldRepeat(repeat.Outcome.Exception)),
                DelayGenerator = static repeat => ValueTask.FromResult(Exchange(repeat.Context).Wait),
                OnRetry = repeat =>
                {
                    RealtimeLog.Repeating(logger, Exchange(repeat.Context).Operation.Name, Reason(repeat.Outcome.Exception), repeat.RetryDelay, repeat.AttemptNumber + 1);
                    return default;
                },
            })
            .Build();
    }

    private static RestExchange Exchange(ResilienceContext context) => context.Properties.GetValue(ExchangeKey, null!);

    /// <summary>Whose doing a failure was: the caller's token, the client's disposal, our deadline, or what it says itself.</summary>
    private Exception Told(Exception failure, RestExchange exchange, CancellationToken deadline, CancellationToken cancellationToken)
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
        if (!deadline.IsCancellationRequested)
            return failure;
        var message = $"{exchange.Operation.Name} did not finish within {options.Timeout.TotalSeconds} s, in {exchange.Attempts} attempts.";
        return new RealtimeTimeoutException(RealtimeDeadline.Request, options.Timeout, message, exchange.LastFailure)
        {
            IsDeliveryUncertain = exchange.DeliveryUncertain,
        };
    }

    /// <summary>A failure as one word out of few, for logs, traces and metrics.</summary>
    private static string Reason(Exception? failure) => failure switch
    {
        RealtimeApiException refused => refused.Kind switch
        {
            RealtimeApiErrorKind.InvalidRequest => "invalid_request",
            RealtimeApiErrorKind.Authentication => "authentication",
            RealtimeApiErrorKind.Permission => "permission",
            RealtimeApiErrorKind.NotFound => "not_found",
            RealtimeApiErrorKind.RateLimited => "rate_limited",
            RealtimeApiErrorKind.QuotaExceeded => "quota_exceeded",
            RealtimeApiErrorKind.Server => "server_error",
            RealtimeApiErrorKind.InvalidResponse => "invalid_response",
            _ => "redirect",
        },
        RealtimeConnectionException => "connection",
        RealtimeTimeoutException => "timeout",
        RealtimeCredentialException => "credential",
        OperationCanceledException => "cancelled",
        ObjectDisposedException => "disposed",
        _ => "_OTHER",
    };
}
