namespace Realtime.Sdk.Testing;

/// <summary>
/// A person on the telephone: calls, speaks, presses keys, hears the emulator's model and hangs up. Time passes by
/// <see cref="RealtimeEmulatorOptions.TimeProvider"/>: a second of speech takes a second. Safe to use from any thread.
/// </summary>
/// <example>
/// <code>
/// await using var emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
/// var caller = await emulator.RingAsync(new() { Url = webhookUrl, Secret = secret });
/// await caller.WhenAcceptedAsync();
/// await caller.SayAsync("What soups do you have?");
/// await caller.WhenHeardAsync("soups");
/// caller.HangUp();
/// </code>
/// </example>
public sealed class EmulatedCaller
{
    private const string AllKeys = "0123456789*#ABCD";
    private const int MaxWavBytes = 100 * 1024 * 1024;

    private readonly EmulatorState _state;
    private readonly CallLine _line;
    private readonly CallerEar _ear = new();
    private readonly Lock _lock = new();
    private readonly List<EmulatedDelivery> _deliveries = [];
    private CallerVoice? _voice;

    internal EmulatedCaller(EmulatorState state, CallLine line, EmulatedCallerOptions options)
    {
        (_state, _line, Options) = (state, line, options);
        Media = new(state, line);
        WebhookJson = WebhookSender.Body("realtime.call.incoming", state.Ids.Next("evt_"), state.Now, ("call_id", CallId), options, options.Invitation(CallId));
        Webhook = RealtimeJson.Deserialize<IncomingCallWebhook>(WireJson.Bytes(WebhookJson).Span);
        line.Audio.Add(_ear.Listener);
    }

    /// <summary>The call's ID, <c>rtc_…</c>.</summary>
    public string CallId => _line.Call.Id;

    /// <summary>The call as it stands: ringing, accepted with which session, rejected with which status, referred to whom, ended by whom.</summary>
    public EmulatedCall Call => _line.Call;

    /// <summary>The webhook of the call, delivered or not.</summary>
    public IncomingCallWebhook Webhook { get; }

    /// <summary>How the deliveries of the webhooks went, in their order; none after <see cref="RealtimeEmulator.Ring"/>.</summary>
    public IReadOnlyList<EmulatedDelivery> Deliveries
    {
        get
        {
            lock (_lock)
                return [.. _deliveries];
        }
    }

    /// <summary>The caller's side of the call, for audio of any kind.</summary>
    public EmulatedCallMedia Media { get; }

    /// <summary>
    /// The words that the caller has heard of the model, in their order: the newest 10,000. One that was cut off is incomplete. Times count the audio that
    /// was heard. Empty unless the model speaks in tones (<see cref="EmulatorModelOptions.SpeaksInTones"/>).
    /// </summary>
    public IReadOnlyList<ToneWord> HeardWords => _ear.Words;

    /// <summary><see cref="HeardWords"/> as text, separated by spaces.</summary>
    public string HeardText => _ear.Text;

    /// <summary>How much audio of the model the caller has heard, whatever its voice.</summary>
    public TimeSpan HeardDuration => _ear.Duration;

    internal EmulatedCallerOptions Options { get; }

    internal JsonObject WebhookJson { get; }

    /// <summary>Completes when the call was accepted.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The call, with its effective session.</returns>
    /// <exception cref="EmulatorExpectationException">
    /// It was rejected or given up, or not accepted within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.
    /// </exception>
    public async Task<EmulatedCall> WhenAcceptedAsync(CancellationToken cancellationToken = default)
    {
        var call = await WithinAsync(_line.Answered, "the call to be accepted", cancellationToken).ConfigureAwait(false);
        return call.Session is null ? throw new EmulatorExpectationException($"Expected the call to be accepted, but it is {call.State}.") : call;
    }

    /// <summary>Completes when the call is over: rejected, or ended by anybody.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The call, with its outcome.</returns>
    /// <exception cref="EmulatorExpectationException">It was not over within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.</exception>
    public Task<EmulatedCall> WhenOverAsync(CancellationToken cancellationToken = default) => WithinAsync(_line.Over, "the call to be over", cancellationToken);

    /// <summary>
    /// Says words that the model understands (<see cref="ToneSpeech"/>), after what is being said. Silence follows, so that turn detection finds the end
    /// of the turn. While the model speaks this interrupts it, when the session lets it.
    /// </summary>
    /// <param name="text">The words.</param>
    /// <param name="cancellationToken">Stops speaking.</param>
    /// <returns>Completes when they were said.</returns>
    /// <exception cref="InvalidOperationException">The call has not been accepted.</exception>
    /// <exception cref="EmulatorSessionEndedException">The call is over, or ended meanwhile.</exception>
    public Task SayAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Voice().SayAsync(format => ToneSpeech.Encode(text, format), cancellationToken);
    }

    /// <summary>Says the audio of a WAV file, converted to the format of the call.</summary>
    /// <param name="wav">The file; it is read to its end at once, up to 100 MiB of audio, and not disposed.</param>
    /// <param name="cancellationToken">Stops reading and speaking.</param>
    /// <returns>Completes when it was said.</returns>
    /// <inheritdoc cref="SayAsync(string, CancellationToken)" path="/exception"/>
    /// <exception cref="InvalidDataException">The file has more audio.</exception>
    public async Task SayAsync(WavReader wav, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wav);
        var voice = Voice();
        var audio = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await wav.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            audio.Write(buffer.AsSpan(0, count));
            if (audio.Length > MaxWavBytes)
                throw new InvalidDataException($"The file has more than {MaxWavBytes} bytes of audio.");
        }
        await voice.SayAsync(format => AudioConverter.Convert(audio.ToArray(), wav.Format, format), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Presses keys. Each is an event of the session, <c>input_audio_buffer.dtmf_event_received</c>.</summary>
    /// <param name="keys">The keys: 0 to 9, <c>*</c>, <c>#</c>, A to D.</param>
    /// <exception cref="ArgumentException">There is no such key; none was pressed.</exception>
    /// <inheritdoc cref="SayAsync(string, CancellationToken)" path="/exception"/>
    public void Press(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!keys.All(AllKeys.Contains))
            throw new ArgumentException($"The keys of a telephone are {AllKeys}.", nameof(keys));
        var model = Media.Model();
        foreach (var key in keys)
            model.Press(key);
    }

    /// <summary>Completes once the caller has heard a text of the model, as part of <see cref="HeardText"/>.</summary>
    /// <param name="text">The text, in the case and with the punctuation of the model's words.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">It was not heard within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, or the call ended.</exception>
    public async Task WhenHeardAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var heard = _ear.WhenHeardAsync(text);
        await WithinAsync(Task.WhenAny(heard, _line.Over), $"to hear '{text}'", cancellationToken).ConfigureAwait(false);
        if (!heard.IsCompleted)
            throw new EmulatorExpectationException($"Expected to hear '{text}', but the call ended. Heard: {PeerText.Sanitize(HeardText)}");
    }

    /// <summary>Hangs up, ringing or accepted. Does nothing when the call is over.</summary>
    public void HangUp() => Media.HangUp();

    internal void Add(EmulatedDelivery delivery)
    {
        lock (_lock)
            _deliveries.Add(delivery);
    }

    private CallerVoice Voice()
    {
        var model = Media.Model();
        lock (_lock)
            return _voice ??= new(model);
    }

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
