namespace Realtime.Sdk.Testing.Internal;

/// <summary>The model of realtime and transcription sessions.</summary>
internal sealed class SimulatedConversation : SimulatedSession
{
    private readonly ConversationState _conversation;
    private readonly McpState _mcp;
    private readonly Responses _responses;
    private ProtocolMonitor? _monitor;

    /// <inheritdoc cref="SimulatedSession(JsonObject, bool, EmulatorModel, SimulationSettings, CallAudio)"/>
    public SimulatedConversation(JsonObject session, bool hasMedia, EmulatorModel model, SimulationSettings setting, CallAudio? audio)
        : base(session, hasMedia, model, setting, audio)
    {
        _conversation = new(Context);
        _mcp = new(Context, _conversation);
        _responses = new(Context, _conversation, new(Context, _mcp));
    }

    /// <summary>The input audio, which looks into the session from the first message on: a session that is silent is small.</summary>
    private InputAudio Input => field ??= new(Context, _conversation, _responses, new(Context));

    /// <summary>Watches from the first message or sound on.</summary>
    private ProtocolMonitor Monitor => _monitor ??= new(Context, _conversation, _responses, Input);

    /// <summary>Media cannot be refused: what the buffer has no room for is lost.</summary>
    public override void ReceiveAudio(ReadOnlySpan<byte> audio)
    {
        _ = Monitor;
        if (Input.HasRoomFor(audio.Length))
            Input.Append(audio);
    }

    protected override void Begin() => _mcp.List();

    protected override void Take(ReceivedMessage message)
    {
        // They have to be there before a response ends: the user's silence counts from then on, and so does what the client owes.
        _ = Monitor;
        if (message is { IsBinary: false, Event: InputAudioBufferAppendEvent { AudioError: null, Audio.Length: > 0, AdditionalProperties.Count: 0, EventId: null or { Length: <= EventShapes.MaxEventIdLength } } append })
            Append(append.Audio.Span, append.EventId);
        else
            Handle(ClientMessage.Read(message, Context));
    }

    protected override void Refused(EmulatorHttpException refusal, string type, string? eventId) => Monitor.Refused(refusal, type, eventId);

    protected override void Left() => _monitor?.Left();

    private void Append(ReadOnlySpan<byte> audio, string? eventId)
    {
        Monitor.Appending(audio, eventId);
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
                Append(ClientMessage.Audio(json), json.Text("event_id"));
                break;
            case "input_audio_buffer.commit":
                Monitor.Committing(json.Text("event_id"));
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
                Monitor.Asking(json);
                _responses.Create(json);
                break;
            case "response.cancel":
                _responses.Cancel(json);
                break;
            case "output_audio_buffer.clear":
                _responses.ClearOutput();
                break;
            default:
                // Newer than the emulator, and let in because it accepts unknown values.
                break;
        }
    }

    private void Update(JsonObject json)
    {
        var updated = SessionRules.Updated(Context.Session, json["session"], Context.Policy);
        UpdateRules.Check(Context.Session, updated, _conversation.HeardVoice is not null, _responses.IsActive);
        Context.Session = updated;
        Context.CallsInParallel = json.Object("session").Flag("parallel_tool_calls") ?? Context.CallsInParallel;
        Input.Configure();
        Context.Events.Send("session.updated", ("session", updated));
        _mcp.List();
    }

    private void Create(JsonObject json)
    {
        var call = json.Object("item").Text("type") == "mcp_approval_response" && json.Object("item").Text("approval_request_id") is not null
            ? _mcp.Answer(json.Object("item")!)
            : null;
        Monitor.Created(_conversation.Create(json), json.Text("event_id"));
        if (call is not null)
            _responses.CreateForTurn(call);
    }
}
