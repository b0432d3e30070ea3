namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// One session of the emulator's model: takes what a client sends and the passing of time, gives what the service would send. It knows
/// nothing of sockets. Safe to use from any thread; nothing in it waits.
/// </summary>
internal sealed class ModelSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ModelContext _context;
    private readonly ConversationState _conversation;
    private readonly McpState _mcp;
    private readonly Responses _responses;
    private readonly InputAudio _input;
    private readonly ClientConduct _conduct;
    private readonly ModelOutput _output;
    private readonly Action<Exception> _fail;

    /// <param name="session">The effective session it begins with.</param>
    /// <param name="hasMedia">Whether audio goes beside the events, as in a call.</param>
    /// <param name="setting">What the emulator's sessions share.</param>
    /// <param name="output">Where events go.</param>
    /// <param name="fail">Told when code of the user's fails that the options carry.</param>
    public ModelSession(JsonObject session, bool hasMedia, ModelSetting setting, ModelOutput output, Action<Exception> fail)
    {
        (_output, _fail) = (output, fail);
        _context = new()
        {
            Options = setting.Options,
            Time = setting.Time,
            Ids = setting.Ids,
            Events = new(setting.Ids, output),
            Agenda = new(setting.Time, Wake),
            Session = session,
            HasMedia = hasMedia,
        };
        _conversation = new(_context);
        _mcp = new(_context, _conversation);
        _responses = new(_context, _conversation, new(_context, _mcp));
        _input = new(_context, _conversation, _responses, new(_context));
        _conduct = new(_context, _conversation, setting.Violations);
    }

    /// <summary>The effective session.</summary>
    public JsonObject Session => _context.Session;

    /// <summary>Begins the session.</summary>
    /// <param name="greets">Whether the client is greeted.</param>
    public void Start(bool greets = true) => Do(() =>
    {
        if (greets)
            _context.Events.Send("session.created", ("session", _context.Session));
        _mcp.List();
        _context.Agenda.After(_context.Options.SessionDuration, Expire);
    });

    /// <summary>Takes one message of the client.</summary>
    public void Receive(ReceivedMessage message) => Do(() =>
    {
        try
        {
            if (message.Event is InputAudioBufferAppendEvent { AudioError: null, Audio.Length: > 0, AdditionalProperties.Count: 0 } append)
                Append(append);
            else
                Handle(ClientMessage.Read(message));
        }
        catch (Refusal refusal)
        {
            var blamed = ClientMessage.EventId(message);
            _conduct.Refused(refusal, message.Type, blamed);
            _context.Events.SendError(refusal, blamed);
        }
    });

    /// <summary>The client is gone.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _conduct.Left();
            _context.Agenda.Dispose();
        }
    }

    private void Append(InputAudioBufferAppendEvent append)
    {
        _conduct.Appending(_input.DetectsTurns);
        _input.Append(append.Audio.Span);
    }

    private void Handle(JsonObject json)
    {
        switch (json.Text("type"))
        {
            case "session.update":
                Update(json);
                break;
            case "input_audio_buffer.append":
                _input.Append(AudioOf(json));
                break;
            case "input_audio_buffer.commit":
                _conduct.Committing(_input.DetectsTurns, json.Text("event_id"));
                _input.Commit();
                break;
            case "input_audio_buffer.clear":
                _input.Clear();
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
                _conduct.Asking(json);
                _responses.Create(json);
                break;
            case "response.cancel":
                _responses.Cancel(json);
                break;
            default:
                _responses.ClearOutput();
                break;
        }
    }

    private void Update(JsonObject json)
    {
        var updated = SessionRules.Updated(_context.Session, json["session"]);
        UpdateRules.Check(_context.Session, updated, _conversation.HasAssistantAudio, _responses.IsActive);
        _context.Session = updated;
        _context.CallsInParallel = json.Object("session").Flag("parallel_tool_calls") ?? _context.CallsInParallel;
        _input.Configure();
        _context.Events.Send("session.updated", ("session", updated));
        _mcp.List();
    }

    private void Create(JsonObject json)
    {
        var call = json.Object("item").Text("type") == "mcp_approval_response" && json.Object("item").Text("approval_request_id") is not null
            ? _mcp.Answer(json.Object("item")!)
            : null;
        _conversation.Create(json);
        if (call is not null)
            _responses.CreateForTurn(call);
    }

    private static byte[] AudioOf(JsonObject json)
    {
        var text = json.Text("audio") ?? throw Refusal.MissingParameter("audio");
        var audio = new byte[text.Length];
        return Convert.TryFromBase64String(text, audio, out var length)
            ? audio[..length]
            : throw Refusal.InvalidValue("audio", "base64 audio was expected, in the session's input format");
    }

    private void Expire()
    {
        _context.Agenda.Dispose();
        _output.Close(1001, $"Your session hit the maximum duration of {_context.Options.SessionDuration.TotalMinutes:0.##} minutes.");
    }

    private void Wake() => Do(() => { });

    private void Do(Action action)
    {
        lock (_lock)
        {
            try
            {
                action();
                _context.Agenda.RunDue();
            }
#pragma warning disable CA1031 // functions in the options are the user's and may fail in any way: told to the emulator, which ends the session
            catch (Exception e)
#pragma warning restore CA1031
            {
                _context.Agenda.Dispose();
                _fail(e);
            }
        }
    }
}
