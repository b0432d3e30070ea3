namespace Realtime.Sdk.Testing.Internal;

/// <summary>A call of a rule.</summary>
/// <param name="Name">The name of the function or MCP tool.</param>
/// <param name="Arguments">The arguments, which are sent unchanged.</param>
internal sealed record RuleCall(string Name, string Arguments);

/// <summary>One answer of a rule.</summary>
/// <param name="Calls">The calls, in order.</param>
/// <param name="Words">Creates the text from the user's words; null repeats the outputs.</param>
internal sealed record RuleAnswer(IReadOnlyList<RuleCall> Calls, Func<string, string>? Words);

/// <summary>Combines the rules, transcripts and MCP servers of a session with those of the emulator. Used under the model's lock.</summary>
/// <param name="own">The session's model.</param>
/// <param name="shared">The emulator's model.</param>
internal sealed class ModelScript(EmulatorModel own, EmulatorModel shared)
{
    private static readonly string[] DefaultTranscripts =
        ["What is the weather like in Lisbon today?", "Tell me something about the sea.", "Thank you, that is all."];

    private readonly Dictionary<EmulatorModelRule, int> _uses = [];
    private readonly Transcripts _ownTranscripts = new(), _sharedTranscripts = new();
    private int _defaults;

    /// <summary>Returns the next answer of the rule that matches the words; null if no rule matches.</summary>
    public ScriptedAnswer? Take(string words, ResponseSettings settings)
    {
        bool IsAcceptable(EmulatorModelRule rule)
        {
            if (!settings.RequiresCall(out var name))
                return true;
            return rule.Answer(Uses(rule)).Calls.Any(call => name is null || call.Name == name);
        }

        if ((own.Find(words, IsAcceptable) ?? shared.Find(words, IsAcceptable)) is not { } rule)
            return null;
        var use = Uses(rule);
        _uses[rule] = use + 1;
        return new(rule, use, words);
    }

    /// <summary>Returns the transcript of the next turn of audio.</summary>
    public string NextTranscript() =>
        _ownTranscripts.Next(own) ?? _sharedTranscripts.Next(shared) ?? DefaultTranscripts[_defaults++ % DefaultTranscripts.Length];

    /// <summary>Finds the MCP server with a label; null if there is none.</summary>
    public EmulatorMcpServer? McpServer(string label) => own.FindMcpServer(label) ?? shared.FindMcpServer(label);

    private int Uses(EmulatorModelRule rule) => _uses.GetValueOrDefault(rule);

    /// <summary>The position of a session in the transcripts of a model.</summary>
    private sealed class Transcripts
    {
        private int _next, _repeated;

        public string? Next(EmulatorModel model)
        {
            var count = model.TranscriptCount;
            return count == 0 ? null : model.Transcript(_next < count ? _next++ : _repeated++ % count);
        }
    }
}

/// <summary>An answer of a rule that is being given in a session, over one or more responses.</summary>
/// <param name="rule">The rule.</param>
/// <param name="use">The number of the answer, counting from 0.</param>
/// <param name="words">The user's last words.</param>
internal sealed class ScriptedAnswer(EmulatorModelRule rule, int use, string words)
{
    private int _called;

    /// <summary>Returns the text after the calls; null repeats their outputs. May call a callback of the test.</summary>
    public string? Words() => rule.Answer(use).Words?.Invoke(words);

    /// <summary>Returns the next call; null if there are no more.</summary>
    public RuleCall? NextCall() => _called >= rule.Answer(use).Calls.Count ? null : rule.Answer(use).Calls[_called++];

    /// <summary>Skips the remaining calls.</summary>
    public void SkipCalls() => _called = int.MaxValue;
}
