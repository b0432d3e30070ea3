using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Realtime.Sdk.Internal;

/// <summary>What follows a first attempt that failed and may be repeated: waits and further attempts.</summary>
/// <remarks>A class of its own, so that a call that succeeds at once needs nothing of the resilience library.</remarks>
internal sealed class RestRetries
{
    private static readonly ResiliencePropertyKey<RestExchange> ExchangeKey = new("Realtime.Sdk.Exchange");

    private readonly RestAttempt _attempt;
    private readonly ResiliencePipeline<RestAnswer> _pipeline;

    public RestRetries(RestAttempt attempt, RealtimeClientOptions options, TimeProvider time, ILogger logger)
    {
        _attempt = attempt;
        _pipeline = new ResiliencePipelineBuilder<RestAnswer> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<RestAnswer>
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = static repeat => ValueTask.FromResult(Exchange(repeat.Context).ShouldRepeat(repeat.Outcome.Exception)),
                DelayGenerator = static repeat => ValueTask.FromResult(Exchange(repeat.Context).Wait),
                OnRetry = repeat =>
                {
                    RealtimeLog.Repeating(
                        logger, Exchange(repeat.Context).Operation.Name, FailureReason.Of(repeat.Outcome.Exception), repeat.RetryDelay, repeat.AttemptNumber + 1);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Goes on after <paramref name="first"/>, which the pipeline takes for the outcome of the attempt it begins with.</summary>
    public async Task<RestAnswer> ContinueAsync(RestExchange exchange, RealtimeException first)
    {
        using var limit = exchange.LimitWaits();
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, limit.Token);
        try
        {
            context.Properties.Set(ExchangeKey, exchange);
            var attempted = false;
            return await _pipeline.ExecuteAsync(
                async _ =>
                {
                    if (attempted)
                        return await _attempt.SendAsync(exchange).ConfigureAwait(false);
                    attempted = true;
                    ExceptionDispatchInfo.Throw(first);
                    return null!;
                },
                context).ConfigureAwait(false);
        }
        finally
        {
            exchange.OutOfTime |= limit.Passed;
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static RestExchange Exchange(ResilienceContext context) => context.Properties.GetValue(ExchangeKey, null!);
}
