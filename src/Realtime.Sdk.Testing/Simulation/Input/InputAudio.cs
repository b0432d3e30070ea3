namespace Realtime.Sdk.Testing.Internal;

/// <summary>The input audio buffer: handles append, commit and clear, and detects turns.</summary>
internal sealed class InputAudio
{
    private static readonly TimeSpan MinCommit = TimeSpan.FromMilliseconds(100), RetainedSilence = TimeSpan.FromSeconds(2);

    private readonly SimulationContext _context;
    private readonly ConversationState _conversation;
    private readonly Responses _responses;
    private readonly Transcriber _transcriber;
    private readonly AudioBuffer _buffer = new();
    private readonly TurnDetector _detector = new();
    private TurnSettings? _turns;
    private SampleFormat _format;
    private TimeSpan _start;
    private int _examined;
    private string? _itemId;
    private EventScheduler.Entry? _idle;

    public InputAudio(SimulationContext context, ConversationState conversation, Responses responses, Transcriber transcriber)
    {
        (_context, _conversation, _responses, _transcriber) = (context, conversation, responses, transcriber);
        _responses.Ended += WaitForUser;
        Configure();
    }

    /// <summary>The duration of all audio that was appended since the start of the session.</summary>
    private TimeSpan Position => _start + Length(_buffer.Length);

    /// <summary>Whether turn detection is on, so that the server commits the audio.</summary>
    public bool DetectsTurns => _turns is not null;

    public bool HasSpaceFor(int bytes) => _buffer.Length + bytes <= _context.Options.MaxInputAudioBytes;

    /// <summary>Whether the user is speaking. Without turn detection, whether there is audio that was not committed.</summary>
    public bool HasOpenTurn => DetectsTurns ? _detector.IsSpeaking : _buffer.Length > 0;

    /// <summary>The format of the audio.</summary>
    public SampleFormat Format => _format;

    /// <summary>Called when the user's audio has been added to the conversation as a message.</summary>
    public Action? ItemAdded { get; set; }

    /// <summary>Applies a change of the session.</summary>
    public void Configure()
    {
        _turns = TurnSettings.Read(_context);
        var format = _context.InputFormat;
        if (format != _format)
            Reset();
        _format = format;
        if (_turns is null)
            _detector.Reset();
        if (_turns?.Idle is null)
            _idle?.Cancel();
    }

    /// <summary>Handles <c>input_audio_buffer.append</c>, and sends events when a turn begins or ends.</summary>
    public void Append(ReadOnlySpan<byte> audio)
    {
        if (!HasSpaceFor(audio.Length))
            throw EmulatorHttpException.InvalidValue("audio", "the input audio buffer is full: commit or clear it");
        _buffer.Add(audio);
        var frame = _format.BytesIn(TurnDetector.Frame);
        while (_turns is { } turns && _buffer.Length - _examined >= frame)
        {
            var level = LevelMeter.Measure(_buffer.Slice(_examined, frame), _format).Rms;
            _examined += frame;
            HandleChange(_detector.Next(level, turns), turns);
        }
    }

    /// <summary>Answers <c>input_audio_buffer.commit</c>.</summary>
    public void Commit()
    {
        var length = Length(_buffer.Length);
        if (length < MinCommit)
        {
            throw new EmulatorHttpException(
                400,
                $"Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has {length.TotalMilliseconds:0.00}ms of audio.",
                "input_audio_buffer_commit_empty");
        }
        _detector.Reset();
        Commit(_buffer.Length);
    }

    /// <summary>Answers <c>input_audio_buffer.clear</c>.</summary>
    public void Clear()
    {
        Reset();
        _context.Events.Send("input_audio_buffer.cleared");
    }

