namespace Realtime.Sdk;

/// <summary>
/// A check of what an agent says, or of the functions that it calls. Checks run on the thread pool and never hold up the conversation. Immutable: any number of
/// agents and conversations can use one instance at the same time.
/// </summary>
/// <example>
/// <code>
/// var noPrices = Guardrail.OnOutput("no_prices", text => text.Contains('€') ? "Do not name prices." : null);
/// </code>
/// </example>
public sealed record Guardrail
{
    private Guardrail(string name) => Name = name;

    /// <summary>The name, which <see cref="GuardrailUpdate"/> and warnings contain: 1 to 64 characters, not only white space.</summary>
    public string Name { get; }

    /// <summary>
    /// The number of characters after which the growing text of an answer is checked again. The complete text is always checked. At least 1; the default is 100. Not used for
    /// function calls.
    /// </summary>
    public int CheckEvery { get; init; } = 100;

    /// <summary>The maximum time of one check; after it, the check has failed. More than zero, at most a day; the default is 5 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a check that throws an exception or exceeds <see cref="Timeout"/> counts as a violation. The default is <see langword="false"/> for output, so that a fault of the
    /// check does not silence the agent, and <see langword="true"/> for function calls, which must not run unchecked. Either way, a <see cref="WarningUpdate"/> reports the first
    /// failure.
    /// </summary>
    public bool BlocksOnFailure { get; init; }

    /// <summary>The check of a text; null for a check of function calls.</summary>
    internal Func<string, AgentContext, CancellationToken, Task<string?>>? CheckText { get; private init; }

    /// <summary>The check of a function call; null for a check of output.</summary>
    internal Func<FunctionCall, AgentContext, CancellationToken, Task<string?>>? CheckCall { get; private init; }

    /// <summary>Creates a check of the text of answers, or of the transcript of their audio, while they are generated.</summary>
    /// <param name="name">The name of the guardrail.</param>
    /// <param name="check">
    /// Gets the text of the answer so far and returns the reason for which it must not be said, or null. The reason is shown to the model. Can be called for several answers at the
    /// same time.
    /// </param>
    /// <remarks>
    /// A violation stops the answer: the player stops, what was not heard is removed from the conversation, the model gets the reason and answers again, and a
    /// <see cref="GuardrailUpdate"/> informs the app. A reply (<see cref="RealtimeConversation.Respond"/>, <see cref="RealtimeConversation.AskAsync"/>) completes when its text was
    /// checked. Audio that was heard before a check has found the violation cannot be undone: servers send the transcript ahead of the audio, but not by a guaranteed time.
    /// </remarks>
    public static Guardrail OnOutput(string name, Func<string, string?> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return OnOutput(name, (text, _, _) => Task.FromResult(check(text)));
    }

    /// <inheritdoc cref="OnOutput(string, Func{string, string?})"/>
    /// <param name="name">The name of the guardrail.</param>
    /// <param name="check">
    /// Gets the text of the answer so far and the context of the agent, and returns the reason for which the text must not be said, or null. While a check is running, the text is not
    /// checked again by the same guardrail. The token is canceled after <see cref="Timeout"/> and when the conversation ends.
    /// </param>
    public static Guardrail OnOutput(string name, Func<string, AgentContext, CancellationToken, Task<string?>> check)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(check);
        return new(name) { CheckText = check };
    }

    /// <summary>
    /// Creates a check of function calls before they run or ask for approval, including handoffs. Calls that another client, the app or the service runs are not checked.
    /// </summary>
    /// <param name="name">The name of the guardrail.</param>
    /// <param name="check">
    /// Gets the call and the context of the agent, and returns the reason for which the call must not run, or null. The call is then denied, and the model gets the reason. The token
    /// is canceled after <see cref="Timeout"/>, when the call is canceled, and when the conversation ends.
    /// </param>
    public static Guardrail OnArguments(string name, Func<FunctionCall, AgentContext, CancellationToken, Task<string?>> check)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(check);
        return new(name) { CheckCall = check, BlocksOnFailure = true };
    }

    /// <summary>Returns the members as text, without the check.</summary>
    public override string ToString() =>
        PeerText.Sanitize($"{nameof(Guardrail)} {{ Name = {Name}, CheckEvery = {CheckEvery}, Timeout = {Timeout}, BlocksOnFailure = {BlocksOnFailure} }}");
}
