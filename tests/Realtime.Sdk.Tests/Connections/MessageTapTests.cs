using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>A handler that is shown every message, beside the one reader.</summary>
public sealed class MessageTapTests
{
    private const string Delta = """{"type":"response.output_text.delta","delta":"Hel"}""";

    [Fact]
    public async Task Every_message_is_shown_in_both_directions_as_it_is_and_the_reader_still_gets_it()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var seen = new List<string>();
        using var tap = test.Connection.OnMessage((in message) => seen.Add($"{message.Direction} {message.Type} {Encoding.UTF8.GetString(message.Utf8Json.Span)}"));

        await test.Pair.SendAsync(Delta);
        (await test.ReadAsync()).Should().BeOfType<ResponseOutputTextDeltaEvent>();
        await test.Pair.SendAsync("not JSON");
        (await test.ReadAsync()).Should().BeOfType<MalformedEvent>();
        await test.Connection.SendAsync(new InputAudioBufferClearEvent());
        await test.Connection.SendMessageAsync("{}"u8.ToArray());

        seen.Should().Equal(
            $"Received response.output_text.delta {Delta}",
            "Received  not JSON",
            """Sent input_audio_buffer.clear {"type":"input_audio_buffer.clear"}""",
            "Sent  {}");
    }

    [Fact]
    public async Task A_message_is_shown_when_it_arrives_whether_or_not_anybody_reads()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var seen = new TaskCompletionSource<string>();
        using var tap = test.Connection.OnMessage((in message) => seen.TrySetResult(message.Type));

        await test.Pair.SendAsync(Delta);

        (await seen.Task.WithTimeout()).Should().Be("response.output_text.delta");
        (await test.ReadAsync()).Should().BeOfType<ResponseOutputTextDeltaEvent>();
    }

    [Fact]
    public async Task A_handler_that_throws_is_logged_once_and_changes_nothing()
    {
        var log = new FakeLogCollector();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(new FakeLoggerProvider(log)));
        await using var test = await ConnectionUnderTest.StartAsync(new() { LoggerFactory = factory });
        using var tap = test.Connection.OnMessage((in _) => throw new NotSupportedException("mine"));

        for (var i = 0; i < 3; i++)
        {
            await test.Connection.SendAsync(new InputAudioBufferClearEvent());
            (await test.Pair.ReceiveAsync()).Should().NotBeNull();
            await test.Pair.SendAsync(Delta);
            (await test.ReadAsync()).Should().BeOfType<ResponseOutputTextDeltaEvent>();
        }

        test.Connection.IsOpen.Should().BeTrue();
        log.GetSnapshot().Where(entry => entry.Id.Id == 110).Should().ContainSingle().Which.Message.Should().Be(
            "A message handler threw NotSupportedException. The connection is not affected. Later exceptions of this handler are not logged.");
    }

    [Fact]
    public async Task Several_handlers_are_called_each_until_it_is_disposed()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var (first, second) = (0, 0);
        var one = test.Connection.OnMessage((in _) => first++);
        using var two = test.Connection.OnMessage((in _) => second++);

        await test.Pair.SendAsync(Delta);
        await test.ReadAsync();
        one.Dispose();
        one.Dispose();
        await test.Pair.SendAsync(Delta);
        await test.ReadAsync();

        (first, second).Should().Be((1, 2));
    }
}
