namespace Realtime.Sdk.Testing;

/// <summary>
/// What the emulator's model says and calls, and what it hears: in all sessions (<see cref="RealtimeEmulator.Model"/>) or in one
/// (<see cref="EmulatorSession.Model"/>). What a session's own model has comes before what the emulator's has. Where no rule matches, the model
/// answers as <see cref="EmulatorModelOptions"/> says. Everything may be added while sessions run, from any thread.
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
    /// Adds a rule for what the user says. Of all rules that match, the one that was added last is used, so that a test can override what was set up
    /// before. A rule is used whenever a response answers the words, once for each response.
    /// </summary>
    /// <param name="text">
    /// What the user's last message has to contain, typed or heard, in upper or lower case. Empty matches anything, also that the user has not
    /// said a word yet.
    /// </param>
    /// <returns>The rule, without effect until it is given something to call or to say.</returns>
    public EmulatorModelRule When(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rule = new EmulatorModelRule(text, _lock);
        lock (_lock)
            _rules.Add(rule);
        return rule;
    }

    /// <summary>
    /// Adds to what the user is taken to have said in audio, since the emulator understands none but <see cref="ToneSpeech"/>. Each turn of other audio
    /// takes the next text, in each session from the first; after the last they are taken from the front again, until more are added. Without any, the emulator has
    /// three texts of its own. If a session has texts of its own, only these are heard in it.
    /// </summary>
    /// <param name="transcripts">The texts, turn by turn. An empty one cannot be understood: its transcription fails.</param>
    /// <returns>The same model.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public EmulatorModel Hears(params IReadOnlyList<string> transcripts)
    {
        ArgumentNullException.ThrowIfNull(transcripts);
        if (transcripts.Any(transcript => transcript is null))
            throw new ArgumentException("A transcript is null: an empty one stands for audio that cannot be understood.", nameof(transcripts));
        lock (_lock)
            _transcripts.AddRange(transcripts);
        return this;
    }

    /// <summary>
    /// Adds an MCP server that sessions may declare in their tools, in place of an earlier one with its label. A session lists the tools of a server
    /// once, when it declares it: add the server before.
    /// </summary>
    /// <param name="server">The server; it is copied.</param>
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

    /// <summary>The newest rule that matches and that is acceptable; null when there is none.</summary>
    internal EmulatorModelRule? Find(string words, Func<EmulatorModelRule, bool> isAcceptable)
    {
        lock (_lock)
            return _rules.FindLast(rule => rule.Matches(words) && isAcceptable(rule));
    }

    /// <summary>How many texts were added so far.</summary>
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
