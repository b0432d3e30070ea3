using System.Text.Json.Nodes;
using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Sessions;

public sealed class UpdateRulesTests
{
    private const string Voice = """{"audio":{"output":{"voice":"marin"}}}""", OtherVoice = """{"audio":{"output":{"voice":"cedar"}}}""";
    private const string Speed = """{"audio":{"output":{"speed":1}}}""", OtherSpeed = """{"audio":{"output":{"speed":1.5}}}""";
    private const string Tracing = """{"tracing":"auto"}""", OtherTracing = """{"tracing":{"workflow_name":"w"}}""", NoTracing = """{"tracing":null}""";

    [Theory]
    [InlineData(Voice, OtherVoice, false, true, null)]
    [InlineData(Voice, OtherVoice, true, false, "session.audio.output.voice")]
    [InlineData(Voice, Voice, true, true, null)]
    [InlineData(Speed, OtherSpeed, true, false, null)]
    [InlineData(Speed, OtherSpeed, false, true, "session.audio.output.speed")]
    [InlineData(Speed, Speed, false, true, null)]
    [InlineData(Tracing, OtherTracing, false, false, "session.tracing")]
    [InlineData(Tracing, Tracing, true, true, null)]
    [InlineData(Tracing, NoTracing, true, true, null)]
    [InlineData(NoTracing, Tracing, true, true, null)]
    public void A_member_in_use_cannot_change(string current, string updated, bool hasSpoken, bool isResponding, string? refused)
    {
        var refusal = Record.Exception(() => UpdateRules.Check(Parse(current), Parse(updated), hasSpoken, isResponding));

        ((string?)(refusal as EmulatorHttpException)?.Error["param"]).Should().Be(refused);
        (refusal is null).Should().Be(refused is null);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
