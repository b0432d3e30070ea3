namespace Realtime.Sdk.Testing;

/// <summary>
/// The behavior of the emulator's model in sessions without a script. Events, their order, defaults and errors are those of the service, and the model is
/// deterministic. These differences from the service are intentional:
/// <list type="bullet">
/// <item>It does not understand language. The rules of <see cref="EmulatorModel"/> determine what it says and calls. If no rule matches, an answer repeats
/// the user's last words, and a function is called if its name or description has a word in common with them. After the output of a function, the model
/// answers in words, unless <c>response.create</c> itself forces a call.</item>
/// <item>It transcribes <see cref="ToneSpeech"/>. For other speech, it uses the next transcript of <see cref="EmulatorModel.Hears"/>.</item>
/// <item>Its speech is a signal that resembles a voice but has no words, unless <see cref="SpeaksInTones"/> is set.</item>
/// <item>Turn detection uses the audio level: a <c>threshold</c> from 0 to 1 is a level from −60 to −20 dB of full scale. Semantic turn detection regards
/// one second of speech as a finished thought.</item>
/// <item>A translation repeats the user's words, with the language before each sentence.</item>
/// <item>An approved MCP call is made immediately, in a separate response. As at the service, the answer about its result is in the next response that
/// the client requests.</item>
/// <item>In a call, audio is played in real time from the moment it is generated, and an interruption truncates it at the position that was played.
/// <c>output_audio_buffer.clear</c> does not truncate.</item>
/// <item>The input buffer keeps two seconds of the silence before a turn.</item>
/// <item>Tokens are counted by length: four characters, 100 ms of input audio, 50 ms of output audio.</item>
/// <item>Errors have the service's message where it is known, with its <c>code</c> and <c>param</c>; other messages begin with
/// <c>Invalid value for</c> and have the code <c>invalid_value</c>. See <see cref="RealtimeEmulatorOptions.AcceptsUnknownValues"/>. Limits that depend on
/// the model, such as the number of tokens, are not checked.</item>
/// <item>All prompts, tracing, truncation of the context and noise reduction are accepted and have no effect.</item>
/// <item><c>conversation.created</c> is not sent, nor is an <c>error</c> before the session expires.</item>
/// </list>
/// </summary>
public sealed record EmulatorModelOptions
{
    private static readonly TimeSpan MaxSessionDuration = TimeSpan.FromDays(365);

    /// <summary>The speed at which the model generates its output. The default is <see cref="EmulatorPace.Instant"/>.</summary>
    public EmulatorPace Pace { get; init; }

    /// <summary>
    /// Whether the model speaks words that a test can decode from the audio (<see cref="ToneSpeech"/>), with a fixed speed and voice, instead of a signal
    /// that only resembles a voice. The default is <see langword="false"/>.
    /// </summary>
    public bool SpeaksInTones { get; init; }

    /// <summary>
    /// The maximum duration of a session, by <see cref="RealtimeEmulatorOptions.TimeProvider"/>: up to 365 days. The default is 60 minutes, as at the service.
    /// A call that is not accepted, or that no client joins, also ends after this time.
    /// </summary>
    public TimeSpan SessionDuration { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>
    /// Whether <c>response.created</c> contains the <c>metadata</c> that the client gave the response. The default is <see langword="false"/>: it is null in
    /// <c>response.created</c>, as in the service's examples, and present in <c>response.done</c>.
    /// </summary>
    public bool ShowsMetadataInCreated { get; init; }

    /// <summary>The maximum number of items of a conversation; the oldest are removed. The default is 1,000.</summary>
    public int MaxItems { get; init; } = 1000;

    /// <summary>The maximum size of the input audio buffer in bytes; an append that exceeds it is refused. The default is 15 MiB.</summary>
    public int MaxInputAudioBytes { get; init; } = 15 * 1024 * 1024;

    /// <summary>
    /// The maximum number of bytes of the user's audio that a session keeps for <c>conversation.item.retrieve</c>; the oldest audio is removed. The default
    /// is 1 MiB.
    /// </summary>
    public int MaxKeptAudioBytes { get; init; } = 1024 * 1024;

    internal EmulatorModelOptions Copy() => this with { };

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SessionDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SessionDuration, MaxSessionDuration);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInputAudioBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxKeptAudioBytes, 0);
    }
}
