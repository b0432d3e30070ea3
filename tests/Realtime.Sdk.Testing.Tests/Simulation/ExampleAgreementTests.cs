using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

/// <summary>Every event the model sends has the members the official examples show, no more and no less.</summary>
public sealed class ExampleAgreementTests
{
    /// <summary>Where the examples disagree among themselves, or with what the service was seen to send.</summary>
    private static readonly HashSet<string> Known =
    [
        "session.created.session: more: truncation",
        "session.updated.session: more: truncation",
        "conversation.item.retrieved.item.content[0]: less: format",
        "conversation.item.retrieved.item.content[0]: less: transcript",
        "conversation.item.input_audio_transcription.delta: less: obfuscation",
        "response.output_item.added.item: less: object",
        "response.output_item.done.item: less: object",
    ];

    [Fact]
    public void Events_have_the_members_of_the_examples()
    {
        var folder = Environment.GetEnvironmentVariable("REALTIME_SDK_WIRE_EXAMPLES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "REALTIME_SDK_WIRE_EXAMPLES names no directory of examples.");
        var sent = Everything().ToLookup(ModelDriver.Type);

        var differences = Directory.GetFiles(Path.Combine(folder!, "server"), "*.json")
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Example: JsonNode.Parse(File.ReadAllText(file))))
            .Where(example => sent.Contains(example.Name))
            .SelectMany(example => sent[example.Name].Select(message => Differences(example.Example, message, example.Name).ToList()).MinBy(list => list.Count)!)
            .ToList();

        differences.Except(Known).Should().BeEmpty();
        sent.Count.Should().BeGreaterThan(35);
    }

    private static IEnumerable<JsonObject> Everything()
    {
        using var voice = ModelDriver.With(
            """{"type":"realtime","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe"},"turn_detection":{"type":"server_vad","idle_timeout_ms":5000}}}}""");
        voice.Append(Sounds.Turn(1)).Pass(20).Say("Hi").Send(new ResponseCreateEvent());
        var id = voice.Last("response.output_item.done")["item"]!["id"]!.ToString();
        voice.Send(new ConversationItemTruncateEvent { ItemId = id, AudioEnd = TimeSpan.FromMilliseconds(100) })
            .Send(new ConversationItemRetrieveEvent { ItemId = id })
            .Send(new ConversationItemDeleteEvent { ItemId = id })
            .Send(new ConversationItemDeleteEvent { ItemId = id, EventId = "e" })
            .Send(new InputAudioBufferClearEvent());

        using var tools = ModelDriver.With(
            """{"type":"realtime","output_modalities":["text"],"tools":[{"type":"function","name":"weather","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}]}""");
        tools.Say("Hi").Send(new ResponseCreateEvent()).Say("weather").Send(new ResponseCreateEvent());

        var docs = new EmulatorMcpServer { Label = "docs", Tools = [new() { Name = "search", InputSchema = """{"type":"object","properties":{"a":{"type":"string"}}}""" }] };
        using var mcp = ModelDriver.With(
            """
            {"type":"realtime","output_modalities":["text"],"tools":[
             {"type":"mcp","server_label":"docs","server_url":"https://example.com/mcp","require_approval":"never"},
             {"type":"mcp","server_label":"gone","server_url":"https://example.com/mcp"}]}
            """,
            model: model => model.AddMcpServer(docs));
        mcp.Say("search it").Send(new ResponseCreateEvent());

        using var speakers = ModelDriver.With("""{"type":"realtime","audio":{"input":{"transcription":{"model":"gpt-4o-transcribe-diarize"}}}}""");
        speakers.Append(Sounds.Turn(1));

        using var mumbled = ModelDriver.With("""{"type":"realtime","audio":{"input":{"transcription":{"model":"whisper-1"}}}}""", model: model => model.Hears(""));
        mumbled.Append(Sounds.Turn(1));

        using var call = new ModelDriver(new() { Pace = EmulatorPace.Speech }, hasMedia: true);
        call.Say("one two three").Send(new ResponseCreateEvent()).Pass(30).Send(new ResponseCreateEvent()).Pass(0.6).Send(new ResponseCancelEvent()).Send(new OutputAudioBufferClearEvent());

        return [.. voice.Sent, .. tools.Sent, .. mcp.Sent, .. speakers.Sent, .. mumbled.Sent, .. call.Sent];
    }

    private static IEnumerable<string> Differences(JsonNode? example, JsonNode? message, string path) => (example, message) switch
    {
        (JsonObject left, JsonObject right) =>
        [
            .. left.Select(member => member.Key).Where(name => !right.ContainsKey(name)).Select(name => $"{path}: less: {name}"),
            .. right.Select(member => member.Key).Where(name => !left.ContainsKey(name)).Select(name => $"{path}: more: {name}"),
            .. left.Where(member => right.ContainsKey(member.Key)).SelectMany(member => Differences(member.Value, right[member.Key], $"{path}.{member.Key}")),
        ],
        (JsonArray { Count: > 0 } left, JsonArray { Count: > 0 } right) => Differences(left[0], right[0], $"{path}[0]"),
        _ => [],
    };
}
