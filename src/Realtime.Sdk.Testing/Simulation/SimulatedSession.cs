namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// One session of the emulator's model: it turns client events and time into the events that the service would send. It is independent of sockets.
/// Thread-safe; no method blocks.
/// </summary>
internal abstract class SimulatedSession : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ModelOutput> _outputs = [];
    private readonly Action<Exception> _fail;
    private readonly CancellationTokenSource _over = new();
    private bool _hasBegun;

    /// <param name="session">The effective session at the start.</param>
    /// <param name="hasMedia">Whether audio is sent as media instead of events, as in a call.</param>
    /// <param name="model">The rules of this session.</param>
    /// <param name="settings">The settings that all model sessions share.</param>
    /// <param name="audio">Plays the model's audio in a call; null for none.</param>
    protected SimulatedSession(JsonObject session, bool hasMedia, EmulatorModel model, SimulationSettings settings, CallAudio? audio)
    {
        _fail = settings.Fail;
        Over = _over.Token;
        var events = new EventWriter(settings.Ids, message => _outputs.ForEach(output => output.Send(message)));
        var scheduler = new EventScheduler(settings.Time, () => Execute(() => { }));
        Context = new()
        {
            Options = settings.Options,
            Time = settings.Time,
            Policy = settings.Policy,
            Ids = settings.Ids,
            Events = events,
            Scheduler = scheduler,
            Playback = new(scheduler, events, hasMedia, audio),
            Script = new(model, settings.Model),
            Violations = settings.Violations,
            SpokenWords = settings.SpokenWords,
            Session = session,
            HasMedia = hasMedia,
        };
    }

    /// <summary>The effective session.</summary>
    public JsonObject Session => Context.Session;

    /// <summary>The format of the input audio.</summary>
    public SampleFormat InputFormat => Context.InputFormat;

    /// <summary>Canceled when the session has ended, under the model's lock.</summary>
    public CancellationToken Over { get; }

    protected SimulationContext Context { get; }

    /// <summary>Creates a model for a session of any type.</summary>
    /// <inheritdoc cref="SimulatedSession(JsonObject, bool, EmulatorModel, SimulationSettings, CallAudio)" path="/param"/>
    public static SimulatedSession Create(JsonObject session, bool hasMedia, EmulatorModel model, SimulationSettings settings, CallAudio? audio = null) =>
        session.Text("type") == "translation" ? new SimulatedTranslation(session, model, settings) : new SimulatedConversation(session, hasMedia, model, settings, audio);

    /// <summary>Adds a connection, which receives all events from now on; the first begins the session.</summary>
    /// <param name="output">The output of the connection.</param>
    /// <param name="sendsSessionCreated">Whether the connection gets <c>session.created</c>.</param>
    public void Join(ModelOutput output, bool sendsSessionCreated = true) => Execute(() =>
    {
        // Only to this connection: those that have joined before have it already.
        if (sendsSessionCreated)
            new EventWriter(Context.Ids, output.Send).Send("session.created", ("session", Session));
        _outputs.Add(output);
        BeginOnce();
    });

    /// <summary>Begins the session, unless it has begun.</summary>
    public void Start() => Execute(BeginOnce);

    /// <summary>Runs an action under the model's lock, which may schedule further actions.</summary>
    public void Run(Action<EventScheduler> action) => Execute(() => action(Context.Scheduler));

    /// <summary>Receives audio as media. Call it from an action of <see cref="Run"/>.</summary>
    public virtual void ReceiveAudio(ReadOnlySpan<byte> audio) { }

    /// <summary>Switches to speech in tones, from the next response on.</summary>
    public void SpeakInTones() => Execute(() => Context.SpeaksInTones = true);

    /// <summary>Sends the event for a key of the telephone. The event has no ID.</summary>
    public void Press(char key) => Execute(() =>
    {
        var message = WireJson.Bytes(new JsonObject
        {
            ["type"] = "input_audio_buffer.dtmf_event_received",
            ["event"] = key.ToString(),
            ["received_at"] = Context.Time.GetUtcNow().ToUnixTimeSeconds(),
        });
        _outputs.ForEach(output => output.Send(message));
    });

    /// <summary>Handles one message of a client.</summary>
    public void Receive(ReceivedMessage message) => Execute(() =>
    {
        try
        {
            Take(message);
        }
        catch (EmulatorHttpException refusal)
        {
            var clientEventId = ClientMessage.GetEventId(message);
            OnRefused(refusal, message.Type, clientEventId);
            Context.Events.SendError(refusal, clientEventId);
        }
    });

    /// <summary>Removes a connection; the session continues.</summary>
    public void Leave(ModelOutput output)
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

    /// <summary>Ends the session. Called when its last connection has ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            OnEnded();
            Context.Scheduler.Dispose();
            NotifyOver();
            _over.Dispose();
        }
    }

    /// <summary>Begins the session, after <c>session.created</c>.</summary>
    protected abstract void Begin();

    /// <summary>Handles a message, or throws an <see cref="EmulatorHttpException"/>.</summary>
    protected abstract void Take(ReceivedMessage message);

    /// <summary>Called when a message was refused.</summary>
    protected abstract void OnRefused(EmulatorHttpException refusal, string type, string? eventId);

    /// <summary>Called when the session ends because its last connection has ended.</summary>
    protected abstract void OnEnded();

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
        Context.Scheduler.Schedule(Context.Options.SessionDuration, () =>
            End(1001, $"Your session hit the maximum duration of {Context.Options.SessionDuration.TotalMinutes:0.##} minutes."));
        Begin();
    }

    private void Execute(Action action)
    {
        lock (_lock)
        {
            try
            {
                action();
                Context.Scheduler.RunDue();
            }
#pragma warning disable CA1031 // callbacks of the test may fail in any way: the session ends, and DisposeAsync throws the exception
            catch (Exception e)
#pragma warning restore CA1031
            {
                Context.Scheduler.Dispose();
                (_outputs.FirstOrDefault()?.Fail ?? _fail)(e);
                foreach (var other in _outputs.Skip(1))
                    other.Close(1011, "The emulator's model failed.");
                NotifyOver();
            }

            // Once for each action, so that all its events are sent in one write.
            _outputs.ForEach(output => output.Flush());
        }
    }
}
