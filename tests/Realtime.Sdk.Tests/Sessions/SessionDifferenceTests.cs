using System.Text.Json;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class SessionDifferenceTests
{
    [Fact]
    public void What_the_server_changed_or_does_not_show_is_listed_by_wire_path()
    {
        var requested = new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime",
            ParallelToolCalls = true,
            Audio = new() { Output = new() { Voice = Voice.Marin, Speed = 1 }, Input = new() { TurnDetection = TurnDetection.Disabled } },
            Tools = [new FunctionTool { Name = "f", Description = "old" }],
        };
        var session = RealtimeJson.Deserialize<RealtimeSession>("""
            {
              "type": "realtime", "id": "sess_1", "model": "gpt-realtime-2025-08-28", "instructions": "The server's own.",
              "audio": { "output": { "voice": "alloy", "speed": 1.0 }, "input": { "turn_detection": null } },
              "tools": [{ "type": "function", "name": "f", "description": "new" }]
            }
            """);

        var differences = session.DifferencesFrom(requested);

        differences.Select(difference => difference.ToString()).Should().BeEquivalentTo(
            "model: requested \"gpt-realtime\", effective \"gpt-realtime-2025-08-28\"",
            "parallel_tool_calls: requested true, effective not reported",
            "audio.output.voice: requested \"marin\", effective \"alloy\"",
            "tools[0].description: requested \"old\", effective \"new\"");
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1.50", "1.5")]
    public void Numbers_are_compared_by_value(string requested, string effective)
    {
        var asked = RealtimeJson.Deserialize<SessionConfiguration>($$$"""{"type":"realtime","x":{{{requested}}}}""");
        var session = RealtimeJson.Deserialize<RealtimeSession>($$$"""{"type":"realtime","id":"s","x":{{{effective}}}}""");

        session.DifferencesFrom(asked).Should().BeEmpty();
    }

    [Fact]
    public void Off_and_not_shown_are_the_same()
    {
        var asked = new RealtimeSessionConfiguration { Tracing = Tracing.Off, Prompt = PromptReference.None };

        RealtimeJson.Deserialize<RealtimeSession>("""{"type":"realtime","id":"s"}""").DifferencesFrom(asked).Should().BeEmpty();
        RealtimeJson.Deserialize<RealtimeSession>("""{"type":"realtime","id":"s","tracing":"auto"}""").DifferencesFrom(asked)
            .Should().ContainSingle().Which.Path.Should().Be("tracing");
    }

    [Fact]
    public void No_difference_shows_a_secret()
    {
        var tool = new McpTool
        {
            ServerLabel = "desk",
            ServerUrl = "https://user:hush-3@mcp.example.com",
            Authorization = "hush-1",
            Headers = new Dictionary<string, string> { ["X-Key"] = "hush-2" },
        };
        var asked = new RealtimeSessionConfiguration { Tools = [tool] };

        var whole = RealtimeJson.Deserialize<RealtimeSession>("""{"type":"realtime","id":"s","tools":[]}""").DifferencesFrom(asked);
        var inside = RealtimeJson.Deserialize<RealtimeSession>(
            """{"type":"realtime","id":"s","tools":[{"type":"mcp","server_label":"desk","server_url":"https://mcp.example.com"}]}""").DifferencesFrom(asked);

        whole.Should().ContainSingle().Which.Requested.Should().Be("…");
        inside.Select(difference => difference.Path).Should().BeEquivalentTo("tools[0].server_url", "tools[0].authorization", "tools[0].headers");
        JsonSerializer.Serialize(new { whole, inside }).Should().NotContain("hush");
    }

    [Fact]
    public void Nothing_at_all_cannot_be_compared() =>
        FluentActions.Invoking(() => new RealtimeSession().DifferencesFrom(null!)).Should().Throw<ArgumentNullException>();

    [Fact]
    public void Nothing_asked_is_no_difference()
    {
        foreach (var payload in Wire.Payload.Own().Where(payload => payload.Root == typeof(RealtimeSession)))
        {
            var session = RealtimeJson.Deserialize<RealtimeSession>(payload.Json);

            session.DifferencesFrom(new RealtimeSessionConfiguration()).Where(difference => difference.Path != "type").Should().BeEmpty();
            session.DifferencesFrom(session.Configuration).Should().BeEmpty();
        }
    }
}
