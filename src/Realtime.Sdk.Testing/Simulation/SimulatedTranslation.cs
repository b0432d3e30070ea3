namespace Realtime.Sdk.Testing.Internal;

/// <summary>The model of translation sessions. It hears one word in every 300 ms of loud audio, and translates it immediately.</summary>
internal sealed class SimulatedTranslation(JsonObject session, EmulatorModel model, SimulationSettings settings)
    : SimulatedSession(session, hasMedia: false, model, settings, audio: null)
{
    private const double Loud = 0.01;

    private static readonly SampleFormat Format = SampleFormat.Pcm();
    private static readonly TimeSpan PerWord = TimeSpan.FromMilliseconds(300), Frame = TimeSpan.FromMilliseconds(20);

    private readonly AudioBuffer _buffer = new();
    private readonly Queue<string> _sentence = [];
    private InputAudioMonitor? _monitor;
    private TimeSpan _position;
    private TimeSpan _loud;
    private int _sentences;
    private bool _isClosed;

    protected override void Begin() { }

    protected override void Take(ReceivedMessage message)
    {
        if (_isClosed)
            throw new EmulatorHttpException(400, "The session is closed: nothing may follow session.close.", "invalid_event");
        var json = ClientMessage.ReadTranslation(message, Context.Policy);
        switch (json.Text("type"))
        {
            case "session.update":
                Context.Session = SessionRules.ApplyUpdate(Context.Session, json["session"], Context.Policy);
                Context.Events.Send("session.updated", ("session", Context.Session));
                break;
            case "session.close":
                Close();
                break;
            case "session.input_audio_buffer.append":
                Append(ClientMessage.DecodeAudio(json), json.Text("event_id"));
                break;
            default:
                // The event is newer than the emulator. It is ignored, because unknown values are accepted.
                break;
        }
    }

    protected override void OnRefused(EmulatorHttpException refusal, string type, string? eventId) =>
        Context.Report(refusal.Code ?? "invalid_request", refusal.Message, type, eventId);

    protected override void OnEnded() { }

    private void Append(ReadOnlySpan<byte> audio, string? eventId)
    {
        (_monitor ??= new(Context)).Check(audio, Format, "session.input_audio_buffer.append", eventId);
        if (audio.Length > Context.Options.MaxInputAudioBytes)
            throw EmulatorHttpException.InvalidValue("audio", $"must have at most {Context.Options.MaxInputAudioBytes} bytes of audio");
        _buffer.Add(audio);
        var frame = Format.BytesIn(Frame);
        while (_buffer.Length >= frame)
        {
            _loud += LevelMeter.Measure(_buffer.Slice(0, frame), Format).Rms >= Loud ? Frame : TimeSpan.Zero;
            _buffer.Drop(frame);
            _position += Frame;
            if (_loud < PerWord)
                continue;
            _loud = TimeSpan.Zero;
            Translate(NextWord());
        }
    }

    private void Close()
    {
        while (_sentence.TryDequeue(out var word))
            Translate((word, IsFirst: false));
        Context.Events.Send("session.closed");
        _isClosed = true;
        End(1000, "");
    }

    private (string Word, bool IsFirst) NextWord()
    {
        var isFirst = _sentence.Count == 0;
        if (isFirst)
        {
            _sentences++;
            foreach (var word in Speech.Words(Context.Script.NextTranscript()))
                _sentence.Enqueue(word);
        }
        return (_sentence.Dequeue(), isFirst);
    }

    private void Translate((string Word, bool IsFirst) heard)
    {
        var word = heard.IsFirst && _sentences > 1 ? $" {heard.Word}" : heard.Word;
        var elapsed = (long)_position.TotalMilliseconds;
        var language = Context.Output.Text("language") ?? "en";
        var translated = heard.IsFirst ? $"{(_sentences > 1 ? " " : "")}[{language}] {heard.Word}" : heard.Word;
        if (Context.Input.Object("transcription") is not null)
            Context.Events.Send("session.input_transcript.delta", ("delta", word), ("elapsed_ms", elapsed));
        Context.Events.Send("session.output_transcript.delta", ("delta", translated), ("elapsed_ms", elapsed));
        var speech = new Speech(heard.Word, language, 1, Format, Context.SpokenWords, Context.SpeaksInTones);
        Context.Events.SendAudio(
            "session.output_audio.delta", speech.Say(heard.Word), ("sample_rate", Format.Rate), ("channels", 1), ("format", "pcm16"), ("elapsed_ms", elapsed));
    }
}
