using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

/// <summary>A session as the server showed it, made fit to be sent back.</summary>
public sealed class SessionCopyTests
{
    // After the contract's session objects: what only servers write, nulls, and empty texts that stand for null. "shown_only" is made up.
    public static TheoryData<string, string> Shown => new()
    {
        {
            """
            {"type":"realtime","object":"realtime.session","id":"sess_1","expires_at":1800000000,"model":"gpt-realtime-2","output_modalities":["audio"],
             "instructions":"Be short.","tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{},"shown_only":1}}],"tool_choice":"auto",
             "max_output_tokens":"inf","tracing":null,"truncation":"auto","prompt":"","shown_only":{"a":1},"include":null,"audio":{
             "input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-transcribe","language":"","prompt":""},"noise_reduction":null,
              "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true,"shown_only":1}},
             "output":{"format":{"type":"audio/pcm","rate":24000},"voice":"alloy","speed":1.0}}}
            """,
            """
            {"type":"realtime","model":"gpt-realtime-2","output_modalities":["audio"],
             "instructions":"Be short.","tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{},"shown_only":1}}],"tool_choice":"auto",
             "max_output_tokens":"inf","truncation":"auto","audio":{
             "input":{"format":{"type":"audio/pcm","rate":24000},"transcription":{"model":"gpt-transcribe"},"noise_reduction":null,
              "turn_detection":{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":200,"idle_timeout_ms":null,"create_response":true,"interrupt_response":true}},
             "output":{"format":{"type":"audio/pcm","rate":24000},"voice":"alloy","speed":1}}}
            """
        },
        {
            """
            {"type":"transcription","object":"realtime.transcription_session","id":"sess_1","expires_at":0,"include":null,"model":"gpt-transcribe",
             "audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":{"type":"server_vad","threshold":0.5}}}}
            """,
            """{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"transcription":null,"noise_reduction":null,"turn_detection":{"type":"server_vad","threshold":0.5}}}}"""
        },
        {
            """{"type":"translation","id":"sess_1","expires_at":1800000000,"model":"gpt-realtime-translate","audio":{"input":{"transcription":null,"noise_reduction":null},"output":{"language":"es"}}}""",
            """{"audio":{"input":{"transcription":null,"noise_reduction":null},"output":{"language":"es"}}}"""
        },
        {
            """
            {"object":"realtime.session","id":"sess_1","expires_at":0,"model":"gpt-4o-realtime-preview","modalities":["text","audio"],"instructions":"Be short.","voice":"alloy",
             "input_audio_format":"pcm16","output_audio_format":"pcm16","input_audio_transcription":null,"turn_detection":null,"tools":[],"tool_choice":"auto",
             "temperature":0.8,"max_response_output_tokens":"inf","tracing":null,"client_secret":{"value":"ek_1","expires_at":1800000000}}
            """,
            """
            {"model":"gpt-4o-realtime-preview","modalities":["text","audio"],"instructions":"Be short.","voice":"alloy",
             "input_audio_format":"pcm16","output_audio_format":"pcm16","input_audio_transcription":null,"turn_detection":null,"tools":[],"tool_choice":"auto",
             "temperature":0.8,"max_response_output_tokens":"inf"}
            """
        },
        {
            """
            {"object":"realtime.transcription_session","id":"sess_1","expires_at":0,"input_audio_format":"pcm16","input_audio_transcription":{"model":"gpt-transcribe","language":"","prompt":""},
             "turn_detection":null,"client_secret":{"value":"ek_1","expires_at":1800000000}}
            """,
            """{"input_audio_format":"pcm16","input_audio_transcription":{"model":"gpt-transcribe"},"turn_detection":null}"""
        },
        {
            """{"type":"translation","id":"sess_1","expires_at":0,"model":"gpt-realtime-translate","audio":{"output":{"language":"es"}}}""",
            """{"audio":{"output":{"language":"es"}}}"""
        },
        { """{"type":"realtime","id":"sess_1","expires_at":0,"audio":{"output":{"speed":1.5}}}""", """{"type":"realtime","audio":{"output":{"speed":1.5}}}""" },
        { """{"type":"transcription","id":"sess_1","expires_at":0}""", """{"type":"transcription"}""" },
        {
            """{"type":"later","object":"realtime.session","id":"sess_1","expires_at":0,"client_secret":null,"answers":{"id":"kept"}}""",
            """{"type":"later","answers":{"id":"kept"}}"""
        },
    };

