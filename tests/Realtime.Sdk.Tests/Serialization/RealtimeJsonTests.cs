using System.Text;
using System.Text.Json;

namespace Realtime.Sdk.Tests.Serialization;

public sealed class RealtimeJsonTests
{
    [Theory]
    [InlineData("""{"type":"server_vad","threshold":0.25}""")]
    [InlineData("""{"type":"tomorrow_vad","süß":[1,null]}""")]
    [InlineData("null")]
    public void A_member_of_a_family_is_written_as_it_was_read(string json)
    {
        var value = RealtimeJson.Deserialize<TurnDetection>(Encoding.UTF8.GetBytes(json));

        RealtimeJson.Serialize(value).Should().Be(json);
        RealtimeJson.SerializeToUtf8Bytes(value).Should().Equal(Encoding.UTF8.GetBytes(json));
    }

    [Fact]
    public void A_variant_is_written_by_its_own_type_as_by_its_family()
    {
        using var json = JsonDocument.Parse("""{"type":"tomorrow_vad"}""");

        RealtimeJson.Serialize(new UnknownTurnDetection("tomorrow_vad", json.RootElement)).Should().Be("""{"type":"tomorrow_vad"}""");
        RealtimeJson.Serialize(new SemanticVad()).Should().Be("""{"type":"semantic_vad"}""");
    }
}
