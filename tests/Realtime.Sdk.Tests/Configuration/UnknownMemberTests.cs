using System.Text.Json.Nodes;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>The check for unknown members reaches every object of a session, and takes no known one for unknown.</summary>
public sealed class UnknownMemberTests
{
    /// <summary>Objects whose names are data, and JSON that is the user's own.</summary>
    private static readonly string[] Free = ["parameters", "metadata", "headers", "variables"];

    /// <summary>Sessions with every member; see the payload tests for where they come from.</summary>
    public static TheoryData<string> Payloads => ["configuration.realtime", "configuration.realtime.words", "configuration.transcription", "configuration.translation"];

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task Every_member_of_a_session_is_known(string payload)
    {
        var host = await StartedHost.WithStreamAsync(Session(payload).ToJsonString());

        host.Failures.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Payloads))]
    public async Task A_member_that_is_unknown_is_found_in_every_object(string payload)
    {
        foreach (var path in Objects(Session(payload), "").ToArray())
        {
            var session = Session(payload);
            At(session, path)["noveltie"] = 1;

            var host = await StartedHost.WithStreamAsync(session.ToJsonString());

            host.Failures.Should().ContainSingle(path).Which.Should().Match($"Session \"support\": {(path.Length == 0 ? "" : path + ".")}noveltie *");
        }
    }

    private static JsonObject Session(string payload)
    {
        var session = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", "Payloads", $"{payload}.json")))!.AsObject();
        session["type"] ??= "translation";
        return session;
    }

    private static IEnumerable<string> Objects(JsonNode? node, string path) => node switch
    {
        JsonObject value => value.SelectMany(member => Free.Contains(member.Key) ? [] : Objects(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")).Prepend(path),
        JsonArray list => list.SelectMany((element, index) => Objects(element, $"{path}[{index}]")),
        _ => [],
    };

    private static JsonObject At(JsonObject session, string path)
    {
        JsonNode node = session;
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
            node = (int.TryParse(step, out var index) ? node[index] : node[step])!;
        return node.AsObject();
    }
}
