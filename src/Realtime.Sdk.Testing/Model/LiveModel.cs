namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// One session of the emulator's model: takes what a client sends and the passing of time, gives what the service would send. It knows
/// nothing of sockets. Safe to use from any thread; nothing in it waits.
/// </summary>
internal abstract class LiveModel : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ModelOutput> _outputs = [];
    private readonly Action<Exception> _fail;
    private bool _hasBegun;

    /// <param name="session">The effective session it begins with.</param>
    /// <param name="hasMedia">Whether audio goes beside the events, as in a call.</param>
    /// <param name="setting">What the emulator's sessions share.</param>
    protected LiveModel(JsonObject session, bool hasMedia, ModelSetting setting)
    {
        _fail = setting.Fail;
        Context = new()
        {
            Options = setting.Options,
            Time = setting.Time,
            Ids = setting.Ids,
            Events = new(setting.Ids, message => _outputs.ForEach(output => output.Send(message))),
            Agenda = new(setting.Time, () => Do(() => { })),
            Session = session,
            HasMedia = hasMedia,
        };
    }

    /// <summary>The effective session.</summary>
    public JsonObject Session => Context.Session;

    protected ModelContext Context { get; }

    /// <summary>A model for a session of any kind.</summary>
    /// <inheritdoc cref="LiveModel(JsonObject, bool, ModelSetting)" path="/param"/>
    public static LiveModel Of(JsonObject session, bool hasMedia, ModelSetting setting) =>
        session.Text("type") == "translation" ? new TranslationModel(session, setting) : new ConversationModel(session, hasMedia, setting);

    /// <summary>Adds a connection, which takes part from here on; the first begins the session.</summary>
    /// <param name="output">Where its events go.</param>
    /// <param name="greets">Whether it is greeted.</param>
    public void Join(ModelOutput output, bool greets = true) => Do(() =>
    {
        if (greets)
            new EventWriter(Context.Ids, output.Send).Send("session.created", ("session", Session));
        _outputs.Add(output);
        if (_hasBegun)
            return;
        _hasBegun = true;
        Context.Agenda.After(Context.Options.SessionDuration, () =>
            End(1001, $"Your session hit the maximum duration of {Context.Options.SessionDuration.TotalMinutes:0.##} minutes."));
        Begin();
    });

    /// <summary>Takes one message of the client.</summary>
    public void Receive(ReceivedMessage message) => Do(() =>
    {
        try
        {
            Take(message);
        }
        catch (Refusal refusal)
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
            Context.Agenda.Dispose();
            _outputs.ForEach(output => output.Close(code, reason));
        }
    }

    /// <summary>Nobody is there any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Left();
            Context.Agenda.Dispose();
        }
    }

    /// <summary>Does what a session begins with, after the greeting.</summary>
    protected abstract void Begin();

    /// <summary>Handles a message, or throws a <see cref="Refusal"/>.</summary>
    protected abstract void Take(ReceivedMessage message);

    /// <summary>A message was refused.</summary>
    protected abstract void Refused(Refusal refusal, string type, string? eventId);

    /// <summary>The client has left.</summary>
    protected abstract void Left();

    private void Do(Action action)
    {
        lock (_lock)
        {
            try
            {
                action();
                Context.Agenda.RunDue();
            }
#pragma warning disable CA1031 // functions in the options are the user's and may fail in any way: told to the emulator, which ends the session
            catch (Exception e)
#pragma warning restore CA1031
            {
                Context.Agenda.Dispose();
                (_outputs.FirstOrDefault()?.Fail ?? _fail)(e);
                foreach (var other in _outputs.Skip(1))
                    other.Close(1011, "The emulator's model failed.");
            }
        }
    }
}
