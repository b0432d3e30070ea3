namespace Realtime.Sdk.Testing;

/// <summary>
/// How the emulator's model behaves in sessions without a script. It follows the service's events, their order, its defaults and its
/// errors, and is the same from run to run. It differs from the service on purpose in this:
/// <list type="bullet">
/// <item>It understands nothing. What it says and calls is set by the rules of <see cref="EmulatorModel"/>. Where no rule matches, an answer repeats
/// the user's last words, and a function is called when its name or description shares a word with them. After a function's output it answers in
/// words, unless <c>response.create</c> itself forces a call.</item>
/// <item>Of speech it hears the words of <see cref="ToneSpeech"/>, and of any other the next text of <see cref="EmulatorModel.Hears"/>.</item>
/// <item>Its own speech is a signal that sounds like a voice and says nothing, unless it <see cref="SpeaksInTones"/>.</item>
/// <item>Turn detection goes by loudness: a <c>threshold</c> from 0 to 1 is a
/// level from −60 to −20 dB of full scale. Semantic turn detection takes a second of speech for a finished thought.</item>
/// <item>A translation is the user's words again, with the language before each sentence.</item>
/// <item>An approved MCP call is made at once, and answered in the same response; whoever asks for another response gets words.</item>
/// <item>In a call, audio plays in real time from the moment it is generated, and is truncated at what was played when the user interrupts.
/// <c>output_audio_buffer.clear</c> truncates nothing.</item>
/// <item>Of silence before a turn the input buffer keeps two seconds.</item>
/// <item>Tokens are counted by length: four characters, 100 ms of input audio, 50 ms of output audio.</item>
/// <item>What is not accepted is refused in the service's words where they are known, with its <c>code</c> and <c>param</c>; see
/// <see cref="RealtimeEmulatorOptions.AcceptsUnknownValues"/>. Limits that depend on the model, such as the number of tokens, are not checked.</item>
/// <item>All prompts, tracing, truncation of the context and noise reduction are accepted and have no effect.</item>
/// <item><c>conversation.created</c> is not sent, nor is an <c>error</c> before the session expires.</item>
/// <item>Refusals whose words no public source shows begin with <c>Invalid value for</c> and have the code <c>invalid_value</c>.</item>
/// </list>
/// </summary>
public sealed record EmulatorModelOptions
{
    /// <summary>How fast it generates its output. The default is <see cref="EmulatorPace.Instant"/>.</summary>
    public EmulatorPace Pace { get; init; }

    /// <summary>
    /// Whether the model speaks words that a test can read back from the audio (<see cref="ToneSpeech"/>), at one speed and with one voice, in place of
    /// a signal that only sounds like a voice. The default is <see langword="false"/>.
    /// </summary>
    public bool SpeaksInTones { get; init; }

    /// <summary>How long a session lives, by <see cref="RealtimeEmulatorOptions.TimeProvider"/>: 60 minutes, as at the service.</summary>
    public TimeSpan SessionDuration { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>
    /// Whether <c>response.created</c> shows the <c>metadata</c> that the client gave the response. The default is <see langword="false"/>: it is
    /// null there, as in the service's own examples, and comes with <c>response.done</c>.
    /// </summary>
    public bool ShowsMetadataInCreated { get; init; }

    /// <summary>How many items a conversation keeps; the oldest are forgotten. 1,000 by default.</summary>
    public int MaxItems { get; init; } = 1000;

    /// <summary>How many bytes of audio the input buffer holds; more is refused with an error. 15 MiB by default.</summary>
    public int MaxInputAudioBytes { get; init; } = 15 * 1024 * 1024;

    /// <summary>How many bytes of the user's audio a session keeps for <c>conversation.item.retrieve</c>; the oldest go. 1 MiB by default.</summary>
    public int MaxKeptAudioBytes { get; init; } = 1024 * 1024;

    internal EmulatorModelOptions Copy() => this with { };

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SessionDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInputAudioBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxKeptAudioBytes, 0);
    }
}
