namespace Realtime.Sdk.Testing;

/// <summary>Options of a <see cref="RealtimeCaller"/>.</summary>
public sealed record RealtimeCallerOptions
{
    /// <summary>
    /// The options of the conversation. Its player must be null, because the caller hears with its own. The default takes the defaults.
    /// </summary>
    public RealtimeConversationOptions Conversation { get; init => field = value ?? new(); } = new();

    /// <summary>
    /// How long the caller waits for what it expects, in time of the conversation's clock. More than zero; the default is 30 seconds.
    /// </summary>
    public TimeSpan ExpectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ExpectTimeout, TimeSpan.Zero);
        if (Conversation.Player is not null)
            throw new ArgumentException($"{nameof(Conversation)} must have no player: the caller hears with its own.");
    }
}