    private void HandleChange(TurnChange change, TurnSettings turns)
    {
        if (change == TurnChange.Started)
        {
            StartTurn(turns);
        }
        else if (change == TurnChange.Stopped)
        {
            _context.Events.Send("input_audio_buffer.speech_stopped", ("audio_end_ms", ToMilliseconds(_start + Length(_examined))), ("item_id", _itemId));
            Commit(_examined);
            if (turns.CreatesResponse)
                _responses.CreateForTurn();

            // At an instant pace, the answer is given before the rest of the audio is handled, regardless of how much one append contains.
            _context.Scheduler.RunDue();
        }
        else if (!_detector.IsSpeaking && Length(_examined) > RetainedSilence)
        {
            // Otherwise a user who is silent for a long time would fill the buffer.
            Drop(_examined - _format.BytesIn(RetainedSilence));
        }
    }

    private void StartTurn(TurnSettings turns)
    {
        _idle?.Cancel();
        _itemId = _context.Ids.Next("item_");
        var before = Length(_examined) - _detector.Loud - turns.Prefix;
        if (before > TimeSpan.Zero)
            Drop(_format.BytesIn(before));
        _context.Events.Send("input_audio_buffer.speech_started", ("audio_start_ms", ToMilliseconds(_start)), ("item_id", _itemId));
        if (turns.Interrupts)
            _responses.Interrupt();
    }

    private void Commit(int bytes)
    {
        var length = Length(bytes);
        _start += length;
        _examined = Math.Max(0, _examined - bytes);
        AddItem(_buffer.Take(bytes), length);
    }

    /// <summary>Adds audio to the conversation as a message of the user.</summary>
    private void AddItem(byte[] audio, TimeSpan length)
    {
        var part = new JsonObject { ["type"] = "input_audio", ["transcript"] = null };
        var item = new SimulatedItem(new()
        {
            ["id"] = _itemId ?? _context.Ids.Next("item_"),
            ["type"] = "message",
            ["status"] = "completed",
            ["role"] = "user",
            ["content"] = new JsonArray(part),
        })
        {
            AudioLength = length,
            Heard = length > TimeSpan.Zero ? ToneSpeech.DecodeText(audio, _format) ?? _context.Script.NextTranscript() : "",
        };
        item.Audio[0] = audio;
        _itemId = null;
        _context.Events.Send("input_audio_buffer.committed", ("previous_item_id", _conversation.LastId), ("item_id", item.Id));
        _conversation.Add(item);
        _conversation.Finish(item);
        if (length == TimeSpan.Zero)
            return;
        _transcriber.Transcribe(item);
        ItemAdded?.Invoke();
    }

    /// <summary>Called after a response. If the user stays silent for <c>idle_timeout_ms</c>, the model takes another turn.</summary>
    private void WaitForUser()
    {
        _idle?.Cancel();
        if (_turns?.Idle is not { } timeout)
            return;
        var from = Position;
        _idle = _context.Scheduler.Schedule(_context.Playback.Unplayed + timeout, () => TimeOut(from));
    }

    private void TimeOut(TimeSpan from)
    {
        if (_responses.IsActive || _detector.IsSpeaking)
            return;
        _itemId = _context.Ids.Next("item_");
        var to = Position;
        _context.Events.Send(
            "input_audio_buffer.timeout_triggered", ("audio_start_ms", ToMilliseconds(from)), ("audio_end_ms", ToMilliseconds(to)), ("item_id", _itemId));
        Reset(keepItem: true);
        AddItem([], TimeSpan.Zero);
        _responses.CreateForTurn();
    }

    private void Reset(bool keepItem = false)
    {
        _start = Position;
        _buffer.Drop(_buffer.Length);
        _examined = 0;
        _detector.Reset();
        _itemId = keepItem ? _itemId : null;
    }

    private void Drop(int bytes)
    {
        _start += Length(bytes);
        _buffer.Drop(bytes);
        _examined -= bytes;
    }

    /// <summary>Returns the duration of a number of bytes.</summary>
    public TimeSpan Length(int bytes) => _format.DurationOf(bytes - (bytes % _format.BytesPerSample));

    private static long ToMilliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
