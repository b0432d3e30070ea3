namespace Realtime.Sdk.Testing.Internal;

/// <summary>A call that a rule has the model make.</summary>
/// <param name="Name">The function or MCP tool.</param>
/// <param name="Arguments">Its arguments, as they are sent.</param>
internal sealed record RuleCall(string Name, string Arguments);

/// <summary>One answer of a rule.</summary>
/// <param name="Calls">What is called, in order.</param>
/// <param name="Words">Makes what is said from the user's words; null repeats the outputs.</param>
internal sealed record RuleAnswer(IReadOnlyList<RuleCall> Calls, Func<string, string>? Words);

/// <summary>What the rules, transcripts and MCP servers of the session and of the emulator come to in one session. Used under the model's lock.</summary>
/// <param name="own">The session's model.</param>
/// <param name="shared">The emulator's model.</param>
internal sealed class ModelScript(EmulatorModel own, EmulatorModel shared)
{
    private static readonly string[] UsualTranscripts =
        ["What is the weather like in Lisbon today?", "Tell me something about the sea.", "Thank you, that is all."];

    private readonly Dictionary<EmulatorModelRule, int> _uses = [];
    private readonly Transcripts _ownTranscripts = new(), _sharedTranscripts = new();
    private int _usual;

    /// <summary>Takes the next answer of the rule for these words; null when there is no rule.</summary>
    public ScriptedAnswer? Take(string words, ResponseSettings settings)
    {
        bool IsAcceptable(EmulatorModelRule rule) => settings.RequiresCall(out var name) is false || rule.Answer(Uses(rule)).Calls.Any(call => name is null || call.Name == name);
        if ((own.Find(words, IsAcceptable) ?? shared.Find(words, IsAcceptable)) is not { } rule)
            return null;
        var use = Uses(rule);
        _uses[rule] = use + 1;
        return new(rule, use, words);
    }

    /// <summary>What the user is taken to have said in the next turn of audio.</summary>
    public string NextTranscript() =>
        _ownTranscripts.Next(own) ?? _sharedTranscripts.Next(shared) ?? UsualTranscripts[_usual++ % UsualTranscripts.Length];

    /// <summary>The MCP server with a label; null when there is none.</summary>
    public EmulatorMcpServer? McpServer(string label) => own.FindMcpServer(label) ?? shared.FindMcpServer(label);

    private int Uses(EmulatorModelRule rule) => _uses.GetValueOrDefault(rule);

    /// <summary>How far a session is in the transcripts of a model.</summary>
    private sealed class Transcripts
    {
        private int _next, _again;

        public string? Next(EmulatorModel model)
        {
            var count = model.TranscriptCount;
            return count == 0 ? null : model.Transcript(_next < count ? _next++ : _again++ % count);
        }
    }
}

/// <summary>An answer of a rule as it is given in a session, over as many responses as it takes.</summary>
/// <param name="rule">The rule.</param>
/// <param name="use">Which of its answers.</param>
/// <param name="words">What the user said.</param>
internal sealed class ScriptedAnswer(EmulatorModelRule rule, int use, string words)
{
    private int _called;

    /// <summary>Whether there is nothing left to call.</summary>
    public bool HasCalled => _called >= rule.Answer(use).Calls.Count;

    /// <summary>What is said when the calls are over; null repeats their outputs. May run code of the test.</summary>
    public string? Words() => rule.Answer(use).Words?.Invoke(words);

    /// <summary>Takes the next call; null when there is none left.</summary>
    public RuleCall? NextCall() => HasCalled ? null : rule.Answer(use).Calls[_called++];

    /// <summary>Leaves all other calls out.</summary>
    public void SkipCalls() => _called = int.MaxValue;
}
