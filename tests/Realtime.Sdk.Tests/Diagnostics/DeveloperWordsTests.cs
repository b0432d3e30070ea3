using System.Text.Json.Nodes;
using Realtime.Sdk.Tests.Conventions;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>A key that a developer pasted into a session shows in no violation, difference, log entry or exception.</summary>
public sealed class DeveloperWordsTests
{
    private const string Cut = "A value that is cut in the middle sk-canary-4711-canary-4711-canary-4711";

    public static TheoryData<string> Configurations() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Wire/Payloads"), "configuration.*.json").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task What_a_configuration_holds_is_told_clean(string file)
    {
        using var sinks = new Sinks();
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = new("http://127.0.0.1:1/v1"), ApiKey = "k", LoggerFactory = sinks.LoggerFactory, MaxRetries = 0 });
        var original = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Tests/Wire/Payloads", file)))!;
        var session = RealtimeJson.Deserialize<SessionConfiguration>(PeerWords.Dirtied(original.DeepClone(), alsoTypes: false).ToJsonString());

        sinks.Print(session);
        foreach (var violation in session.Validate())
            sinks.Print($"{violation} {violation.Path} {violation.Value} {violation.Rule}");
        sinks.Add((await Record.ExceptionAsync(() => client.CreateClientSecretAsync(session).WithTimeout()))!);
        sinks.Add((await Record.ExceptionAsync(() => client.ConnectAsync(new RealtimeConnectOptions { Session = session }).WithTimeout())) ?? new TimeoutException());
        var made = new RealtimeSession { Configuration = RealtimeJson.Deserialize<SessionConfiguration>(original.ToJsonString()) };
        foreach (var difference in made.DifferencesFrom(session))
            sinks.Print(difference);

        sinks.ShouldBeClean();
    }

    [Fact]
    public void A_violation_shows_what_the_developer_wrote_without_the_key()
    {
        var violations = new ResponseCreateEvent
        {
            Response = new()
            {
                OutputModalities = [Cut],
                Metadata = new Dictionary<string, string> { [Cut + new string('x', 60)] = "", ["ek_canary"] = new('x', 600) },
            },
        }.Validate();

        violations.Should().Contain(violation => violation.Value == "\"A value that is cut in the middle sk-***\"").And.HaveCountGreaterThan(2);
        foreach (var violation in violations)
            $"{violation} {violation.Path} {violation.Value}".Should().NotContain("canary");
    }

    [Theory]
    [InlineData("""{"metadata":{"ek_canary4711":{}}}""", "$.metadata.*")]
    [InlineData("""{"metadata":{"sk-canary-4711":{}}}""", "$.metadata.*")]
    [InlineData("""{"metadata":{"a_key":{}}}""", "$.metadata.a_key")]
    public void A_path_names_no_key(string json, string path)
    {
        var unreadable = FluentActions.Invoking(() => RealtimeJson.Deserialize<ResponseConfiguration>(json)).Should().Throw<RealtimeProtocolException>().Which;

        unreadable.ToString().Should().NotContain("canary");
        unreadable.Path.Should().Be(path);
    }
}
