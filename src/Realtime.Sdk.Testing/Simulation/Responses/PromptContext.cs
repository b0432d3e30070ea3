namespace Realtime.Sdk.Testing.Internal;

/// <summary>What the model reads before it answers.</summary>
internal sealed class PromptContext
{
    private PromptContext(IReadOnlyList<SimulatedItem> items) => Items = items;

    public IReadOnlyList<SimulatedItem> Items { get; }

    /// <summary>The user's last message; null when there is none.</summary>
    public SimulatedItem? LastUser => Items.LastOrDefault(item => item.IsFromUser);

    public string LastWords => LastUser?.Words ?? "";

    /// <summary>What came last, when it is the output of a function.</summary>
    public SimulatedItem? Output => Items.Count > 0 && Items[^1].Type == "function_call_output" ? Items[^1] : null;

    /// <summary>The call that <see cref="Output"/> answers.</summary>
    public SimulatedItem? Call => Items.LastOrDefault(item => item.Type == "function_call" && item.Json.Text("call_id") == Output?.Json.Text("call_id"));

    /// <summary>The conversation, or what <c>response.create</c> gives in its place.</summary>
    public static PromptContext Of(ResponseSettings settings, ConversationState conversation, SimulationContext context)
    {
        if (settings.Input is not { } input)
            return new([.. conversation.Items]);
        var items = new List<SimulatedItem>();
        for (var i = 0; i < input.Count; i++)
        {
            var path = $"response.input[{i}]";
            var given = input[i] as JsonObject ?? throw EmulatorHttpException.WrongType(path, "an object was expected");
            if (given.Text("type") != "item_reference")
                items.Add(ItemRules.Item(given, path, context));
            else
                items.Add(conversation.Find(given.Text("id")) ?? throw EmulatorHttpException.InvalidValue($"{path}.id", $"there is no item '{given.Text("id")}'"));
        }
        return new(items);
    }
}
