namespace Realtime.Sdk.Testing.Internal;

/// <summary>The state that the outputs of one response share.</summary>
internal sealed class ResponseScope(SimulationContext context, ConversationState conversation, ResponseSettings settings)
{
    private int _characters;

    public SimulationContext Context => context;

    public ResponseSettings Settings => settings;

    public string Id { get; } = context.Ids.Next("resp_");

    /// <summary>The conversation to which the outputs are added; null for an out-of-band response.</summary>
    public ConversationState? Conversation => settings.IsOutOfBand ? null : conversation;

    public TimeSpan Spoken { get; private set; }

    /// <summary>Whether the response has reached its maximum number of tokens, and ends incomplete.</summary>
    public bool IsExhausted { get; private set; }

    public int TextTokens => (_characters + 3) / 4;

    public int AudioTokens => Tokens.CountOutputAudio(Spoken);

    /// <summary>Counts text and speech before they are sent. Returns false if they would exceed the maximum number of tokens.</summary>
    public bool TrySpend(string text, TimeSpan speech = default)
    {
        var tokens = ((_characters + text.Length + 3) / 4) + Tokens.CountOutputAudio(Spoken + speech);
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
