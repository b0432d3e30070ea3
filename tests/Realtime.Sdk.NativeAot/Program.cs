using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk;
using Realtime.Sdk.Testing;

await using var emulator = await RealtimeEmulator.StartAsync();
emulator.Model.Hears("Good morning.");
using var client = emulator.CreateClient();
using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

// The attributes of properties and of parameters are there after trimming, and the schema comes out as it does elsewhere.
var parameters = JsonSchema.StrictFromType(ProgramContext.Default.WeatherQuestion);
Require(
    parameters.Equals(JsonSchema.Parse("""
        {
          "type": "object",
          "properties": {
            "city": { "type": "string", "description": "The city, in English", "pattern": "^[\\s\\S]{0,80}$" },
            "days": { "type": "integer", "description": "How many days", "minimum": 1, "maximum": 5 },
            "unit": { "type": ["string", "null"], "enum": ["Celsius", "Fahrenheit", null] },
            "then": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] },
            "near": { "type": "array", "items": { "$ref": "#/$defs/Place" } },
            "far": { "anyOf": [{ "$ref": "#/$defs/Place" }, { "type": "null" }] }
          },
          "required": ["city", "days", "unit", "then", "near", "far"],
          "additionalProperties": false,
          "$defs": {
            "Place": {
              "type": "object",
              "properties": { "name": { "type": "string" }, "in": { "anyOf": [{ "$ref": "#/$defs/Place" }, { "type": "null" }] } },
              "required": ["name", "in"],
              "additionalProperties": false
            }
          }
        }
        """)),
    $"a schema with descriptions and bounds instead of {parameters}");

var configuration = new RealtimeSessionConfiguration
{
    Model = "gpt-realtime-2",
    Audio = new() { Input = new() { TurnDetection = new SemanticVad { Eagerness = VadEagerness.Low } }, Output = new() { Voice = "marin" } },
    Tools = [new FunctionTool { Name = "get_weather", Parameters = parameters }],
    MaxOutputTokens = 400,
};
var secret = await client.CreateClientSecretAsync(configuration);
Require(secret.Value.StartsWith("ek_", StringComparison.Ordinal), "a client secret");
Require(secret.Session!.DifferencesFrom(configuration).Count == 0, "a session as it was asked for");

// One turn in text and one in audio, answered by the emulator's model.
await using var connection = await client.ConnectAsync(configuration, patience.Token);
await connection.SendTextAsync("süß", patience.Token);
await connection.SendAsync(new ResponseCreateEvent { Response = new() { OutputModalities = [OutputModality.Text] } }, patience.Token);
Require((await AnswerAsync()).Text == "You said: süß", "an answer in text");

await connection.AppendAudioAsync(Tone(TimeSpan.FromSeconds(2)), patience.Token);
await connection.AppendAudioAsync(new byte[SampleFormat.Pcm().BytesIn(TimeSpan.FromSeconds(2))], patience.Token);
var (text, audio) = await AnswerAsync();
Require(text == "You said: Good morning.", "a transcript of the answer");
Require(SampleFormat.Pcm().DurationOf(audio) > TimeSpan.FromSeconds(1), "an answer in audio");

await ConverseAsync();
await CallFunctionsAsync();
Require(emulator.Violations.Count == 0, "a well-behaved client");

emulator.Model.When("time").Calls("tell_time", """{"zone":"UTC"}""").Says("Noon.");
Require(await ExtensionsAI.AskAsync(client, patience.Token) == "You said: süß", "an answer through Microsoft.Extensions.AI");
await using (var clock = await client.StartConversationAsync(
    new RealtimeAgent { Name = "clock", Session = configuration with { Tools = null }, Functions = [ExtensionsAI.CreateFunction()] }, cancellationToken: patience.Token))
{
    var told = await clock.AskAsync("What is the time?", patience.Token);
    Require(told.Calls is [{ Output: """{"zone":"UTC"}""" }], "the output of a function of Microsoft.Extensions.AI");
}

await CheckEndpointsAsync();

Console.WriteLine("ok");

// A conversation: a question in text, a spoken turn, and an answer that is interrupted.
async Task ConverseAsync()
{
    var agent = new RealtimeAgent { Name = "forecaster", Session = configuration with { Tools = null } };
    using var recorded = new MemoryStream();
    var recorder = new SessionRecorder(recorded);
    await using var conversation = await client.StartConversationAsync(agent, new() { Player = AudioPlayer.Discard(), Recorder = recorder }, patience.Token);
    var answer = await conversation.AskAsync("Will it rain?", patience.Token);
    Require(answer is { Text: "You said: Will it rain?", WasInterrupted: false }, "an answer that was heard");

    using var speech = new MemoryStream([.. Tone(TimeSpan.FromSeconds(1)), .. new byte[SampleFormat.Pcm().BytesIn(TimeSpan.FromSeconds(1))]]);
    var listening = conversation.ListenAsync(AudioSource.FromStream(speech, isLive: false), patience.Token);
    await foreach (var _ in conversation.ReadUpdatesAsync(patience.Token))
    {
        if (conversation.Status == ConversationStatus.Speaking && conversation.Turns[^1].Text == "You said: Good morning.")
            break;
    }
    await conversation.InterruptAsync(patience.Token);
    await listening;
    Require(conversation.Turns[^1] is { Role: TurnRole.Agent, WasInterrupted: true }, "an interrupted answer");

    await conversation.EndAsync(cancellationToken: patience.Token);
    Require((await conversation.Completion).Reason == ConversationEndReason.Ended, "an end that was asked for");
    await recorder.DisposeAsync();
    var recording = EmulatorRecording.Parse(Encoding.UTF8.GetString(recorded.ToArray()));
    Require(recording.Decisions[^1] is { Type: "ended" } end && end.Members["reason"] == "ended", "a recording of the decisions");
}

