using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Connections;

public sealed class AudioAppendRulesTests
{
    [Theory]
    [InlineData(null, 2, 4_800)]
    [InlineData("""{"type":"realtime"}""", 2, 4_800)]
    [InlineData("""{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcmu"}}}}""", 1, 800)]
    [InlineData("""{"type":"realtime","audio":{"input":{"format":{"type":"audio/later"}}}}""", 1, 4_800)]
    [InlineData("""{"type":"realtime","audio":{"output":{}}}""", 2, 4_800)]
    [InlineData("""{"type":"transcription"}""", 2, 4_800)]
    [InlineData("""{"type":"transcription","audio":{}}""", 2, 4_800)]
    [InlineData("""{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcma"}}}}""", 1, 800)]
    [InlineData("""{"object":"realtime.session","input_audio_format":"g711_ulaw"}""", 1, 800)]
    [InlineData("""{"object":"realtime.transcription_session","input_audio_format":"g711_alaw"}""", 1, 800)]
    [InlineData("""{"type":"later"}""", 2, 4_800)]
    public void A_stream_is_sent_in_chunks_of_100_ms_of_the_format_of_the_session(string? session, int sampleBytes, int chunkBytes) =>
        AudioAppendRules.GetChunking(session is null ? null : RealtimeJson.Deserialize<RealtimeSession>(session)).Should().Be((sampleBytes, chunkBytes));
}
