using System.Text.Json;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class RealtimeSessionTests
{
    [Theory]
    [InlineData("""{"type":"realtime","object":"realtime.session","id":"sess_1","expires_at":0,"model":"m","audio":{"input":{"turn_detection":null}},"new":1}""")]
    [InlineData("""{"object":"realtime.session","id":"sess_1","model":"m","output_modalities":["audio"],"audio":{"input":{"format":"pcm16"}}}""")]
    [InlineData("""{"id":"sess_1","type":"translation","expires_at":1756310470,"model":"t","audio":{"output":{"language":"es"}}}""")]
    [InlineData("""{"id":"sess_1","object":"realtime.session","modalities":["text"],"temperature":0.7,"client_secret":{"value":"ek_1","expires_at":1234567890}}""")]
    [InlineData("""{"id":"sess_1","object":"realtime.transcription_session","input_audio_format":"pcm16"}""")]
    [InlineData("""{"id":"sess_1","object":"realtime.session","expires_at":7,"type":"dream","depth":3}""")]
    [InlineData("""{"id":"sess_1","object":"realtime.session","type":5,"audio":{"input":{}}}""")]
    [InlineData("""{"id":"sess_1","type":"realtime","tools":[null,{"type":"function","name":"f"}],"expires_at":1756310470.5}""")]
    [InlineData("""{"id":"sess_1","type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","prefix_padding_ms":12.5}}}}""")]
    public void A_session_is_written_back_as_it_came(string json)
    {
        var session = JsonSerializer.Deserialize<RealtimeSession>(json)!;

        var written = JsonSerializer.SerializeToElement(session);

        JsonElement.DeepEquals(written, JsonElement.Parse(json)).Should().BeTrue(written.GetRawText());
        session.Id.Should().Be("sess_1");
    }
}
