using System.Text;

namespace Realtime.Sdk.Testing.Tests.Recordings;

/// <summary>Which parts of messages are not recorded.</summary>
public sealed class RecordedSecretsTests
{
    [Fact]
    public async Task Secrets_are_masked_and_words_are_not()
    {
        var recorded = await TestOutput.RecordAsync(recorder =>
        {
            recorder.RecordSent("""
                {"type":"session.update","session":{"instructions":"Say sk-is fine","tools":[{"type":"mcp","authorization":"abc","headers":{"X-Key":"def"}}],"note":"sk-ghi"}}
                """u8);
            recorder.RecordReceived("""{"type":"session.created","session":{"client_secret":{"value":"jkl","expires_at":7},"list":["ek_mno"]}}"""u8);
        });

        recorded.Text.Should().NotContainAny("abc", "def", "sk-ghi", "jkl", "ek_mno").And.Contain("Say sk-is fine").And.Contain("\"expires_at\":7");
        recorded.Text.Should().StartWith("""{"at_ms":0,"from":"client","event":{"type":"session.update",""");
    }

    [Theory]
    [InlineData("""{"type":"x","server_url":"https://user:canary@host/mcp"}""")]
    [InlineData("""{"type":"x","server_url":"https://host/mcp?a=1&api_key=canary&b=2"}""")]
    [InlineData("""{"type":"x","text":"See https://host/?token=canary or http://host/a?x=1&sig=canary#top."}""")]
    [InlineData("""{"type":"x","arguments":"{\"url\":\"https://host/?access_token=canary\"}"}""")]
    [InlineData("""{"type":"x","arguments":"{\"key\":\"sk-canary-4711\",\"other\":\"ek_canary-4711\"}"}""")]
    [InlineData("""{"type":"x","Client_Secret":{"deep":{"list":[{"value":"canary"}],"audio":"canary"}},"password":"canary"}""")]
    [InlineData("""{"type":"x","headers":null,"list":[{"headers":{"a":"canary"}},{"authorization":["canary"]}]}""")]
    [InlineData("""{"type":"x","audio":"sk-canary-4711"}""")]
    [InlineData("""{"type":"x","\u0061uthorization":"canary"}""")]
    [InlineData("""no json with canary""")]
    [InlineData("""{"type":"x","authorization":"canary""")]
    [InlineData("""["canary"]""")]
    public async Task No_secret_is_recorded(string message)
    {
        var recorded = await TestOutput.RecordAsync(recorder => recorder.RecordReceived(Encoding.UTF8.GetBytes(message)), new() { IncludeAudio = true });

        recorded.Text.Should().NotContain("canary");
        EmulatorRecording.Parse(recorded.Text).Should().NotBeNull();
    }

    [Fact]
    public async Task A_password_of_digits_is_masked_and_the_members_behind_a_secret_are_not()
    {
        var recorded = await TestOutput.RecordAsync(recorder => recorder.RecordReceived("""{"type":"x","password":1234,"after":5,"list":[{"secret":{"a":[6]}},7]}"""u8));

        recorded.Text.Should().Contain("""{"type":"x","password":"[masked]","after":5,"list":[{"secret":{"a":["[masked]"]}},7]}""");
    }

    [Fact]
    public async Task Only_the_size_of_audio_is_recorded()
    {
        var audio = Convert.ToBase64String(new byte[4801]);
        var recorded = await TestOutput.RecordAsync(recorder =>
        {
            recorder.RecordSent(Encoding.UTF8.GetBytes($$"""{"type":"input_audio_buffer.append","audio":"{{audio}}"}"""));
            recorder.RecordReceived(Encoding.UTF8.GetBytes($$"""{"type":"response.output_audio.delta","delta":"{{audio}}"}"""));
            recorder.RecordReceived("""{"type":"response.output_text.delta","delta":"AAAA"}"""u8);
            recorder.RecordSent(Encoding.UTF8.GetBytes($$$"""{"type":"conversation.item.create","item":{"content":[{"type":"input_audio","audio":"{{{audio}}}"}]}}"""));
        });

        recorded.Lines[0]["event"]!["audio"]!.ToJsonString().Should().Be("""{"omitted_bytes":4801}""");
        recorded.Lines[1]["event"]!["delta"]!.ToJsonString().Should().Be("""{"omitted_bytes":4801}""");
        recorded.Lines[2]["event"]!["delta"]!.ToString().Should().Be("AAAA");
        recorded.Lines[3]["event"]!["item"]!["content"]![0]!["audio"]!.ToJsonString().Should().Be("""{"omitted_bytes":4801}""");
    }

    [Fact]
    public async Task Numbers_and_escapes_keep_their_values()
    {
        const string message = """{"type":"x","a":1.50,"b":12345678901234567890,"c":true,"d":null,"e":"Gr\u00fc\u00df dich \ud83d\ude00 \"ja\"\n","f":[],"g":{}}""";

        var recorded = await TestOutput.RecordAsync(recorder => recorder.RecordReceived(Encoding.UTF8.GetBytes(message)));

        recorded.Text.Should().Contain("""{"type":"x","a":1.50,"b":12345678901234567890,"c":true,"d":null,"e":"Grüß dich""");
        System.Text.Json.Nodes.JsonNode.DeepEquals(recorded.Lines.Single()["event"], System.Text.Json.Nodes.JsonNode.Parse(message)).Should().BeTrue();
    }
}
