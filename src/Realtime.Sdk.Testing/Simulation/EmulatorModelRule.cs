namespace Realtime.Sdk.Testing;

/// <summary>
/// A rule for what the model calls and says when the user says something. Create one with <see cref="EmulatorModel.When"/>.
/// <para>
/// A rule is a sequence of answers. Each use of the rule gives the next answer, beginning with the first in each session; the last is repeated.
/// <c>Says</c> ends an answer, so <c>Says("One.").Says("Two.")</c> is two answers, and <c>Calls(…).Calls(…).Says("Done.")</c> is one.
/// </para>
/// <para>
/// All calls of an answer are made in one response, in order; with <c>parallel_tool_calls: false</c>, each response makes one call. After the client has
/// sent the outputs, the next response that it requests says the text. The emulator runs calls to MCP tools itself, after the approval that the session
/// requires. If the answer has no text, the model repeats the output.
/// </para>
/// <para>
/// The session's <c>tool_choice</c> applies: with <c>none</c>, no calls are made; if a call is required, a rule matches only if its answer has that call.
/// A function that neither the session nor a listed MCP server declares is not called, but reported as
/// <see cref="EmulatorViolationRule.UndeclaredFunction"/>. The rest of the answer is given.
/// </para>
/// </summary>
public sealed class EmulatorModelRule
{
    private readonly Lock _lock;
    private readonly string _text;
    private readonly List<RuleAnswer> _answers = [];

    internal EmulatorModelRule(string text, Lock modelLock) => (_text, _lock) = (text, modelLock);

    /// <summary>Adds a call to a function of the session, or to a tool of an MCP server that the session declares.</summary>
    /// <param name="name">The name of the function or tool.</param>
    /// <param name="arguments">
    /// The arguments as JSON text; the default is an empty object. They are sent unchanged, even if they are not valid JSON or do not match the schema.
    /// </param>
    /// <returns>The same rule.</returns>
    public EmulatorModelRule Calls(string name, string arguments = "{}")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        lock (_lock)
        {
            var open = GetOpenAnswer();
            _answers[^1] = open with { Calls = [.. open.Calls, new(name, arguments)] };
        }
        return this;
    }

    /// <summary>Adds a text, which is spoken or written depending on the modalities of the response, and ends the answer.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same rule. Further calls and texts belong to its next answer.</returns>
    public EmulatorModelRule Says(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Says(_ => text);
    }

    /// <inheritdoc cref="Says(string)"/>
    /// <param name="answer">
    /// Creates the text from the user's last words. An exception closes the session with 1011 and is thrown by
    /// <see cref="RealtimeEmulator.DisposeAsync"/>.
    /// </param>
    public EmulatorModelRule Says(Func<string, string> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        lock (_lock)
        {
            var open = GetOpenAnswer();
            _answers[^1] = open with { Words = answer };
        }
        return this;
    }

    /// <summary>Whether the rule matches these words. Called under the lock.</summary>
    internal bool Matches(string words) => _answers.Count > 0 && words.Contains(_text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the answer for the use with this index, or the last answer if there are fewer. Calls and text may be added to it later.</summary>
    internal RuleAnswer Answer(int use)
    {
        lock (_lock)
            return _answers[Math.Min(use, _answers.Count - 1)];
    }

    /// <summary>Returns the last answer if it has no text yet, otherwise a new one. Called under the lock.</summary>
    private RuleAnswer GetOpenAnswer()
    {
        if (_answers.Count == 0 || _answers[^1].Words is not null)
            _answers.Add(new([], Words: null));
        return _answers[^1];
    }
}
