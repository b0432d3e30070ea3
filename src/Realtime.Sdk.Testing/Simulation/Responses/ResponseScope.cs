namespace Realtime.Sdk.Testing.Internal;

/// <summary>What the outputs of one response share.</summary>
internal sealed class ResponseScope(SimulationContext context, ConversationState conversation, ResponseSettings settings)
{
    private int _characters;

    public SimulationContext Context => context;

    public ResponseSettings Settings => settings;

    public string Id { get; } = context.Ids.Next("resp_");

    /// <summary>The conversation the answer enters; null for a response outside it.</summary>
    public ConversationState? Conversation => settings.IsOutOfBand ? null : conversation;

    public TimeSpan Spoken { get; private set; }

    /// <summary>Whether the answer has reached its limit and ends where it is.</summary>
    public bool IsExhausted { get; private set; }

    public int TextTokens => (_characters + 3) / 4;

    public int AudioTokens => Tokens.OfSpeech(Spoken);

    /// <summary>Counts what is about to be sent; false when it would be too much.</summary>
    public bool TrySpend(string text, TimeSpan speech = default)
    {
        var tokens = ((_characters + text.Length + 3) / 4) + Tokens.OfSpeech(Spoken + speech);
        if (tokens > settings.MaxTokens)
        {
            IsExhausted = true;
            return false;
        }
        _characters += text.Length;
        Spoken += speech;
        return true;
    }
}
