namespace Realtime.Sdk.Testing.Internal;

/// <summary>The model of realtime and transcription sessions.</summary>
internal sealed class SimulatedConversation : SimulatedSession
{
    private readonly ConversationState _conversation;
    private readonly McpState _mcp;
    private readonly Responses _responses;
    private ProtocolMonitor? _monitor;

    /// <inheritdoc cref="SimulatedSession(JsonObject, bool, EmulatorModel, SimulationSettings, CallAudio)"/>
    public SimulatedConversation(JsonObject session, bool hasMedia, EmulatorModel model, SimulationSettings settings, CallAudio? audio)
        : base(session, hasMedia, model, settings, audio)
    {
        _conversation = new(Context);
        _mcp = new(Context, _conversation);
        _responses = new(Context, _conversation, new(Context, _mcp));
    }

    /// <summary>The input audio, created with the first message or audio, so that an idle session is small.</summary>
    private InputAudio Input => field ??= new(Context, _conversation, _responses, new(Context));

    /// <summary>The monitor, created with the first message or audio.</summary>
    private ProtocolMonitor Monitor => _monitor ??= new(Context, _conversation, _responses, Input);

    /// <summary>Media cannot be refused: audio that exceeds the buffer is dropped.</summary>
    public override void ReceiveAudio(ReadOnlySpan<byte> audio)
    {
        _ = Monitor;
        if (Input.HasSpaceFor(audio.Length))
            Input.Append(audio);
    }

    protected override void Begin() => _mcp.List();

    protected override void Take(ReceivedMessage message)
    {
        // Creates the monitor and the input audio before a response can end, because they must observe its end.
        _ = Monitor;
        if (message is { IsBinary: false, Event: InputAudioBufferAppendEvent append } && IsValid(append))
            Append(append.Audio.Span, append.EventId);
        else
            Handle(ClientMessage.Read(message, Context));
    }

    protected override void OnRefused(EmulatorHttpException refusal, string type, string? eventId) => Monitor.OnRefused(refusal, type, eventId);

    protected override void OnEnded() => _monitor?.OnEnded();

    /// <summary>Whether an append passes every rule, so that its JSON need not be parsed again.</summary>
    private static bool IsValid(InputAudioBufferAppendEvent append) =>
        append is { AudioError: null, Audio.Length: > 0, AdditionalProperties.Count: 0, EventId: null or { Length: <= EventShapes.MaxEventIdLength } };

    private void Append(ReadOnlySpan<byte> audio, string? eventId)
    {
        Monitor.OnAppending(audio, eventId);
        Input.Append(audio);
    }

    private void Handle(JsonObject json)
    {
        switch (json.Text("type"))
        {
            case "session.update":
                Update(json);
                break;
            case "input_audio_buffer.append":
                Append(ClientMessage.DecodeAudio(json), json.Text("event_id"));
                break;
            case "input_audio_buffer.commit":
                Monitor.OnCommitting(json.Text("event_id"));
                Input.Commit();
                break;
            case "input_audio_buffer.clear":
                Input.Clear();
                break;
            case "conversation.item.create":
                Create(json);
                break;
            case "conversation.item.retrieve":
                _conversation.Retrieve(json);
                break;
            case "conversation.item.truncate":
                _conversation.Truncate(json);
                break;
            case "conversation.item.delete":
                _conversation.Delete(json);
                break;
            case "response.create":
                Monitor.OnResponseRequested(json);
                _responses.Create(json);
                break;
            case "response.cancel":
                _responses.Cancel(json);
                break;
            case "output_audio_buffer.clear":
                _responses.ClearOutput();
                break;
            default:
                // The event is newer than the emulator. It is ignored, because unknown values are accepted.
                break;
        }
    }

    private void Update(JsonObject json)
    {
        var updated = SessionRules.ApplyUpdate(Context.Session, json["session"], Context.Policy);
        UpdateRules.Check(Context.Session, updated, _conversation.HeardVoice is not null, _responses.IsActive);
        Context.Session = updated;
        Context.CallsInParallel = json.Object("session").Flag("parallel_tool_calls") ?? Context.CallsInParallel;
        Input.Configure();
        Context.Events.Send("session.updated", ("session", updated));
        _mcp.List();
    }

    private void Create(JsonObject json)
    {
        var item = json.Object("item")!;
        var decides = item.Text("type") == "mcp_approval_response";
        if (decides)
            _mcp.ThrowIfNotRequested(item);
        Monitor.OnItemCreated(_conversation.Create(json), json.Text("event_id"));
        if (decides && _mcp.HandleDecision(item) is { } call)
            _responses.CreateForTurn(call);
    }
}
