using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class EndpointRulesTests
{
    private const string Telephone = "audio.input.turn_detection should not set threshold, prefix_padding_ms or silence_duration_ms, which telephone calls reject";

    [Theory]
    [InlineData("""{"type":"realtime"}""", false)]
    [InlineData("""{"type":"realtime","audio":{}}""", false)]
    [InlineData("""{"type":"realtime","audio":{"input":{}}}""", false)]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"semantic_vad"}}}}""", false)]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","create_response":true}}}}""", false)]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.5}}}}""", true)]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","prefix_padding_ms":300}}}}""", true)]
    [InlineData("""{"type":"realtime","audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":500}}}}""", true)]
    [InlineData("""{"type":"transcription","audio":{"input":{"turn_detection":{"type":"server_vad","threshold":0.5}}}}""", false)]
    public void Timing_of_turn_detection_is_a_warning_for_telephone_calls(string session, bool warns)
    {
        var configuration = RealtimeJson.Deserialize<SessionConfiguration>(session);

        var warnings = Constraints.Validate(new RealtimeSessionConfiguration(), constraints => EndpointRules.CheckTelephoneSession(constraints, configuration)).Warnings();

        warnings.Should().Equal(warns ? [Telephone] : []);
    }

    public static TheoryData<SessionConfiguration, SessionConfiguration?, string[]> Shapes => new()
    {
        { new RealtimeSessionConfiguration(), null, [] },
        { new RealtimeSessionConfiguration(), new RealtimeSessionConfiguration(), [] },
        { new LegacySessionConfiguration(), null, [] },
        { new LegacySessionConfiguration(), new LegacySessionConfiguration(), [] },
        { new RealtimeSessionConfiguration(), new LegacySessionConfiguration(), [Flat("LegacySessionConfiguration")] },
        { new TranscriptionSessionConfiguration(), new LegacyTranscriptionSessionConfiguration(), [Flat("LegacyTranscriptionSessionConfiguration")] },
        { new TranslationSessionConfiguration(), new LegacySessionConfiguration(), [] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void A_nested_session_is_a_warning_where_the_server_reported_a_flat_one(SessionConfiguration asked, SessionConfiguration? effective, string[] warnings) =>
        EndpointRules.CompareShapes(asked, effective).Select(violation => violation.ToString()).Should().Equal(warnings);

    private static string Flat(string type) => $"session should have the flat shape that the server reported, since it may ignore the nested one: use {type}";
}
