namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// One session of the emulator's model: takes what a client sends and the passing of time, gives what the service would send. It knows
/// nothing of sockets. Safe to use from any thread; nothing in it waits.
/// </summary>
internal abstract class SimulatedSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ModelOutput> _outputs = [];
    private readonly Action<Exception> _fail;
    private readonly CancellationTokenSource _over = new();
    private bool _hasBegun;

    /// <param name="session">The effective session it begins with.</param>
    /// <param name="hasMedia">Whether audio goes beside the events, as in a call.</param>
    /// <param name="model">What the test has the model of this session say, call and hear.</param>
    /// <param name="setting">What the emulator's sessions share.</param>
    /// <param name="audio">Takes the model's audio in a call; null when nobody hears it.</param>
    protected SimulatedSession(JsonObject session, bool hasMedia, EmulatorModel model, SimulationSettings setting, CallAudio? audio)
    {
        _fail = setting.Fail;
        Over = _over.Token;
        var events = new EventWriter(setting.Ids, message => _outputs.ForEach(output => output.Send(message)));
        var scheduler = new EventScheduler(setting.Time, () => Do(() => { }));
        Context = new()
        {
            Options = setting.Options,
            Time = setting.Time,
            Policy = setting.Policy,
            Ids = setting.Ids,
            Events = events,
            Scheduler = scheduler,
            Playback = new(scheduler, events, hasMedia, audio),
            Script = new(model, setting.Model),
            Violations = setting.Violations,
            SpokenWords = setting.SpokenWords,
            Session = session,
            HasMedia = hasMedia,
        };
    }

    /// <summary>The effective session.</summary>
    public JsonObject Session => Context.Session;

    /// <summary>The format of the input audio.</summary>
    public SampleFormat InputFormat => Context.InputFormat;

    /// <summary>Canceled when nothing happens in the session any more, under the model's lock.</summary>
    public CancellationToken Over { get; }

    protected SimulationContext Context { get; }

    /// <summary>A model for a session of any kind.</summary>
    /// <inheritdoc cref="SimulatedSession(JsonObject, bool, EmulatorModel, SimulationSettings, CallAudio)" path="/param"/>
    public static SimulatedSession Of(JsonObject session, bool hasMedia, EmulatorModel model, SimulationSettings setting, CallAudio? audio = null) =>
        session.Text("type") == "translation" ? new SimulatedTranslation(session, model, setting) : new SimulatedConversation(session, hasMedia, model, setting, audio);

    /// <summary>Adds a connection, which takes part from here on; the first begins the session.</summary>
    /// <param name="output">Where its events go.</param>
    /// <param name="greets">Whether it is greeted.</param>
    public void Join(ModelOutput output, bool greets = true) => Do(() =>
    {
        if (greets)
            new EventWriter(Context.Ids, output.Send).Send("session.created", ("session", Session));
        _outputs.Add(output);
        BeginOnce();
    });

    /// <summary>Begins the session, unless it has begun.</summary>
    public void Start() => Do(BeginOnce);

    /// <summary>Does something of the other side of a call, such as its audio, now or by the scheduler.</summary>
    public void Run(Action<EventScheduler> action) => Do(() => action(Context.Scheduler));

    /// <summary>Takes audio that came as media, from something that is run.</summary>
    public virtual void ReceiveAudio(ReadOnlySpan<byte> audio) { }

    /// <summary>A key of the telephone was pressed. The event has no ID.</summary>
    public void Press(char key) => Do(() =>
    {
        var message = WireJson.Bytes(new JsonObject
        {
            ["type"] = "input_audio_buffer.dtmf_event_received",
            ["event"] = key.ToString(),
            ["received_at"] = Context.Time.GetUtcNow().ToUnixTimeSeconds(),
        });
        _outputs.ForEach(output => output.Send(message));
    });

    /// <summary>Takes one message of the client.</summary>
    public void Receive(ReceivedMessage message) => Do(() =>
    {
        try
        {
            Take(message);
        }
        catch (EmulatorHttpException refusal)
        {
            var blamed = ClientMessage.EventId(message);
            Refused(refusal, message.Type, blamed);
            Context.Events.SendError(refusal, blamed);
        }
    });

    /// <summary>Takes a connection away; the session goes on.</summary>
    public void Part(ModelOutput output)
    {
        lock (_lock)
            _outputs.Remove(output);
    }

    /// <summary>Ends the session from this side.</summary>
    public void End(int code, string reason)
    {
        lock (_lock)
        {
            Context.Scheduler.Dispose();
            _outputs.ForEach(output => output.Close(code, reason));
            NotifyOver();
        }
    }

    /// <summary>Nobody is there any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Left();
            Context.Scheduler.Dispose();
            NotifyOver();
            _over.Dispose();
        }
    }

    /// <summary>Does what a session begins with, after the greeting.</summary>
    protected abstract void Begin();

    /// <summary>Handles a message, or throws a <see cref="EmulatorHttpException"/>.</summary>
    protected abstract void Take(ReceivedMessage message);

    /// <summary>A message was refused.</summary>
    protected abstract void Refused(EmulatorHttpException refusal, string type, string? eventId);

    /// <summary>The client has left.</summary>
    protected abstract void Left();

    private void NotifyOver()
    {
        if (!_over.IsCancellationRequested)
            _over.Cancel();
    }

    private void BeginOnce()
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        Context.Scheduler.After(Context.Options.SessionDuration, () =>
            End(1001, $"Your session hit the maximum duration of {Context.Options.SessionDuration.TotalMinutes:0.##} minutes."));
        Begin();
    }

    private void Do(Action action)
    {
        lock (_lock)
        {
            try
            {
                action();
                Context.Scheduler.RunDue();
            }
#pragma warning disable CA1031 // functions in the options are the user's and may fail in any way: told to the emulator, which ends the session
            catch (Exception e)
#pragma warning restore CA1031
            {
                Context.Scheduler.Dispose();
                (_outputs.FirstOrDefault()?.Fail ?? _fail)(e);
                foreach (var other in _outputs.Skip(1))
                    other.Close(1011, "The emulator's model failed.");
                NotifyOver();
            }
            _outputs.ForEach(output => output.Flush());
        }
    }
}
