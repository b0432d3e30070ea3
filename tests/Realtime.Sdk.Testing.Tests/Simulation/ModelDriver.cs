using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Simulation;

/// <summary>Drives the model without a socket: messages in, events out, time by hand.</summary>
internal sealed class ModelDriver : IDisposable
{
    private readonly SimulatedSession _session;
    private readonly List<JsonObject> _sent = [];
    private readonly ViolationLog _log = new(new(callback: null, ExceptionDispatchInfo.Throw));
    private bool _allowsViolations;
    private int _taken;

    public ModelDriver(EmulatorModelOptions? options = null, JsonObject? session = null, bool hasMedia = false, Action<EmulatorModel>? model = null)
    {
        model?.Invoke(Model);
        session ??= SessionDefaults.Realtime;
        session["id"] = "sess_1";
        var setting = new SimulationSettings(options ?? new(), new(), Clock, new(seed: 7), _log, ExceptionDispatchInfo.Throw);
        _session = SimulatedSession.Create(session, hasMedia, Model, setting);
        _session.Join(new(Take, () => { }, (code, reason) => Closed = (code, reason), failure => Failure = failure));
    }

    /// <summary>The rules that are not error codes of the service, which many tests provoke on purpose.</summary>
    public static IReadOnlyList<string> ReportedRules { get; } =
        [.. typeof(EmulatorViolationRule).GetFields().Select(rule => (string)rule.GetRawConstantValue()!)];

    public FakeTimeProvider Clock { get; } = new();

    /// <summary>What the model says, calls and hears.</summary>
    public EmulatorModel Model { get; } = new();

    /// <summary>The violations. A test that does not read them fails if its client violates one of <see cref="ReportedRules"/> before the session ends.</summary>
    public ViolationLog Log => AllowViolations()._log;

    public (int Code, string Reason)? Closed { get; private set; }

    public Exception? Failure { get; private set; }

    /// <summary>Everything sent so far.</summary>
    public IReadOnlyList<JsonObject> Sent => _sent;

    public static JsonObject Transcription => SessionDefaults.Transcription;

    public static JsonObject Translation => SessionDefaults.Translation;

    /// <summary>A driver of a session with members changed from the start.</summary>
    public static ModelDriver With(string update, EmulatorModelOptions? options = null, Action<EmulatorModel>? model = null, bool hasMedia = false)
    {
        var driver = new ModelDriver(options, hasMedia: hasMedia, model: model);
        driver.Send($$"""{"type":"session.update","session":{{update}}}""");
        driver.Take().Select(Type).Should().Contain("session.updated");
        return driver;
    }

    public static string Type(JsonNode message) => (string)message["type"]!;

    /// <summary>Lets the client violate <see cref="ReportedRules"/>.</summary>
    public ModelDriver AllowViolations()
    {
        _allowsViolations = true;
        return this;
    }

    public ModelDriver Send(string json)
    {
        _session.Receive(ReceivedMessage.Create(Encoding.UTF8.GetBytes(json), _session is SimulatedTranslation, isBinary: false, frames: 1, Clock.GetUtcNow()));
        return this;
    }

    public ModelDriver Send(ClientEvent clientEvent) => Send(Encoding.UTF8.GetString(RealtimeJson.SerializeToUtf8Bytes(clientEvent)));

    public ModelDriver Send(TranslationClientEvent clientEvent) => Send(Encoding.UTF8.GetString(RealtimeJson.SerializeToUtf8Bytes(clientEvent)));

    public ModelDriver Say(string text) => Send(new ConversationItemCreateEvent
    {
        Item = new MessageItem { Role = ItemRole.User, Content = [new InputTextPart { Text = text }] },
    });

    public ModelDriver Append(byte[] audio, int chunk = int.MaxValue)
    {
        for (var at = 0; at < audio.Length; at += chunk)
            Send(new InputAudioBufferAppendEvent { Audio = audio.AsMemory(at, Math.Min(chunk, audio.Length - at)) });
        return this;
    }

    public ModelDriver Pass(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    /// <summary>What was sent since the last call.</summary>
    public IReadOnlyList<JsonObject> Take()
    {
        var events = _sent[_taken..];
        _taken = _sent.Count;
        return events;
    }

    /// <summary>The types of what was sent since the last call.</summary>
    public IEnumerable<string> TakeTypes() => Take().Select(Type);

    /// <summary>The last event of a type.</summary>
    public JsonObject Last(string type) => _sent.Last(message => Type(message) == type);

    /// <summary>The error of the last event, which has to be one.</summary>
    public JsonNode LastError()
    {
        Type(_sent[^1]).Should().Be("error");
        return _sent[^1]["error"]!;
    }

    public void Dispose()
    {
        // A test may end before the conversation does, so violations that are found at the end do not count.
        var broken = _log.All.Where(violation => ReportedRules.Contains(violation.Rule)).Select(violation => $"{violation}").Distinct().ToList();
        _session.Dispose();
        if (!_allowsViolations)
            broken.Should().BeEmpty();
    }

    private void Take(ReadOnlyMemory<byte> message) => _sent.Add(JsonNode.Parse(message.Span)!.AsObject());
}
