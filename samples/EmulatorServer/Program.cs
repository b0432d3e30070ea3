using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing;

if (Arguments.Parse(args) is not { } given)
    return 2;
var rules = given.Rules is null ? new() : RulesFile.Read(given.Rules);
if (rules is null)
    return 2;

var recording = given.Script is null ? null : EmulatorRecording.Parse(await File.ReadAllTextAsync(given.Script));
await using var emulator = await RealtimeEmulator.StartAsync(new()
{
    ApiKey = given.ApiKey,
    HttpPort = given.Port,
    HttpsPort = given.HttpsPort,
    Seed = given.Seed,
    KeepsHistory = false,
    AllowedOrigins = given.Origins,
    AcceptsUnknownValues = given.AcceptsUnknownValues,
    ServiceDate = given.ServiceDate,
    RefusesAtHandshake = given.RefusesAtHandshake,
    AnswersWithoutMedia = given.AnswersWithoutMedia,
    Model = new() { Pace = given.Pace, SpeaksInTones = given.SpeaksInTones, MaxKeptAudio = 256 * 1024, MaxItems = 200 },
    OnViolation = violation => Console.Error.WriteLine($"violation in {violation.SessionId}: {violation}"),
    OnTraffic = given.Quiet ? null : message => Console.Error.WriteLine(Line(message)),
});
rules.ApplyTo(emulator.Model);
var sessions = 0;
emulator.OnConnect(session =>
{
    rules.Break(session, Interlocked.Increment(ref sessions));
    return recording is null ? session.AttendAsync() : (given.Pace == EmulatorPace.Instant ? recording : recording.WithPace()).PlayAsync(session);
});

var certificate = Path.Combine(Path.GetTempPath(), $"realtime-emulator-{emulator.HttpsBaseUrl.Port}.pem");
await File.WriteAllTextAsync(certificate, emulator.Certificate.ExportCertificatePem());
var ready = new JsonObject
{
    ["ready"] = true,
    ["http"] = emulator.BaseUrl.ToString().TrimEnd('/'),
    ["https"] = emulator.HttpsBaseUrl.ToString().TrimEnd('/'),
    ["certificate"] = certificate,
};
await Console.Out.WriteLineAsync(ready.ToJsonString());
if (given.Webhook is { } webhook)
    await Telephone.RingAsync(emulator, webhook, given.WebhookSecret!, given.CallerWords);

var stopped = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stopped.Task;

File.Delete(certificate);
return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopped.TrySetResult();
}

// A line for people: who, what, and how it begins, with audio by its size.
static string Line(EmulatorTraffic message)
{
    var (type, rest) = ("no event", "");
    try
    {
        var json = JsonNode.Parse(message.Bytes.Span)?.AsObject();
        type = (string?)json?["type"] ?? type;
        rest = string.Join(' ', new[] { "item_id", "response_id", "text", "transcript", "arguments" }.Where(name => json![name] is JsonValue).Select(name => $"{name}={json![name]}"));
        if (json?["delta"] is JsonValue delta)
            rest += type.EndsWith("audio.delta", StringComparison.Ordinal) ? $" {delta.ToString().Length * 3 / 4} bytes" : $" \"{delta}\"";
        if (json?["error"] is JsonObject error)
            rest = $"{error["code"]}: {error["message"]}";
    }
    catch (Exception e) when (e is JsonException or InvalidOperationException)
    {
        rest = $"{message.Bytes.Length} bytes";
    }
    var line = $"{DateTime.Now:HH:mm:ss.fff} {message.Session.Id[^6..]} {(message.IsFromClient ? "client →" : "server ←")} {type} {rest}";

    // A client's words stay in their line and do not drive the terminal.
    return string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c));
}
