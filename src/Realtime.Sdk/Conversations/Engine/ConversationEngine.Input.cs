namespace Realtime.Sdk.Internal;

/// <content>The user's audio.</content>
internal sealed partial class ConversationEngine : IInputHost
{
    private readonly InputPump _input;
    private readonly CancellationTokenSource _ended = new();
    private string? _commitEventId;

    /// <summary>Whether silence is sent in place of the user's audio.</summary>
    public bool IsMuted
    {
        get;
        set
        {
            field = value;
            if (_watchdog.UserSilence is { } silence)
                Change(silence.End);
        }
    }

    public SampleFormat InputFormat => Effective.InputFormat;

    public TurnDetection? TurnDetection => Effective.TurnDetection;

    public bool IsUserSpeaking => _replies.IsUserSpeaking;

    public CancellationToken Ended => _ended.Token;

    public bool SendsSilence
    {
        get
        {
            if (IsMuted)
                return true;
            lock (_lock)
            {
                return _responses.IsUninterruptible || (_playing is not null && (_options.Input.HalfDuplex
                    || (_options.Input.InterruptionWarmUp > TimeSpan.Zero && _time.GetElapsedTime(_playingSince) < _options.Input.InterruptionWarmUp)));
            }
        }
    }

    public Task ListenAsync(AudioSource source, CancellationToken cancellationToken) => _input.RunAsync(source, cancellationToken);

    public ValueTask AppendAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        NotifyInput(audio.Span);
        TrackInput(audio.Span);

        // Without renewals there is no gap, and an append needs no asynchronous method of this class.
        return _gapAudio is null ? _connection.AppendAudioAsync(audio, cancellationToken) : AppendAsync(audio, _gapAudio, cancellationToken);
    }

    private void NotifyInput(ReadOnlySpan<byte> audio)
    {
        if (Volatile.Read(ref _audioHandlers).Length == 0)
            return;

        // A handler that ends the conversation must not wait for the end. Set only if there are handlers, because each change allocates.
        _isInCallback.Value = true;
        NotifyAudio(AudioDirection.Input, Effective.InputFormat, audio);
        _isInCallback.Value = false;
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var previous = _connection;
        var connecting = WhenConnectedAsync(cancellationToken);

        // Listening counts as work, so that a virtual clock would not advance while the commit waits for a session.
        if (_work is not null && !connecting.IsCompleted)
            await CountedWork.SuspendAsync(_work, connecting).ConfigureAwait(false);
        var connection = await connecting.ConfigureAwait(false);

        // The next session contains only the audio since the loss, which may be too short to commit.
        if (connection != previous && !_input.Buffer.CanCommit)
            return;
        if (_gapAudio is not null)
            await SendBufferedAsync(_gapAudio, connection, cancellationToken).ConfigureAwait(false);
        var eventId = _outbox.NewEventId();
        Change(() => (_commitEventId, _watchdog.IsCommitPending) = (eventId, true));
        await connection.SendAsync(new InputAudioBufferCommitEvent { EventId = eventId }, cancellationToken).ConfigureAwait(false);
    }

    public void OnSourceFailed(Exception exception) => Change(() =>
        Warn(WarningKind.Source, $"The source of the user's audio threw {exception.GetType().Name}. No more of its audio is sent.", exception: exception));
}
