using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>The flat sessions of the beta: taken by the servers that speak them, and refused where the server speaks the nested shape.</summary>
public sealed class FlatSessionTests
{
    private const string Nested = """{"type":"session.created","session":{"type":"realtime","id":"sess_1","audio":{"input":{}}}}""";

    private const string Flat = """{"type":"session.created","session":{"id":"sess_1","object":"realtime.session","modalities":["text","audio"]}}""";

    private static readonly SessionUpdateEvent Update = new() { Session = new LegacySessionConfiguration { Voice = Voice.Alloy } };

    [Fact]
    public async Task A_flat_session_is_sent_to_a_server_that_told_one()
    {
        await using var test = await StartAsync(Flat);

        await test.Connection.SendAsync(Update).AsTask().WithTimeout();

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"session.update","session":{"voice":"alloy"}}""");
    }

    [Fact]
    public async Task A_flat_transcription_session_has_its_own_event()
    {
        await using var test = await StartAsync("""{"type":"transcription_session.created","session":{"id":"sess_1","object":"realtime.transcription_session"}}""");

        await test.Connection.SendAsync(new TranscriptionSessionUpdateEvent { Session = new() { InputAudioFormat = AudioFormat.Pcm } }).AsTask().WithTimeout();

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"transcription_session.update","session":{"input_audio_format":"pcm16"}}""");
    }

    [Fact]
    public async Task A_flat_session_is_refused_where_the_server_told_a_nested_one()
    {
        await using var test = await StartAsync(Nested);

        var session = await FluentActions.Awaiting(() => test.Connection.SendAsync(Update).AsTask().WithTimeout()).Should().ThrowAsync<RealtimeValidationException>();
        var transcription = await FluentActions.Awaiting(() => test.Connection.SendAsync(new TranscriptionSessionUpdateEvent { Session = new() }).AsTask().WithTimeout())
            .Should().ThrowAsync<RealtimeValidationException>();

        session.Which.Violations.Should().ContainSingle().Which.ToString()
            .Should().Be("session must have the nested shape, since only servers of the beta accept the flat one: use RealtimeSessionConfiguration");
        transcription.Which.Violations.Should().ContainSingle().Which.ToString()
            .Should().Be("session must have the nested shape, since only servers of the beta accept the flat one: use TranscriptionSessionConfiguration");
    }

    [Theory]
    [InlineData(Flat, "LegacySessionConfiguration")]
    [InlineData("""{"type":"transcription_session.created","session":{"id":"sess_1","object":"realtime.transcription_session"}}""", "LegacyTranscriptionSessionConfiguration")]
    public async Task A_nested_session_is_sent_to_a_server_that_showed_a_flat_one_with_a_warning(string created, string right)
    {
        var log = new FakeLoggerProvider();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var test = await StartAsync(created, new() { LoggerFactory = factory });

        await test.Connection.SendAsync(new SessionUpdateEvent { Session = new RealtimeSessionConfiguration { Instructions = "Be short." } }).AsTask().WithTimeout();

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"session.update","session":{"type":"realtime","instructions":"Be short."}}""");
        log.Collector.GetSnapshot().Should().ContainSingle(entry => entry.Level == LogLevel.Warning).Which.Message.Should().Be(
            $"Sending session.update despite a validation warning: session should have the flat shape that the server reported, since it may ignore the nested one: use {right}.");
    }

    [Fact]
    public async Task What_is_not_to_be_validated_is_sent_wherever_it_goes()
    {
        await using var test = await StartAsync(Nested, new() { ValidateEvents = false });

        await test.Connection.SendAsync(Update).AsTask().WithTimeout();

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"session.update","session":{"voice":"alloy"}}""");
    }

    private static async Task<ConnectionUnderTest> StartAsync(string created, RealtimeConnectionOptions? options = null)
    {
        var test = await ConnectionUnderTest.StartAsync(options);
        await test.Pair.SendAsync(created);
        await test.ReadAsync();
        return test;
    }
}