    [Theory, MemberData(nameof(Shown))]
    public void A_copy_holds_what_a_client_may_send_and_nothing_else(string shown, string expected)
    {
        var session = RealtimeJson.Deserialize<RealtimeSession>(shown);

        var copy = session.ToConfiguration();

        JsonNode.DeepEquals(JsonNode.Parse(RealtimeJson.Serialize(copy)), JsonNode.Parse(expected)).Should().BeTrue(RealtimeJson.Serialize(copy));
        copy.Validate().Errors().Should().BeEmpty();
        RealtimeJson.Serialize(session).Should().Be(RealtimeJson.Serialize(RealtimeJson.Deserialize<RealtimeSession>(shown)), "the session itself stays as it is");
    }

    public static TheoryData<SessionConfiguration> Nested =>
    [
        new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Audio = new() { Output = new() { Voice = Voice.Marin } }, Tools = [new FunctionTool { Name = "f" }] },
        new TranscriptionSessionConfiguration { Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-transcribe" } } } },
    ];

    [Theory, MemberData(nameof(Nested))]
    public async Task The_emulator_accepts_its_session_back_in_an_update_and_in_a_new_session(SessionConfiguration asked)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(asked).WithTimeout();
        var copy = connection.Session!.ToConfiguration();

        var updated = (await connection.UpdateSessionAndWaitAsync(copy).WithTimeout()).Session;
        await using var renewed = await client.ConnectAsync(copy).WithTimeout();

        updated.DifferencesFrom(copy).Should().BeEmpty();
        renewed.Session!.DifferencesFrom(copy).Should().BeEmpty();
    }

    [Fact]
    public async Task The_emulator_accepts_its_translation_session_back()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var asked = new TranslationSessionConfiguration { Model = "gpt-realtime-translate", Audio = new() { Output = new() { Language = "es" } } };
        await using var connection = await client.ConnectTranslationAsync(asked).WithTimeout();
        var copy = (TranslationSessionConfiguration)connection.Session!.ToConfiguration();

        var updated = (TranslationSessionUpdatedEvent)await connection.SendAndWaitForReplyAsync(new TranslationSessionUpdateEvent { Session = copy }).WithTimeout();
        await using var renewed = await client.ConnectTranslationAsync(copy with { Model = asked.Model }).WithTimeout();

        updated.Session.DifferencesFrom(copy).Should().BeEmpty();
        renewed.Session!.DifferencesFrom(copy).Should().BeEmpty();
    }

    [Fact]
    public async Task The_emulator_accepts_its_flat_sessions_back()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var session = await client.CreateSessionAsync(new LegacySessionConfiguration { Model = "gpt-4o-realtime-preview", Voice = Voice.Alloy }).WithTimeout();
        var transcription = await client.CreateTranscriptionSessionAsync(new LegacyTranscriptionSessionConfiguration { InputAudioFormat = AudioFormat.Pcm }).WithTimeout();

        var again = await client.CreateSessionAsync((LegacySessionConfiguration)session.ToConfiguration()).WithTimeout();
        var transcriptionAgain = await client.CreateTranscriptionSessionAsync((LegacyTranscriptionSessionConfiguration)transcription.ToConfiguration()).WithTimeout();

        again.DifferencesFrom(session.ToConfiguration()).Should().BeEmpty();
        transcriptionAgain.DifferencesFrom(transcription.ToConfiguration()).Should().BeEmpty();
    }
}
