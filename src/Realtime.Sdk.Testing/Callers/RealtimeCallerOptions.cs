namespace Realtime.Sdk.Testing;

/// <summary>Options of a <see cref="RealtimeCaller"/>.</summary>
public sealed record RealtimeCallerOptions
{
    /// <summary>
    /// The options of the conversation. <see cref="RealtimeConversationOptions.Player"/> must be null, because the caller has its own player. The default is the
    /// default options.
    /// </summary>
    public RealtimeConversationOptions Conversation { get; init => field = value ?? new(); } = new();

    /// <summary>
    /// The maximum time that a method of the caller waits, by the conversation's clock. More than zero; the default is 30 seconds.
    /// </summary>
    public TimeSpan ExpectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ExpectTimeout, TimeSpan.Zero);
        if (Conversation.Player is not null)
            throw new ArgumentException($"{nameof(Conversation)} must have no player, because the caller has its own.");
    }
}
