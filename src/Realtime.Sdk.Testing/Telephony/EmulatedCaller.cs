namespace Realtime.Sdk.Testing;

/// <summary>
/// A telephone caller who speaks, presses keys, hears the emulator's model and hangs up. A second of speech takes a second by the clock of
/// <see cref="RealtimeEmulatorOptions.TimeProvider"/>. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// await using var emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
/// var caller = await emulator.PlaceCallAsync(new() { Webhook = new() { Url = webhookUrl, Secret = secret } });
/// await caller.WhenAcceptedAsync();
/// await caller.SayAsync("What soups do you have?");
/// await caller.WhenHeardAsync("soups");
/// caller.HangUp();
/// </code>
/// </example>
public sealed class EmulatedCaller
{
    private const int MaxWavBytes = 100 * 1024 * 1024;

    private readonly EmulatorState _state;
    private readonly CallEntry _entry;
    private readonly CallerTranscript _heard = new();
    private readonly Lock _lock = new();
    private readonly List<EmulatedWebhookDelivery> _deliveries = [];
    private CallerSpeech? _speech;

    internal EmulatedCaller(EmulatorState state, CallEntry entry, EmulatedCallerOptions options)
    {
        (_state, _entry, Options) = (state, entry, options);
        Media = new(state, entry);
        WebhookJson = WebhookSender.CreateBody("realtime.call.incoming", state.Ids.Next("evt_"), state.Now, ("call_id", CallId), options, options.CreateInvitation(CallId));
        Webhook = RealtimeJson.Deserialize<IncomingCallWebhook>(WireJson.Bytes(WebhookJson).Span);
        entry.Audio.Add(_heard.Listener);
    }

    /// <summary>The call's ID, <c>rtc_…</c>.</summary>
    public string CallId => _entry.Call.Id;

    /// <summary>The current state of the call, including its session and, once the call has ended, how it ended.</summary>
    public EmulatedCall Call => _entry.Call;

    /// <summary>The webhook of the call, whether or not it was delivered.</summary>
    public IncomingCallWebhook Webhook { get; }

    /// <summary>The results of the deliveries, in order; empty without <see cref="EmulatedCallerOptions.Webhook"/>.</summary>
    public IReadOnlyList<EmulatedWebhookDelivery> Deliveries
    {
        get
        {
            lock (_lock)
                return [.. _deliveries];
        }
    }

    /// <summary>The caller's side of the call, to send and receive audio of any kind.</summary>
    public EmulatedCallMedia Media { get; }

    /// <summary>
    /// The words of the model that the caller has heard, in order; the newest 10,000 are kept. A word that was cut off is incomplete. Times are positions
    /// in the audio that was heard. Empty unless the model speaks in tones (<see cref="EmulatorModelOptions.SpeaksInTones"/>).
    /// </summary>
    public IReadOnlyList<ToneWord> HeardWords => _heard.Words;

    /// <summary><see cref="HeardWords"/> as text, separated by spaces.</summary>
    public string HeardText => _heard.Text;

    /// <summary>The duration of the model's audio that the caller has heard, in any voice.</summary>
    public TimeSpan HeardDuration => _heard.Duration;

    internal EmulatedCallerOptions Options { get; }

    internal JsonObject WebhookJson { get; }

    /// <summary>Completes when the call is accepted.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The call, with its effective session.</returns>
    /// <exception cref="EmulatorExpectationException">
    /// The call was rejected, the caller hung up first, or the call was not accepted within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.
    /// </exception>
    public async Task<EmulatedCall> WhenAcceptedAsync(CancellationToken cancellationToken = default)
    {
        var call = await WithinAsync(_entry.Answered, "the call to be accepted", cancellationToken).ConfigureAwait(false);
        return call.Session is null ? throw new EmulatorExpectationException($"Expected the call to be accepted, but it {DescribeOutcome()}.") : call;
    }

    /// <summary>Completes when the call has ended: rejected, or ended by either side or by the service.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The call, including how it ended.</returns>
    /// <exception cref="EmulatorExpectationException">The call did not end within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.</exception>
    public Task<EmulatedCall> WhenEndedAsync(CancellationToken cancellationToken = default) =>
        WithinAsync(_entry.Ended, "the call to end", cancellationToken);

