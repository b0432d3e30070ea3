namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>
/// Session options as the session of the wire. The raw representation contains what the options cannot express; an option that is set replaces its value.
/// </summary>
internal static class SessionRequest
{
    /// <summary>Creates the options with which a connection is opened, and the session with which it is updated then; null if it needs no update.</summary>
    public static (RealtimeConnectOptions Connect, SessionConfiguration? Update) Create(RealtimeSessionOptions? options, string? model)
    {
        if (options is null)
            return (new() { Model = model ?? throw NoModel() }, null);
        var raw = options.RawRepresentationFactory?.Invoke();
        var connect = raw as RealtimeConnectOptions ?? new();
        var isTranscription = options.SessionKind == RealtimeSessionKind.Transcription || connect.Transcription || (connect.Session ?? raw) is TranscriptionSessionConfiguration;
        SessionConfiguration session = isTranscription
            ? CreateTranscription(options, AsSession<TranscriptionSessionConfiguration>(raw, connect), current: null)
            : CreateConversation(options, AsSession<RealtimeSessionConfiguration>(raw, connect), current: null);
        // A call has its own session, with a model.
        if (connect.CallId is not null)
        {
            connect.Session = null;
            return (connect, session == new RealtimeSessionConfiguration() ? null : session);
        }
        if (session is RealtimeSessionConfiguration { Model: null } conversation)
            session = conversation with { Model = connect.Model ?? model ?? throw NoModel() };
        (connect.Session, connect.Model, connect.Transcription) = (session, null, false);
        return (connect, null);
    }

    /// <summary>Creates the part of a session that is updated: only what the options contain.</summary>
    public static SessionConfiguration CreateUpdate(RealtimeSessionOptions options, SessionConfiguration? current)
    {
        var raw = options.RawRepresentationFactory?.Invoke();
        if (raw is TranscriptionSessionConfiguration || current is TranscriptionSessionConfiguration || options.SessionKind == RealtimeSessionKind.Transcription)
            return CreateTranscription(options, AsSession<TranscriptionSessionConfiguration>(raw, null), current as TranscriptionSessionConfiguration);
        var update = CreateConversation(options, AsSession<RealtimeSessionConfiguration>(raw, null), current as RealtimeSessionConfiguration);

        // The service does not change the model of a session, but options that were copied from Options contain it.
        return current is RealtimeSessionConfiguration { Model: { } model } && update.Model == model ? update with { Model = null } : update;
    }

    private static RealtimeSessionConfiguration CreateConversation(RealtimeSessionOptions options, RealtimeSessionConfiguration raw, RealtimeSessionConfiguration? current)
    {
        if (options.SessionKind != RealtimeSessionKind.Conversation && options.SessionKind != default)
        {
            throw new NotSupportedException(
                $"A session of the kind '{PeerText.Sanitize(options.SessionKind.Value)}' is not supported: use {nameof(RealtimeSessionKind.Conversation)} or {nameof(RealtimeSessionKind.Transcription)}.");
        }
        var output = raw.Audio?.Output;
        return raw with
        {
            Model = options.Model ?? raw.Model,
            Instructions = options.Instructions ?? raw.Instructions,
            MaxOutputTokens = FormatMapping.WriteLimit(options.MaxOutputTokens) ?? raw.MaxOutputTokens,
            OutputModalities = FormatMapping.WriteModalities(options.OutputModalities) ?? raw.OutputModalities,
            Tools = Join(raw.Tools, ToolMapping.Write(options.Tools)),
            ToolChoice = ToolMapping.WriteChoice(options.ToolMode) ?? raw.ToolChoice,
            Audio = NullIfEmpty((raw.Audio ?? new()) with
            {
                Input = CreateInput(options, raw.Audio?.Input, current?.Audio?.Input, isTranscription: false),
                Output = NullIfEmpty((output ?? new()) with
                {
                    Format = FormatMapping.WriteFormat(options.OutputAudioFormat) ?? output?.Format,
                    Voice = FormatMapping.WriteVoice(options.Voice) ?? output?.Voice,
                }),
            }),
        };
    }

    private static TranscriptionSessionConfiguration CreateTranscription(
        RealtimeSessionOptions options, TranscriptionSessionConfiguration raw, TranscriptionSessionConfiguration? current) => raw with
        {
            Audio = NullIfEmpty((raw.Audio ?? new()) with { Input = CreateInput(options, raw.Audio?.Input, current?.Audio?.Input, isTranscription: true) }),
        };

    private static AudioInputConfiguration? CreateInput(RealtimeSessionOptions options, AudioInputConfiguration? raw, AudioInputConfiguration? current, bool isTranscription) =>
        NullIfEmpty((raw ?? new()) with
        {
            Format = FormatMapping.WriteFormat(options.InputAudioFormat) ?? raw?.Format,
            Transcription = CreateTranscription(options, raw?.Transcription as TranscriptionConfiguration, isTranscription) ?? raw?.Transcription,
            TurnDetection = CreateTurnDetection(options.VoiceActivityDetection, raw?.TurnDetection ?? current?.TurnDetection, isTranscription) ?? raw?.TurnDetection,
        });

    private static TranscriptionConfiguration? CreateTranscription(RealtimeSessionOptions options, TranscriptionConfiguration? raw, bool isTranscription)
    {
        var given = options.TranscriptionOptions;
        // A session that only transcribes has one model, so Model can only be this one.
        var model = given?.ModelId ?? (isTranscription ? options.Model : null);
        return given is null && model is null ? null
            : (raw ?? new()) with { Model = model ?? raw?.Model, Language = given?.SpeechLanguage ?? raw?.Language, Prompt = given?.Prompt ?? raw?.Prompt };
    }

    /// <summary>Turns turn detection on or off. The kind that the session has is kept, with its other settings.</summary>
    private static TurnDetection? CreateTurnDetection(VoiceActivityDetectionOptions? options, TurnDetection? current, bool isTranscription) => (options, current) switch
    {
        (null, _) => null,
        ({ Enabled: false }, _) => TurnDetection.Disabled,
        (_, SemanticVad vad) => isTranscription ? vad : vad with { InterruptResponse = options.AllowInterruption },
        (_, ServerVad vad) => isTranscription ? vad : vad with { InterruptResponse = options.AllowInterruption },
        _ => isTranscription ? new ServerVad() : new ServerVad { InterruptResponse = options.AllowInterruption },
    };

    private static T AsSession<T>(object? raw, RealtimeConnectOptions? connect)
        where T : SessionConfiguration, new() => (raw is RealtimeConnectOptions ? connect!.Session : raw) switch
        {
            null => new(),
            T session => session,
            var other => throw new ArgumentException(
                $"{nameof(RealtimeSessionOptions.RawRepresentationFactory)} returned a {other.GetType().Name}: this session needs a {typeof(T).Name}.", nameof(raw)),
        };

    private static IReadOnlyList<RealtimeTool>? Join(IReadOnlyList<RealtimeTool>? raw, IReadOnlyList<RealtimeTool>? tools) =>
        raw is null ? tools : tools is null ? raw : [.. raw.Where(given => !tools.Any(tool => ToolSet.Key(tool) == ToolSet.Key(given))), .. tools];

    // An empty object is valid on the wire, but what was not set is not sent.
    private static T? NullIfEmpty<T>(T value)
        where T : WireObject, new() => value == new T() ? null : value;

    private static ArgumentException NoModel() =>
        new($"There is no model: pass one to {nameof(RealtimeAIExtensions.AsIRealtimeClient)}, or set {nameof(RealtimeSessionOptions.Model)}.");
}
