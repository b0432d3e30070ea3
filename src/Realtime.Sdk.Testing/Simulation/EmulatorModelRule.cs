namespace Realtime.Sdk.Testing;

/// <summary>
/// What the model does when the user says something: what it calls, and what it says then. <see cref="EmulatorModel.When"/> makes it.
/// <para>
/// A rule is a row of answers, one for each time it is used; in each session the first is taken first, and the last is repeated. An answer ends with
/// what it says, so <c>Says("One.").Says("Two.")</c> is two answers, and <c>Calls(…).Calls(…).Says("Done.")</c> is one.
/// </para>
/// <para>
/// All calls of an answer are made in one response, in the order given; one in each response where the session has
/// <c>parallel_tool_calls: false</c>. When their outputs have come, the response that the client asks for says the words; a call to an MCP tool is
/// made by the emulator itself, after the approval that the session demands. Without words, the model repeats the output.
/// </para>
/// <para>
/// The session's <c>tool_choice</c> holds: <c>none</c> leaves the calls out, and where a call is required a rule matches only if its answer has that
/// call. A function that neither the session nor a listed MCP server declares is not called: it is reported as
/// <see cref="EmulatorViolationRule.UndeclaredFunction"/>, and the rest of the answer is given.
/// </para>
/// </summary>
public sealed class EmulatorModelRule
{
    private readonly Lock _lock;
    private readonly string _text;
    private readonly List<RuleAnswer> _answers = [];

    internal EmulatorModelRule(string text, Lock modelLock) => (_text, _lock) = (text, modelLock);

    /// <summary>Has the model call a function of the session, or a tool of an MCP server that the session declares.</summary>
    /// <param name="name">The function or tool.</param>
    /// <param name="arguments">
    /// The arguments as JSON text; the default is an empty object. They are sent as they are, valid JSON or not, and are not compared with the schema.
    /// </param>
    /// <returns>The same rule.</returns>
    public EmulatorModelRule Calls(string name, string arguments = "{}")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        lock (_lock)
        {
            var open = Open();
            _answers[^1] = open with { Calls = [.. open.Calls, new(name, arguments)] };
        }
        return this;
    }

    /// <summary>Has the model say a text, in speech or in writing as the response demands, and ends an answer of this rule.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same rule; what is added from here on is its next answer.</returns>
    public EmulatorModelRule Says(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Says(_ => text);
    }

    /// <inheritdoc cref="Says(string)"/>
    /// <param name="answer">
    /// Makes the text from the user's last words. An exception that it throws closes the session with 1011 and is thrown by
    /// <see cref="RealtimeEmulator.DisposeAsync"/>.
    /// </param>
    public EmulatorModelRule Says(Func<string, string> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        lock (_lock)
        {
            var open = Open();
            _answers[^1] = open with { Words = answer };
        }
        return this;
    }

    /// <summary>Whether the rule is for these words. Called under the lock.</summary>
    internal bool Matches(string words) => _answers.Count > 0 && words.Contains(_text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The answer for the given use, counting from 0: the last one again when there are fewer. It may still grow.</summary>
    internal RuleAnswer Answer(int use)
    {
        lock (_lock)
            return _answers[Math.Min(use, _answers.Count - 1)];
    }

    /// <summary>The answer that has no words yet, a new one if need be.</summary>
    private RuleAnswer Open()
    {
        if (_answers.Count == 0 || _answers[^1].Words is not null)
            _answers.Add(new([], Words: null));
        return _answers[^1];
    }
}
