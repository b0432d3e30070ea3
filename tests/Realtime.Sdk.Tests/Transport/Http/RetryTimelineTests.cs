using System.Globalization;
using CsCheck;

namespace Realtime.Sdk.Tests.Transport.Http;

public sealed class RetryTimelineTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch.AddYears(50);

    /// <summary>Headers that ask to wait, and what they mean.</summary>
    private static readonly (string? Name, string? Text, TimeSpan? Means)[] Waits =
    [
        (null, null, null),
        (null, null, null),
        ("Retry-After", "1", TimeSpan.FromSeconds(1)),
        ("Retry-After", "7.5", TimeSpan.FromSeconds(7.5)),
        ("Retry-After", "0", TimeSpan.Zero),
        ("Retry-After", "-1", null),
        ("Retry-After", "NaN", null),
        ("Retry-After", "", null),
        ("Retry-After", "soon", null),
        ("Retry-After", "99999999999", TimeSpan.FromSeconds(99999999999)),
        ("Retry-After", "12345678901234567890", TimeSpan.MaxValue),
        ("Retry-After", Epoch.AddDays(-1).ToString("R", CultureInfo.InvariantCulture), TimeSpan.Zero),
        ("retry-after-ms", "250", TimeSpan.FromMilliseconds(250)),
        ("retry-after-ms", "3000.5", TimeSpan.FromMilliseconds(3000.5)),
        ("retry-after-ms", "-5", null),
    ];

    private static readonly Gen<Step> Steps = Gen.Select(
        OneOf(200, 200, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 429, 431, 500, 501, 502, 503, 504, 505, 511, 520, 522, 525, 529, 530, 0, 0, -1),
        OneOf<string?>(null, null, "rate_limit_exceeded", "insufficient_quota"),
        OneOf(Waits),
        Gen.Int[0, 4000],
        Gen.Bool,
        Gen.Select(Gen.Enum<HttpRequestError>(), OneOf(null, null, null, "true", "false", "", "yes", "1")),
        (status, code, wait, latency, sent, rest) => new Step(
            status, status >= 400 ? code : null, wait.Name, wait.Text, wait.Means, TimeSpan.FromMilliseconds(latency), status > 0 || sent, rest.Item1, rest.Item2));

    private static readonly Gen<Scenario> Scenarios = Gen.Select(
        Gen.Bool,
        Gen.Int[0, 5],
        Gen.Int[100, 5000],
        Gen.Int[500, 60_000],
        Gen.OneOf(Gen.Const(-1), Gen.Const(-1), Gen.Int[0, 20_000]),
        Gen.Double[0, 1],
        Steps.Array[6],
        (repeatable, retries, attempt, total, cancel, random, steps) => new Scenario(
            repeatable, retries, TimeSpan.FromMilliseconds(attempt), TimeSpan.FromMilliseconds(total),
            cancel < 0 ? null : TimeSpan.FromMilliseconds(cancel), random, steps));

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Fact]
    public void The_client_does_what_the_rules_say_for_every_sequence_of_answers()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // continuations stay on this thread only where no context is
        try
        {
            Scenarios.Sample(
                scenario =>
                {
                    if (RetryModel.Run(scenario) is { } expected)
                        Play(scenario).Should().BeEquivalentTo(expected);
                },
                iter: 8_000,
                threads: 1);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static Timeline Play(Scenario scenario)
    {
        var time = new VirtualTime();
        using var server = new ScriptedServer(scenario.Steps, time);
        using var client = new RealtimeClient(server, new RealtimeClientOptions
        {
            ApiKey = "sk-1",
            AttemptTimeout = scenario.AttemptTimeout,
            Timeout = scenario.Timeout,
            MaxRetries = scenario.MaxRetries,
            TimeProvider = time,
            Randomizer = () => scenario.Random,
        });
        using var cancellation = new CancellationTokenSource();
        if (scenario.CancelAt == TimeSpan.Zero)
            cancellation.Cancel();
        else if (scenario.CancelAt is { } at)
            time.CreateTimer(_ => cancellation.Cancel(), null, at, Timeout.InfiniteTimeSpan);

        var call = scenario.Repeatable
            ? client.CreateClientSecretAsync(new ClientSecretRequest(), cancellation.Token)
            : client.Calls.HangUpAsync("rtc_1", cancellation.Token);
        while (!call.IsCompleted && !cancellation.IsCancellationRequested)
            time.Step().Should().BeTrue("a call that waits waits for time");
        ((IAsyncResult)call).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(20)).Should().BeTrue("cancellation ends a call without more time passing");

        var failure = call.Exception?.InnerException;
        if (call.IsCanceled)
            return new("cancelled", time.Now, false, false, server.Starts);
        (failure as RealtimeApiException)?.Attempts.Should().Be(server.Starts.Count);
        (failure as RealtimeApiException)?.RetryAfter.Should().Be(scenario.Steps[server.Starts.Count - 1].Asked);
        var (ending, uncertain) = failure switch
        {
            null => ("ok", false),
            RealtimeApiException refused => (((int)refused.StatusCode!.Value).ToString(), false),
            RealtimeTimeoutException { Deadline: RealtimeDeadline.Request } late => ("total", late.IsDeliveryUncertain),
            RealtimeTimeoutException late => ("attempt", late.IsDeliveryUncertain),
            RealtimeConnectionException lost => ("link", lost.IsDeliveryUncertain),
            _ => (failure.ToString(), false),
        };
        return new(ending, time.Now, uncertain, (failure as RealtimeException)?.IsTransient ?? false, server.Starts);
    }

    /// <summary>A server at the end of an HttpClient that does one step after the other, on the same thread.</summary>
    private sealed class ScriptedServer(IReadOnlyList<Step> steps, VirtualTime time) : HttpMessageHandler
    {
        public List<TimeSpan> Starts { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var step = steps[Starts.Count];
            Starts.Add(time.Now);
            if (step.Sent)
                await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            var latency = step.Status < 0 ? Timeout.InfiniteTimeSpan : step.Latency;
            await WaitAsync(latency, cancellationToken);
            if (step.Status == 0)
                throw new HttpRequestException(step.Fault);
            var answer = step.Status == 200 ? Answers.Secret() : Answers.Error(step.Status, step.Code);
            if (step.Header is not null)
                answer.Headers.TryAddWithoutValidation(step.Header, step.HeaderText);
            if (step.ShouldRetry is not null)
                answer.Headers.TryAddWithoutValidation("x-should-retry", step.ShouldRetry);
            return answer;
        }

        /// <summary>Like Task.Delay, which however goes on on another thread when it is cancelled.</summary>
        private async Task WaitAsync(TimeSpan latency, CancellationToken cancellationToken)
        {
            var over = new TaskCompletionSource();
            using var timer = time.CreateTimer(_ => over.TrySetResult(), null, latency, Timeout.InfiniteTimeSpan);
            using var cancelled = cancellationToken.UnsafeRegister((_, token) => over.TrySetCanceled(token), null);
            await over.Task;
        }
    }
}
