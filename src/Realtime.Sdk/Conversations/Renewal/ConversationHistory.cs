using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The items of a conversation as text, from the oldest to the newest, with a list of what they do not contain.</summary>
/// <param name="Items">The items, with the IDs of their session.</param>
/// <param name="Losses">The items, or parts of them, that have no text.</param>
internal sealed record ConversationHistory(IReadOnlyList<ConversationItem> Items, IReadOnlyList<RenewalLoss> Losses)
{
    /// <summary>The output of a call whose output is not known. With it, the model does not repeat the call without need.</summary>
    private const string UnknownOutput = "Error: the result of this call is not known.";

    /// <summary>The tokens of an item in addition to those of its text.</summary>
    private const int TokensPerItem = 4;

    private const int BytesPerToken = 4;

    /// <summary>Collects all items.</summary>
    /// <param name="items">The items as the server has reported them.</param>
    /// <param name="turns">The turns, which contain what was heard.</param>
    public static ConversationHistory Create(ItemTracker items, TurnTracker turns)
    {
        var all = items.ToSnapshot();
        var losses = new List<RenewalLoss>();
        var calls = turns.ToSnapshots().SelectMany(turn => turn.Calls).Where(call => call.Output is not null).ToLookup(call => call.CallId, call => call.Output!, StringComparer.Ordinal);

        // An output that is no longer among the items may still be in the turn of its call. The answer to a background call says that its output will follow, which a new session never gets.
        var outputs = all.OfType<FunctionCallOutputItem>().Where(output => output.Output != ConversationEngine.RunningText).ToLookup(output => output.CallId, output => output.Output, StringComparer.Ordinal);
        return new([.. all.SelectMany(item => Convert(item, turns, callId => outputs[callId].LastOrDefault() ?? calls[callId].LastOrDefault() ?? UnknownOutput, losses))], losses);
    }

    /// <summary>Returns the newest items that fit.</summary>
    public ConversationHistory Limit(int maxTokens)
    {
        long left = maxTokens;
        var first = Items.Count;
        while (first > 0)
        {
            // A call without its output would look unanswered, and an output without its call is refused.
            var start = first > 1 && Items[first - 1] is FunctionCallOutputItem && Items[first - 2] is FunctionCallItem ? first - 2 : first - 1;
            for (var i = start; i < first; i++)
                left -= EstimateTokens(Items[i]);
            if (left < 0)
                break;
            first = start;
        }
        if (first == 0)
            return this;
        var cut = new RenewalLoss { Kind = RenewalLossKind.History, Message = $"The oldest {first} of {Items.Count} items of the history exceed the limit of {maxTokens} tokens." };
        return new([.. Items.Skip(first)], [.. Losses, cut]);
    }

    /// <summary>Returns an item as text, and a call together with its output. Returns nothing if the item has no text or is part of another item.</summary>
    private static ConversationItem[] Convert(ConversationItem item, TurnTracker turns, Func<string, string> getOutput, List<RenewalLoss> losses)
    {
        switch (item)
        {
            case MessageItem message:
                return Convert(message, turns.Find(message.Id ?? ""), losses) is { } text ? [text] : [];
            case FunctionCallItem { CallId: { Length: > 0 } callId } call:
                return
                [
                    new FunctionCallItem { Id = call.Id, CallId = callId, Name = call.Name, Arguments = call.Arguments },
                    new FunctionCallOutputItem { CallId = callId, Output = getOutput(callId) },
                ];
            case FunctionCallItem or FunctionCallOutputItem or McpListToolsItem:
                return [];
            default:
                losses.Add(new() { Kind = RenewalLossKind.Item, Id = item.Id, Message = $"An item of type {item.Type} has no text." });
                return [];
        }
    }

    private static MessageItem? Convert(MessageItem message, TurnItem? heard, List<RenewalLoss> losses)
    {
        var isAgent = message.Role == ItemRole.Assistant;
        var text = heard is null ? string.Join('\n', message.Content.Select(GetText).Where(part => !string.IsNullOrEmpty(part)))
            : isAgent ? GetHeardText(heard) : heard.Text.Slice(0).ToString();

        // A message of the agent of which nothing was heard is not a loss: the model must not assume that it was said.
        var isSilent = isAgent && heard is { WasStopped: true };
        if (text.Length == 0 ? !isSilent : message.Content.Any(part => part is InputImagePart or UnknownContentPart))
            losses.Add(new() { Kind = RenewalLossKind.Item, Id = message.Id, Message = text.Length == 0 ? "A message has no text." : "A message has content that is not text, such as an image." });
        if (text.Length == 0)
            return null;
        return new() { Id = message.Id, Role = message.Role, Content = [isAgent ? new OutputTextPart { Text = text } : new InputTextPart { Text = text }] };
    }

    /// <summary>Returns the text of a message that was heard. Audio that is still being played counts as heard.</summary>
    private static string GetHeardText(TurnItem item) => (item is { HasAudio: true, WasHeardCompletely: false, WasStopped: false } ? item.Text.Slice(0) : item.HeardText).ToString();

    private static string? GetText(ContentPart part) => part switch
    {
        InputTextPart text => text.Text,
        OutputTextPart text => text.Text,
        InputAudioPart audio => audio.Transcript,
        OutputAudioPart audio => audio.Transcript,
        _ => null,
    };

    private static long EstimateTokens(ConversationItem item) => TokensPerItem + (CountBytes(item) / BytesPerToken);

    private static long CountBytes(ConversationItem item) => item switch
    {
        MessageItem message => message.Content.Sum(part => Encoding.UTF8.GetByteCount(GetText(part) ?? "")),
        FunctionCallItem call => Encoding.UTF8.GetByteCount(call.Name) + Encoding.UTF8.GetByteCount(call.Arguments),
        FunctionCallOutputItem output => Encoding.UTF8.GetByteCount(output.Output),
        _ => 0,
    };
}
