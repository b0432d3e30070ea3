namespace Realtime.Sdk;

/// <summary>
/// The limits of the tokens, the time and the cost of a conversation. They are checked before each response that the conversation requests and after each response, so
/// that they are exceeded by at most one response. When a limit is reached, the conversation ends with <see cref="ConversationEndReason.BudgetSpent"/>. Immutable.
/// </summary>
/// <remarks>
/// With <see cref="Tokens"/> or <see cref="Cost"/>, responses are requested one after the other: an out-of-band reply waits for the response that is being generated.
/// Responses that the server or another client begins cannot be checked before; after the budget is spent, they are canceled.
/// </remarks>
public sealed record ConversationBudget
{
    internal const string DefaultFarewell = "Tell the user briefly that the conversation has to end now, and say goodbye.";

    /// <summary>
    /// The number of tokens of responses and transcription, including cached tokens: <see cref="ConversationUsage.TotalTokens"/> and
    /// <see cref="ConversationUsage.TranscriptionTokens"/>. More than 0. Null, the default, does not limit them.
    /// </summary>
    public long? Tokens { get; init; }

    /// <summary>The time since the start of the conversation. More than zero. Null, the default, does not limit it.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>
    /// The cost in the currency of <see cref="RealtimeConversationOptions.Prices"/>, which must have a row for the model and for the transcription model. Usage without a
    /// price is reported in a warning and not counted. More than 0. Null, the default, does not limit it.
    /// </summary>
    public decimal? Cost { get; init; }

    /// <summary>
    /// The share of each limit at which a warning of the kind <see cref="WarningKind.BudgetLow"/> is reported, once for each limit. More than 0 and at most 1; the default
    /// is 0.8.
    /// </summary>
    public double WarnAt { get; init; } = 0.8;

    /// <summary>How the conversation ends when the budget is spent. The default is <see cref="WhenSpent.SayGoodbye"/>.</summary>
    public WhenSpent OnSpent { get; init; }

    /// <summary>
    /// The instructions of the last reply, with <see cref="WhenSpent.SayGoodbye"/>. They are added to those of the session. Not empty; the default asks the agent in
    /// English to say briefly that the conversation has to end, and to say goodbye.
    /// </summary>
    public string Farewell { get; init; } = DefaultFarewell;

    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(ConversationBudget), PrintMembers);
}

/// <summary>How a conversation ends when its budget is spent.</summary>
public enum WhenSpent
{
    /// <summary>
    /// The agent gives a last reply, and the conversation ends when it was heard. The reply takes the place of the first response that would probably exceed the budget: one
    /// that uses a quarter more than the largest so far. When the time is over, it follows the response in progress. If a response has exceeded the budget unexpectedly,
    /// the conversation ends without a last reply when that response was heard.
    /// </summary>
    SayGoodbye,

    /// <summary>The agent is interrupted, and the conversation ends immediately.</summary>
    EndImmediately,
}
