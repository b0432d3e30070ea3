namespace Realtime.Sdk.Testing;

/// <summary>
/// The rules for what the emulator's model says, calls and hears, in all sessions (<see cref="RealtimeEmulator.Model"/>), in one session
/// (<see cref="EmulatorSession.Model"/>) or in one call (<see cref="EmulatedCall.Model"/>). The rules of a session or a call take precedence over those of
/// the emulator. If no rule matches, the model answers as described at <see cref="EmulatorModelOptions"/>. Rules may be added during sessions. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in a moment.");
/// </code>
/// </example>
public sealed class EmulatorModel
{
    private readonly Lock _lock = new();
    private readonly List<EmulatorModelRule> _rules = [];
    private readonly List<string> _transcripts = [];
    private readonly List<EmulatorMcpServer> _mcpServers = [];

    internal EmulatorModel() { }

    /// <summary>
    /// Adds a rule that applies when the user says a text. If several rules match, the one that was added last is used, so that a test can override earlier
    /// rules. A rule is used once for each response that answers the user.
    /// </summary>
    /// <param name="text">
    /// The text that the user's last message must contain, whether it was typed or spoken; case is ignored. An empty text always matches, even before the
    /// user's first message.
    /// </param>
    /// <returns>The rule, which has no effect until <c>Calls</c> or <c>Says</c> is called.</returns>
    public EmulatorModelRule When(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rule = new EmulatorModelRule(text, _lock);
        lock (_lock)
            _rules.Add(rule);
        return rule;
    }

    /// <summary>
    /// Adds transcripts of the user's audio, because the emulator understands only <see cref="ToneSpeech"/>. Each turn of other audio uses the next
    /// transcript, beginning with the first in each session. After the last, they repeat until more are added. Without transcripts, the emulator uses three
    /// default ones. The transcripts of a session replace those of the emulator.
    /// </summary>
    /// <param name="transcripts">The transcripts, one for each turn. An empty one represents audio that cannot be understood: its transcription fails.</param>
    /// <returns>The same model.</returns>
    /// <exception cref="ArgumentException">A transcript is null.</exception>
    public EmulatorModel Hears(params IReadOnlyList<string> transcripts)
    {
        ArgumentNullException.ThrowIfNull(transcripts);
        if (transcripts.Any(transcript => transcript is null))
            throw new ArgumentException("A transcript is null. Use an empty transcript for audio that cannot be understood.", nameof(transcripts));
        lock (_lock)
            _transcripts.AddRange(transcripts);
        return this;
    }

    /// <summary>
    /// Adds an MCP server that sessions may declare in their tools. It replaces an earlier server with the same label. A session lists the tools of a
    /// server once, when it declares the server, so add the server before that.
    /// </summary>
    /// <param name="server">The server, which is copied.</param>
    /// <returns>The same model.</returns>
    public EmulatorModel AddMcpServer(EmulatorMcpServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (_lock)
        {
            _mcpServers.RemoveAll(earlier => earlier.Label == server.Label);
            _mcpServers.Add(server.Copy());
        }
        return this;
    }

    /// <summary>Finds the newest rule that matches and is acceptable; null if there is none.</summary>
    internal EmulatorModelRule? Find(string words, Func<EmulatorModelRule, bool> isAcceptable)
    {
        lock (_lock)
            return _rules.FindLast(rule => rule.Matches(words) && isAcceptable(rule));
    }

    /// <summary>The number of transcripts so far.</summary>
    internal int TranscriptCount
    {
        get
        {
            lock (_lock)
                return _transcripts.Count;
        }
    }

    internal string Transcript(int index)
    {
        lock (_lock)
            return _transcripts[index];
    }

    internal EmulatorMcpServer? FindMcpServer(string label)
    {
        lock (_lock)
            return _mcpServers.Find(server => server.Label == label);
    }
}
