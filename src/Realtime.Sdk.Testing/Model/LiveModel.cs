namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// One session of the emulator's model: takes what a client sends and the passing of time, gives what the service would send. It knows
/// nothing of sockets. Safe to use from any thread; nothing in it waits.
/// </summary>
internal abstract class LiveModel : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ModelOutput _output;
    private readonly Action<Exception> _fail;

    /// <param name="session">The effective session it begins with.</param>
    /// <param name="hasMedia">Whether audio goes beside the events, as in a call.</param>
    /// <param name="setting">What the emulator's sessions share.</param>
    /// <param name="output">Where events go.</param>
    /// <param name="fail">Told when code of the user's fails that the options carry.</param>
    protected LiveModel(JsonObject session, bool hasMedia, ModelSetting setting, ModelOutput output, Action<Exception> fail)
    {
        (_output, _fail) = (output, fail);
        Context = new()
        {
            Options = setting.Options,
            Time = setting.Time,
            Ids = setting.Ids,
            Events = new(setting.Ids, output),
            Agenda = new(setting.Time, () => Do(() => { })),
            Session = session,
            HasMedia = hasMedia,
        };
    }

    /// <summary>The effective session.</summary>
    public JsonObject Session => Context.Session;

    protected ModelContext Context { get; }

    /// <summary>A model for a session of any kind.</summary>
    /// <inheritdoc cref="LiveModel(JsonObject, bool, ModelSetting, ModelOutput, Action{Exception})" path="/param"/>
    public static LiveModel Of(JsonObject session, bool hasMedia, ModelSetting setting, ModelOutput output, Action<Exception> fail) =>
        session.Text("type") == "translation"
            ? new TranslationModel(session, setting, output, fail)
            : new ConversationModel(session, hasMedia, setting, output, fail);

    /// <summary>Begins the session.</summary>
    /// <param name="greets">Whether the client is greeted.</param>
    public void Start(bool greets = true) => Do(() =>
    {
        if (greets)
            Context.Events.Send("session.created", ("session", Session));
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

    /// <summary>The client is gone.</summary>
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

    /// <summary>Ends the session from this side.</summary>
    protected void End(int code, string reason)
    {
        Context.Agenda.Dispose();
        _output.Close(code, reason);
    }

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
                _fail(e);
            }
        }
    }
}
