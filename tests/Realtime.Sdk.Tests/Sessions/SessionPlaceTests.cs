using System.Text;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Wire;

namespace Realtime.Sdk.Tests.Sessions;

/// <summary>What the connection is decides how a session is read.</summary>
public sealed class SessionPlaceTests
{
    /// <summary>The members as xAI mixes them, without <c>type</c> and <c>object</c>: nested audio with the flat members of the beta beside it.</summary>
    private const string Mixed = """
        {"instructions":"Be short.","voice":"Ara","turn_detection":{"type":"server_vad"},"modalities":["audio"],
        "tools":[{"type":"function","name":"f"}],"audio":{"input":{"format":{"type":"audio/pcmu"}}}}
        """;

    /// <summary>The example of the OpenAPI description for a session of the translation endpoint.</summary>
    private const string Translation = """
        {"id":"sess_C9G5QPteg4UIbotdKLoYQ","type":"translation","expires_at":1756324625,"model":"gpt-realtime-translate",
        "audio":{"input":{"transcription":{"model":"gpt-realtime-whisper"},"noise_reduction":null},"output":{"language":"es"}}}
        """;

    [Theory]
    [InlineData("session.created")]
    [InlineData("session.updated")]
    public void A_session_of_mixed_shape_keeps_its_members_on_a_realtime_connection(string type)
    {
        var json = $$"""{"type":"{{type}}","session":{{Mixed}}}""";

        var read = new ServerEventReader().Read(Encoding.UTF8.GetBytes(json));

        var session = ((IServerEvent)read).ReportedSession!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Subject;
        session.Instructions.Should().Be("Be short.");
        session.Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>();
        session.Audio!.Input!.Format.Should().Be(AudioFormat.Pcmu);
        session.AdditionalProperties.Keys.Should().BeEquivalentTo("voice", "turn_detection", "modalities");
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), json);
    }

    [Fact]
    public void Nothing_is_a_translation_session_on_a_realtime_connection()
    {
        string[] sessions = [Translation, """{"audio":{"input":{}}}""", """{"model":"m","audio":{"output":{"language":"es"}}}""", """{"type":null,"audio":{}}"""];

        foreach (var session in sessions)
        {
            var updated = $$"""{"type":"session.updated","session":{{session}}}""";
            var update = $$"""{"type":"session.update","session":{{session}}}""";

            var received = (SessionUpdatedEvent)new ServerEventReader().Read(Encoding.UTF8.GetBytes(updated));
            var sent = (SessionUpdateEvent)RealtimeJson.Deserialize<ClientEvent>(update);

            received.Session.Configuration.Should().NotBeOfType<TranslationSessionConfiguration>(session);
            sent.Session.Should().NotBeOfType<TranslationSessionConfiguration>(session);
            WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(received), updated);
            WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(sent), update);
        }
    }

    [Fact]
    public void A_translation_session_on_a_realtime_connection_is_kept_as_unknown()
    {
        var read = new ServerEventReader().Read(Encoding.UTF8.GetBytes($$"""{"type":"session.created","session":{{Translation}}}"""));

        var session = read.Should().BeOfType<SessionCreatedEvent>().Which.Session;
        session.Id.Should().Be("sess_C9G5QPteg4UIbotdKLoYQ");
        session.Configuration.Should().BeOfType<UnknownSessionConfiguration>().Which.Type.Should().Be("translation");
    }

    [Theory]
    [InlineData(Translation)]
    [InlineData("""{"id":"sess_1","audio":{"output":{"language":"es"}}}""")]
    [InlineData("""{"id":"sess_1","object":"realtime.session","model":"m","audio":{"output":{"language":"es"}}}""")]
    [InlineData("""{"id":"sess_1","model":"m"}""")]
    public void Everything_is_a_translation_session_on_a_translation_connection(string session)
    {
        var json = $$"""{"type":"session.created","session":{{session}}}""";

        var read = new TranslationEventReader().Read(Encoding.UTF8.GetBytes(json));

        read.Should().BeOfType<TranslationSessionCreatedEvent>().Which.Session.Configuration.Should().BeOfType<TranslationSessionConfiguration>();
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), json);
    }

    [Fact]
    public void A_realtime_session_on_a_translation_connection_is_kept_as_unknown()
    {
        const string Json = """{"type":"session.created","session":{"id":"sess_1","type":"realtime","instructions":"Be short."}}""";

        var read = new TranslationEventReader().Read(Encoding.UTF8.GetBytes(Json));

        read.Should().BeOfType<TranslationSessionCreatedEvent>().Which.Session.Configuration.Should().BeOfType<UnknownSessionConfiguration>();
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), Json);
    }

    [Theory]
    [InlineData(Mixed, typeof(RealtimeSessionConfiguration))]
    [InlineData("""{"model":"m","audio":{"output":{}}}""", typeof(RealtimeSessionConfiguration))]
    [InlineData("""{"id":"sess_1","output_modalities":["text"]}""", typeof(RealtimeSessionConfiguration))]
    [InlineData("""{"id":"sess_1","modalities":["text"]}""", typeof(LegacySessionConfiguration))]
    [InlineData(Translation, typeof(TranslationSessionConfiguration))]
    public void A_session_on_its_own_is_an_answer_which_names_its_type_if_it_translates(string json, Type expected)
    {
        var session = RealtimeJson.Deserialize<RealtimeSession>(json);

        session.Configuration.Should().BeOfType(expected);
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(session), json);
    }

    [Theory]
    [InlineData(Mixed, typeof(RealtimeSessionConfiguration))]
    [InlineData("""{"model":"gpt-realtime-translate","audio":{"output":{"language":"es"}}}""", typeof(TranslationSessionConfiguration))]
    [InlineData("""{"audio":{"input":{"noise_reduction":null}}}""", typeof(TranslationSessionConfiguration))]
    [InlineData("""{"instructions":"Be short.","voice":"ash"}""", typeof(LegacySessionConfiguration))]
    public void A_configuration_on_its_own_translates_if_it_has_what_requests_for_translation_have_and_nothing_else(string json, Type expected)
    {
        RealtimeJson.Deserialize<SessionConfiguration>(json).Should().BeOfType(expected);
    }

    /// <summary>Azure Voice Live's voices are objects with a name and a type.</summary>
    [Theory]
    [InlineData("""{"name":"en-US-Ava:DragonHDLatestNeural","type":"azure-standard"}""")]
    [InlineData("""{"id":"","name":"x"}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":5}""")]
    [InlineData("{}")]
    public void A_voice_object_without_an_ID_is_unknown_and_kept(string voice)
    {
        var json = """{"type":"session.updated","session":{"type":"realtime","audio":{"output":{"voice":""" + voice + "}}}}";

        var read = new ServerEventReader().Read(Encoding.UTF8.GetBytes(json));

        read.Should().BeOfType<SessionUpdatedEvent>().Which.Session.Configuration.Should().BeOfType<RealtimeSessionConfiguration>()
            .Which.Audio!.Output!.Voice.Should().BeOfType<UnknownVoice>();
        WireComparison.ShouldBeWrittenBack(RealtimeJson.Serialize(read), json);
    }

    [Fact]
    public void A_voice_object_with_an_ID_is_a_custom_voice() =>
        RealtimeJson.Deserialize<Voice>("""{"type":"custom","id":"voice_1234"}""").Should().BeOfType<CustomVoice>().Which.Id.Should().Be("voice_1234");
}
