namespace Realtime.Sdk.Testing;

/// <summary>How fast the emulator's model answers.</summary>
public enum EmulatorPace
{
    /// <summary>At once: a whole answer leaves without any time passing. The default, and right for most tests.</summary>
    Instant,

    /// <summary>
    /// As somebody speaks: audio leaves no faster than it plays, by <see cref="RealtimeEmulatorOptions.TimeProvider"/>. What it takes to be
    /// interrupted or cancelled half-way.
    /// </summary>
    Realtime,
}

/// <summary>
/// What the emulator's model says to a session nobody has scripted. It follows the service's events, their order, its defaults and its
/// errors, and is the same from run to run. It differs from the service on purpose in this:
/// <list type="bullet">
/// <item>It understands nothing: an answer repeats the user's last words, and a function is called when its name or description shares a
/// word with them. After a function's output it answers in words, unless <c>response.create</c> itself forces a call.</item>
/// <item>Speech is a signal that sounds like a voice and says nothing. Turn detection goes by loudness: a <c>threshold</c> from 0 to 1 is a
/// level from −60 to −20 dB of full scale. Semantic turn detection takes a second of speech for a finished thought.</item>
/// <item>A translation is the user's words again, with the language before each sentence.</item>
/// <item>An approved MCP call is made at once, and answered in the same response.</item>
/// <item>Of silence before a turn the input buffer keeps two seconds.</item>
/// <item>Tokens are counted by length: four characters, 100 ms of input audio, 50 ms of output audio.</item>
/// <item>All prompts, tracing, truncation of the context and noise reduction are accepted and have no effect.</item>
/// <item><c>conversation.created</c> is not sent, nor is an <c>error</c> before the session expires.</item>
/// <item>Errors whose code the service's documents do not tell have the code <c>invalid_value</c>.</item>
/// </list>
/// </summary>
public sealed record EmulatorModelOptions
{
    /// <summary>How fast it answers.</summary>
    public EmulatorPace Pace { get; init; } = EmulatorPace.Instant;

    /// <summary>
    /// Makes an answer from the user's last words; null, the default, repeats them in a sentence. An exception that it throws closes the session
    /// with 1011 and is thrown by <see cref="RealtimeEmulator.DisposeAsync"/>.
    /// </summary>
    public Func<string, string>? Answer { get; init; }

    /// <summary>
    /// What the user is taken to have said in audio, turn by turn, from the front again after the last; at least one. An
    /// empty one cannot be understood: its transcription fails.
    /// </summary>
    public IReadOnlyList<string> Transcripts { get; init; } =
        ["What is the weather like in Lisbon today?", "Tell me something about the sea.", "Thank you, that is all."];

    /// <summary>The MCP servers sessions may declare; none by default.</summary>
    public IReadOnlyList<EmulatorMcpServer> McpServers { get; init; } = [];

    /// <summary>How long a session lives, by <see cref="RealtimeEmulatorOptions.TimeProvider"/>: 60 minutes, as at the service.</summary>
    public TimeSpan SessionDuration { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How many items a conversation keeps; the oldest are forgotten. 1,000 by default.</summary>
    public int MaxItems { get; init; } = 1000;

    /// <summary>How many bytes of audio the input buffer holds; more is refused with an error. 15 MiB by default.</summary>
    public int MaxInputAudio { get; init; } = 15 * 1024 * 1024;

    /// <summary>How many bytes of the user's audio a session keeps for <c>conversation.item.retrieve</c>; the oldest go. 1 MiB by default.</summary>
    public int MaxKeptAudio { get; init; } = 1024 * 1024;

    /// <summary>Copies the options and every collection in them.</summary>
    internal EmulatorModelOptions Copy() => this with { Transcripts = [.. Transcripts], McpServers = [.. McpServers.Select(server => server.Copy())] };

    internal void Validate()
    {
        if (Transcripts.Count == 0)
            throw new ArgumentException($"{nameof(Transcripts)} is empty: the user must be taken to say something.");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SessionDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInputAudio, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxKeptAudio, 0);
    }
}
