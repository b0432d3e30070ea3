using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using RichardSzalay.MockHttp;

namespace Realtime.Sdk.Tests.Diagnostics;

public sealed class RestTelemetryTests
{
    [Fact]
    public async Task A_call_is_one_client_span_and_one_measurement_whatever_its_attempts()
    {
        using var handler = new MockHttpMessageHandler();
        var answers = new Queue<HttpResponseMessage>([Answers.Error(503), Answers.Secret()]);
        handler.When("*").Respond(_ => answers.Dequeue());
        using var watch = new Watch("telemetry-a.example");
        using var client = Client(handler, "telemetry-a.example");

        await client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2" }).WithTimeout();

        var span = watch.Spans.Should().ContainSingle().Subject;
        span.DisplayName.Should().Be("create_client_secret gpt-realtime-2");
        span.Kind.Should().Be(ActivityKind.Client);
        span.Status.Should().Be(ActivityStatusCode.Unset);
        span.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "create_client_secret",
            ["gen_ai.provider.name"] = "openai",
            ["gen_ai.request.model"] = "gpt-realtime-2",
            ["server.address"] = "telemetry-a.example",
            ["server.port"] = 443,
            ["http.response.status_code"] = 200,
            ["realtime.client.attempts"] = 2,
        });
        watch.Measured.Should().Equal("gen_ai.client.operation.duration error=", "realtime.client.attempts 2 error=");
    }

    [Theory]
    [InlineData(429, null, "rate_limited")]
    [InlineData(429, "insufficient_quota", "quota_exceeded")]
    [InlineData(401, null, "authentication")]
    [InlineData(403, null, "permission")]
    [InlineData(404, null, "not_found")]
    [InlineData(418, null, "invalid_request")]
    [InlineData(599, null, "server_error")]
    [InlineData(302, null, "redirect")]
    public async Task A_failure_is_one_word_out_of_few(int status, string? code, string reason)
    {
        var host = $"telemetry-{status}-{code?.Length}.example";
        using var handler = new MockHttpMessageHandler();
        handler.When("*").Respond(_ => Answers.Error(status, code));
        using var watch = new Watch(host);
        using var client = Client(handler, host, retries: 0);

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        await create.Should().ThrowAsync<RealtimeApiException>();
        var span = watch.Spans.Should().ContainSingle().Subject;
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("error.type").Should().Be(reason);
        span.GetTagItem("http.response.status_code").Should().Be(status);
        watch.Measured.Should().Equal($"gen_ai.client.operation.duration error={reason}", $"realtime.client.attempts 1 error={reason}");
    }

    private static RealtimeClient Client(HttpMessageHandler handler, string host, int retries = 2) =>
        new(handler, new RealtimeClientOptions { ApiKey = "sk-1", BaseUrl = new($"https://{host}/v1"), MaxRetries = retries, Randomizer = () => 0 });

    /// <summary>What is told of calls to one server, for other tests run beside this one.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly ActivityListener _activities;
        private readonly MeterListener _meters;

        public Watch(string server)
        {
            _activities = new()
            {
                ShouldListenTo = source => source.Name == "Realtime.Sdk",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (Equals(activity.GetTagItem("server.address"), server))
                        Spans.Enqueue(activity);
                },
            };
            ActivitySource.AddActivityListener(_activities);
            _meters = new()
            {
                InstrumentPublished = (instrument, meters) =>
                {
                    if (instrument.Meter.Name == "Realtime.Sdk")
                        meters.EnableMeasurementEvents(instrument);
                },
            };
            _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(server, instrument.Name, tags));
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(server, $"{instrument.Name} {value}", tags));
            _meters.Start();
        }

        public ConcurrentQueue<Activity> Spans { get; } = [];

        public ConcurrentQueue<string> Measured { get; } = [];

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
        }

        private void Note(string server, string what, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (Equals(named.GetValueOrDefault("server.address"), server))
                Measured.Enqueue($"{what} error={named.GetValueOrDefault("error.type")}");
        }
    }
}