// An agent with functions: typed arguments and result, arguments as JSON, and text, in scopes of their own.
async Task CallFunctionsAsync()
{
    emulator.Model.When("weather").Calls("get_weather", """{"city":"Oslo","days":2,"near":[]}""").Calls("get_place", """{"name":"Oslo"}""").Calls("get_time").Says("Rain.");
    var agent = new RealtimeAgent
    {
        Name = "forecaster",
        Session = configuration with { Tools = null },
        Functions =
        [
            AgentFunction.Create(
                "get_weather", "Returns the weather.", ProgramContext.Default.WeatherQuestion, ProgramContext.Default.Place,
                (question, call, _) => Task.FromResult(new Place(question.City, null))),
            AgentFunction.Create("get_place", "Returns a place.", JsonSchema.FromType(ProgramContext.Default.Place), (arguments, _, _) => Task.FromResult(arguments.GetProperty("name").GetString()!)),
            AgentFunction.Create("get_time", "Returns the time.", (call, _) => Task.FromResult(call.IdempotencyKey)),
        ],
    };
    await using var conversation = await client.StartConversationAsync(agent, cancellationToken: patience.Token);
    var answer = await conversation.AskAsync("How is the weather?", patience.Token);
    Require(answer.Text == "Rain.", "an answer after function calls");
    Require(answer.Calls is [{ Output: """{"name":"Oslo","in":null}""" }, { Output: "Oslo" }, { Output.Length: 32 }], $"the outputs of functions instead of {string.Join(", ", answer.Calls.Select(call => call.Output))}");
}

async Task CheckEndpointsAsync()
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    builder.Logging.ClearProviders();
    builder.Services.AddAuthorization();
    builder.Services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey) = (emulator.BaseUrl, emulator.ApiKey));
    builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "reader", Session = new() { Model = "gpt-realtime-2" } });
    builder.Services.AddRealtimeEndpoints();
    await using var app = builder.Build();
    app.MapRealtimeClientSecrets("/token", "reader").AllowAnonymous();
    app.MapRealtimeWebRtc("/call", "reader").AllowAnonymous();
    app.MapRealtimeRelay("/realtime", "reader", new() { AllowMissingOrigin = true }).AllowAnonymous();
    await app.StartAsync(patience.Token);
    using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };

    using var key = await http.PostAsync(new Uri("/token", UriKind.Relative), content: null, patience.Token);
    using var refused = await http.PostAsync(new Uri("/call", UriKind.Relative), new StringContent("no offer", Encoding.UTF8, "application/sdp"), patience.Token);

    using var page = new RealtimeClient(new RealtimeClientOptions { BaseUrl = new($"{app.Urls.Single()}/"), ApiKey = "unused" });
    await using var relayed = await page.ConnectAsync("unused", patience.Token);
    await relayed.SendTextAsync("Hello.", cancellationToken: patience.Token);
    await relayed.CreateResponseAsync(cancellationToken: patience.Token);
    var heard = "";
    await foreach (var received in relayed.ReadEventsAsync(patience.Token))
    {
        heard += (received as ResponseOutputAudioTranscriptDeltaEvent)?.Delta;
        if (received is ResponseDoneEvent)
            break;
    }

    Require(heard.Length > 0, "an answer through a relay");
    Require((await key.Content.ReadAsStringAsync(patience.Token)).StartsWith("{\"value\":\"ek_", StringComparison.Ordinal), "a client secret from an endpoint");
    Require((await refused.Content.ReadAsStringAsync(patience.Token)).Contains("\"status\":400", StringComparison.Ordinal), "problem details from an endpoint");
}

async Task<(string Text, long Audio)> AnswerAsync()
{
    var (text, audio) = ("", 0L);
    await foreach (var received in connection.ReadEventsAsync(patience.Token))
    {
        text += (received as ResponseOutputTextDeltaEvent)?.Delta + (received as ResponseOutputAudioTranscriptDeltaEvent)?.Delta;
        audio += (received as ResponseOutputAudioDeltaEvent)?.Delta.Length ?? 0;
        if (received is ResponseDoneEvent)
            break;
    }
    return (text, audio);
}

static byte[] Tone(TimeSpan length)
{
    var audio = new byte[SampleFormat.Pcm().BytesIn(length)];
    for (var i = 0; i < audio.Length; i += 2)
        BitConverter.TryWriteBytes(audio.AsSpan(i), (short)(8000 * Math.Sin(i / 20.0)));
    return audio;
}

static void Require(bool condition, string what)
{
    if (!condition)
        throw new InvalidOperationException($"Expected {what}.");
}

internal sealed record WeatherQuestion(
    [property: Description("The city, in English"), StringLength(80)] string City,
    [Description("How many days"), Range(1, 5)] int Days,
    Unit? Unit,
    WeatherQuestion? Then,
    IReadOnlyList<Place> Near,
    Place? Far);

internal sealed record Place(string Name, Place? In);

[JsonConverter(typeof(JsonStringEnumConverter<Unit>))]
internal enum Unit
{
    Celsius,
    Fahrenheit,
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WeatherQuestion))]
internal sealed partial class ProgramContext : JsonSerializerContext;
