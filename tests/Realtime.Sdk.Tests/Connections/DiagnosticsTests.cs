using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>What operators see. Alone in its collection: meters and sources belong to the whole process.</summary>
[Collection(nameof(AloneCollection))]
public sealed class DiagnosticsTests
{
    private const string Secret = "My account number is 12345.";

    [Fact]
    public async Task The_log_tells_the_life_of_a_connection_and_no_content()
    {
        var (factory, log) = Log(LogLevel.Trace);
        await using (var test = await ConnectionUnderTest.StartAsync(new() { LoggerFactory = factory }))
        {
            await test.Connection.SendTextAsync(Secret);
            foreach (var type in new[] { "a.b", "a.b", "evil\nFORGED" })
                await test.Pair.SendAsync($$"""{"type":"{{type.Replace("\n", "\\n", StringComparison.Ordinal)}}","text":"{{Secret}}"}""");
            for (var i = 0; i < 5; i++)
                await test.Pair.SendAsync(Secret);
            for (var i = 0; i < 8; i++)
                await test.ReadAsync();
            await test.Pair.Server.CloseAsync((WebSocketCloseStatus)1011, "bye\nFORGED", CancellationToken.None).WithTimeout();
            await test.Connection.Completion.WithTimeout();
        }

        var entries = log.GetSnapshot().Select(entry => $"{entry.Level} {entry.Id.Id} {entry.Message}").ToArray();
        string.Join('\n', entries).Should().NotContain("12345").And.NotContain("\nFORGED");
        entries.Should().Contain("Information 105 Received an event of the unknown type a.b. The application gets it as an unknown event. Later events of this type are not logged.");
        entries.Count(entry => entry.StartsWith("Information 105", StringComparison.Ordinal)).Should().Be(2);
        entries.Count(entry => entry.StartsWith("Warning 108", StringComparison.Ordinal)).Should().Be(3);
        entries.Should().Contain("Warning 103 The connection failed. The server closed the connection (1011: bye FORGED).");
        entries.Should().ContainSingle(entry => entry.StartsWith("Trace 107 Sending conversation.item.create, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_odd_about_an_event_is_logged_and_the_event_is_sent()
    {
        var (factory, log) = Log(LogLevel.Debug);
        await using var test = await ConnectionUnderTest.StartAsync(new() { LoggerFactory = factory });

        await test.Connection.SendAsync(new ResponseCreateEvent { Response = new() { OutputModalities = ["smell"] } });

        var questionable = log.GetSnapshot().Where(entry => entry.Id.Id == 4).Should().ContainSingle().Which;
        questionable.Level.Should().Be(LogLevel.Debug);
        questionable.Message.Should().StartWith("Sending response.create despite a validation warning: response.output_modalities[0] ");
    }

    [Fact]
    public async Task Content_is_logged_only_when_asked_for()
    {
        var (factory, log) = Log(LogLevel.Trace);
        await using var test = await ConnectionUnderTest.StartAsync(new() { LoggerFactory = factory, LogContent = true });

        await test.Connection.SendTextAsync(Secret);

        log.GetSnapshot().Should().ContainSingle(entry => entry.Level == LogLevel.Trace).Which.Message.Should().Contain(Secret);
    }

    [Fact]
    public async Task Meters_count_events_and_bytes_and_what_is_unread_and_open()
    {
        using var events = new MetricCollector<long>(null, "Realtime.Sdk", "realtime.connection.events");
        using var bytes = new MetricCollector<long>(null, "Realtime.Sdk", "realtime.connection.bytes");
        using var unread = new MetricCollector<long>(null, "Realtime.Sdk", "realtime.connection.unread");
        using var open = new MetricCollector<long>(null, "Realtime.Sdk", "realtime.connection.open");
        await using (var test = await ConnectionUnderTest.StartAsync())
        {
            await test.Connection.CancelResponseAsync();
            await test.Pair.SendAsync("""{"type":"x"}""");
            await test.ReadAsync();
            await test.Pair.SendAsync("""{"type":"unread"}""");
            await Transport.WebSockets.TransportUnderTest.UntilAsync(() => test.Connection.UnreadBytes > """{"type":"x"}""".Length);
        }

        Sum(events, "sent").Should().Be(1);
        Sum(events, "received").Should().Be(2);
        Sum(bytes, "sent").Should().Be("""{"type":"response.cancel"}""".Length);
        Sum(bytes, "received").Should().Be("""{"type":"x"}{"type":"unread"}""".Length);
        unread.GetMeasurementSnapshot().Sum(measurement => measurement.Value).Should().Be(0);
        open.GetMeasurementSnapshot().Select(measurement => measurement.Value).Should().Equal(1, -1);
        events.GetMeasurementSnapshot().SelectMany(measurement => measurement.Tags.Keys).Distinct().Should().Equal("direction");
    }

    [Fact]
    public async Task A_span_lasts_as_long_as_the_connection_and_is_nobodys_current_one()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);

        await using (var test = await ConnectionUnderTest.StartAsync())
        {
            Activity.Current.Should().BeNull();
            spans.Should().BeEmpty();
            await test.Pair.Server.CloseAsync((WebSocketCloseStatus)1011, "oops", CancellationToken.None).WithTimeout();
            await test.Connection.Completion.WithTimeout();
        }

        var span = spans.Should().ContainSingle().Subject;
        span.OperationName.Should().Be("realtime.connection");
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("realtime.close_code").Should().Be(1011);
    }

    [Fact]
    public async Task A_session_that_is_refused_after_the_handshake_is_a_failed_connection_and_nothing_else()
    {
        var spans = new List<(ActivityStatusCode Status, object? Error)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Realtime.Sdk",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => spans.Add((activity.Status, activity.GetTagItem("error.type"))),
        };
        ActivitySource.AddActivityListener(listener);
        var (factory, log) = Log(LogLevel.Information);
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.SendAsync(new ErrorEvent { Error = new() { Code = "no", Message = "No." } }));
        using var client = emulator.CreateClient(options => options.LoggerFactory = factory);

        await FluentActions.Awaiting(() => client.ConnectAsync("gpt-realtime-2").WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        spans.Should().Equal((ActivityStatusCode.Error, nameof(RealtimeApiException)));
        log.GetSnapshot().Select(entry => entry.Id.Id).Should().Equal(100, 101, 109);
    }

    private static long Sum(MetricCollector<long> collector, string direction) =>
        collector.GetMeasurementSnapshot().Where(measurement => (string?)measurement.Tags["direction"] == direction).Sum(measurement => measurement.Value);

    private static (ILoggerFactory Factory, FakeLogCollector Log) Log(LogLevel level)
    {
        var provider = new FakeLoggerProvider();
        return (LoggerFactory.Create(builder => builder.SetMinimumLevel(level).AddProvider(provider)), provider.Collector);
    }
}
