using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Events;

public sealed class ReadingAllocationTests
{
    private const int Pcm = 4_800;
    private const string Ids = "\"event_id\":\"event_CCXGRxsAimPAs8kS2Wc7Z\",\"item_id\":\"item_CCXGQ4e1ht4cOraEYcuR2\"";

    private const string Response = "\"response_id\":\"resp_CCXHw0UJld10EzIUXQCNh\",\"output_index\":0";

    private static readonly byte[] Audio = Message(
        $$"""{"type":"response.output_audio.delta",{{Ids}},{{Response}},"content_index":0,"delta":"{{Convert.ToBase64String(new byte[Pcm])}}"}""");

    private static readonly byte[] AudioTypeLast = Message(
        $$"""{"delta":"{{Convert.ToBase64String(new byte[Pcm])}}",{{Ids}},{{Response}},"content_index":0,"type":"response.audio.delta"}""");

    [Theory]
    [InlineData("response.output_audio_transcript.delta", Response + ",\"content_index\":0")]
    [InlineData("response.output_text.delta", Response + ",\"content_index\":0,\"obfuscation\":\"aLxx0jTEciOGe\"")]
    [InlineData("response.text.delta", Response + ",\"content_index\":0")]
    [InlineData("response.function_call_arguments.delta", Response + ",\"call_id\":\"call_CCXGQ4e1ht4cOra\"")]
    [InlineData("conversation.item.input_audio_transcription.delta", "\"content_index\":0,\"logprobs\":null,\"obfuscation\":\"aLxx0jTEc\"")]
    public void A_text_delta_costs_its_record_its_text_and_its_event_id(string type, string members)
    {
        var message = Message($$"""{"type":"{{type}}",{{Ids}},{{members}},"delta":" umbrella"}""");
        var reader = new ServerEventReader();

        AllocatedByEach(() => reader.Read(message)).Should().BeLessThanOrEqualTo(280);
        ShouldCostNoMoreThanOnAConnection(message);
    }

    [Fact]
    public void An_owned_audio_delta_costs_its_audio_and_little_else()
    {
        var reader = new ServerEventReader();

        AllocatedByEach(() => reader.Read(Audio)).Should().BeLessThanOrEqualTo(Pcm + 200);
        ShouldCostNoMoreThanOnAConnection(Audio);
        ShouldCostNoMoreThanOnAConnection(AudioTypeLast);
    }

    [Fact]
    public void A_lent_audio_delta_costs_nothing()
    {
        var reader = new ServerEventReader();
        var buffer = Array.Empty<byte>();

        AllocatedByEach(() =>
        {
            reader.TryReadOutputAudio(Audio, ref buffer, out var first);
            reader.TryReadOutputAudio(AudioTypeLast, ref buffer, out var second);
            return first.Audio.Length + second.Audio.Length;
        }).Should().Be(0);
    }

    [Fact]
    public void Peeking_at_the_type_costs_nothing()
    {
        AllocatedByEach(() => WireMessage.PeekType(AudioTypeLast).Length).Should().Be(0);
    }

    [Fact]
    public void Unknown_members_of_a_streamed_event_are_there_when_asked_for()
    {
        var message = Message("""{"obfuscation":"aL\u0078","type":"response.output_text.delta","delta":"a","later":{"b":[1, 2]},"obfuscation":"last"}""");

        var read = new ServerEventReader().Read(message);

        read.AdditionalProperties.Keys.Should().BeEquivalentTo("obfuscation", "later");
        read.AdditionalProperties["obfuscation"].GetString().Should().Be("last");
        (read with { EventId = "event_2" }).AdditionalProperties["later"].GetRawText().Should().Be("""{"b":[1, 2]}""");
        JsonSerializer.Serialize(read).Should().Contain("\"later\":{\"b\":[1,2]}");
    }

    private static void ShouldCostNoMoreThanOnAConnection(byte[] message)
    {
        var reader = new ServerEventReader();

        // The least of several, because tests that run at the same time share the cache of IDs.
        var allocated = Enumerable.Range(0, 3).Min(_ => AllocatedByEach(() => RealtimeJson.Deserialize<ServerEvent>(message)));

        allocated.Should().BeLessThanOrEqualTo(AllocatedByEach(() => reader.Read(message)));
    }

    private static byte[] Message(string json) => Encoding.UTF8.GetBytes(json);

    private static long AllocatedByEach<T>(Func<T> act)
    {
        const int times = 1_000;
        for (var i = 0; i < 100; i++)
            act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
            act();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / times;
    }
}