    /// <summary>
    /// Says words that the model understands (<see cref="ToneSpeech"/>), after any speech that is still playing. Silence follows, so that turn detection
    /// finds the end of the turn. Speech interrupts the model if the session allows interruptions.
    /// </summary>
    /// <param name="text">The words.</param>
    /// <param name="cancellationToken">Stops speaking.</param>
    /// <returns>A task that completes when the words have been said.</returns>
    /// <exception cref="InvalidOperationException">The call has not been accepted.</exception>
    /// <exception cref="EmulatorSessionEndedException">The call has ended, or ended before everything was said.</exception>
    public Task SayAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return GetSpeech().SayAsync(format => ToneSpeech.Encode(text, format), cancellationToken);
    }

    /// <summary>Says the audio of a WAV file, converted to the format of the call.</summary>
    /// <param name="wav">The file, with at most 100 MiB of audio. It is read to its end before the caller speaks, and is not disposed.</param>
    /// <param name="cancellationToken">Stops reading and speaking.</param>
    /// <returns>A task that completes when the audio has been said.</returns>
    /// <inheritdoc cref="SayAsync(string, CancellationToken)" path="/exception"/>
    /// <exception cref="InvalidDataException">The file has more than 100 MiB of audio.</exception>
    public async Task SayAsync(WavReader wav, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wav);
        var speech = GetSpeech();
        var audio = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await wav.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            audio.Write(buffer.AsSpan(0, count));
            if (audio.Length > MaxWavBytes)
                throw new InvalidDataException($"The file has more than {MaxWavBytes} bytes of audio.");
        }
        await speech.SayAsync(format => AudioConverter.Convert(audio.ToArray(), wav.Format, format), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Presses keys of the telephone. Each key sends <c>input_audio_buffer.dtmf_event_received</c> to the session.</summary>
    /// <param name="keys">The keys: 0 to 9, <c>*</c>, <c>#</c>, A to D.</param>
    /// <exception cref="ArgumentException">A character is not a key of a telephone; no key was pressed.</exception>
    /// <inheritdoc cref="SayAsync(string, CancellationToken)" path="/exception"/>
    public void Press(string keys)
    {
        TelephoneKeys.ThrowIfInvalid(keys);
        var model = Media.Model();
        foreach (var key in keys)
            model.Press(key);
    }

    /// <summary>Completes when <see cref="HeardText"/> contains a text.</summary>
    /// <param name="text">The text; case and punctuation must match.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">The text was not heard within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the call ended.</exception>
    public async Task WhenHeardAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var heard = _heard.WhenHeardAsync(text);
        await WithinAsync(Task.WhenAny(heard, _entry.Ended), $"to hear '{text}'", cancellationToken).ConfigureAwait(false);
        if (!heard.IsCompleted)
            throw new EmulatorExpectationException($"Expected to hear '{text}', but the call {DescribeOutcome()}. Heard: {PeerText.Sanitize(HeardText)}");
    }

    /// <summary>Hangs up a ringing or active call. Does nothing if the call has ended.</summary>
    public void HangUp() => Media.HangUp();

    internal void Add(EmulatedWebhookDelivery delivery)
    {
        lock (_lock)
            _deliveries.Add(delivery);
    }

    private CallerSpeech GetSpeech()
    {
        var model = Media.Model();
        lock (_lock)
            return _speech ??= new(model);
    }

    private string DescribeOutcome() => Call switch
    {
        { EndedBy: EmulatedCallParty.Caller } => "was ended by the caller",
        { EndedBy: EmulatedCallParty.Application } => "was ended by the application",
        { EndedBy: EmulatedCallParty.Service } => "was ended by the service: its session reached the maximum duration, or failed",
        var call => $"is {call.State}",
    };

    private async Task<T> WithinAsync<T>(Task<T> task, string expected, CancellationToken cancellationToken)
    {
        try
        {
            return await task.WaitAsync(_state.Options.ExpectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new EmulatorExpectationException(
                $"Expected {expected}, but it did not happen within {_state.Options.ExpectTimeout.TotalSeconds:0.###} seconds. The call is {Call.State}. Heard: {PeerText.Sanitize(HeardText)}");
        }
    }
}
