using System.Buffers;
using System.Text;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Events;

public sealed class ClientEventWriterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4_800)]
    public void An_append_is_written_as_its_record_would_be(int bytes)
    {
        var audio = Enumerable.Range(0, bytes).Select(i => (byte)i).ToArray();

        Written(output => InputAudioBufferAppendEvent.Write(audio, output))
            .Should().Be(Written(new InputAudioBufferAppendEvent { Audio = audio }.Write));
        Written(output => TranslationSessionInputAudioBufferAppendEvent.Write(audio, output))
            .Should().Be(Written(new TranslationSessionInputAudioBufferAppendEvent { Audio = audio }.Write));
    }

    [Fact]
    public void An_append_costs_nothing()
    {
        var audio = new byte[4_800];
        var output = new FixedBuffer();
        InputAudioBufferAppendEvent.Write(audio, output);

        var before = GC.GetAllocatedBytesForCurrentThread();
        InputAudioBufferAppendEvent.Write(audio, output);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void An_event_is_written_as_one_compact_message_with_its_type_first()
    {
        var send = new ConversationItemCreateEvent { EventId = "client_1", Item = ConversationItem.UserText("Bergen, så klart ☔") };

        Written(send.Write).Should().Be(
            """{"type":"conversation.item.create","event_id":"client_1","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Bergen, så klart ☔"}]}}""");
    }

    [Fact]
    public void An_event_newer_than_this_SDK_is_written_as_it_is()
    {
        var json = JsonElementOf("""{"type":"weather.ask","city":"Bergen"}""");

        Written(new UnknownClientEvent("weather.ask", json).Write).Should().Be("""{"type":"weather.ask","city":"Bergen"}""");
    }

    private static System.Text.Json.JsonElement JsonElementOf(string json) => System.Text.Json.JsonElement.Parse(json);

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class FixedBuffer : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = new byte[16_384];

        public void Advance(int count) { }

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes;

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes;
    }
}
