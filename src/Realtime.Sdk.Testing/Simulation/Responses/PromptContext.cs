namespace Realtime.Sdk.Testing.Internal;

/// <summary>The items that the model reads before it answers.</summary>
internal sealed class PromptContext
{
    private PromptContext(IReadOnlyList<SimulatedItem> items) => Items = items;

    public IReadOnlyList<SimulatedItem> Items { get; }

    /// <summary>The user's last message; null if there is none.</summary>
    public SimulatedItem? LastUser => Items.LastOrDefault(item => item.IsFromUser);

    public string LastWords => LastUser?.Words ?? "";

    /// <summary>The last item if it is the output of a function; otherwise null.</summary>
    public SimulatedItem? Output => Last is { Type: "function_call_output" } output ? output : null;

    /// <summary>
    /// The call whose result the model answers: the function call of <see cref="Output"/>, the approval request that the client has just denied, or an MCP
    /// call since the user's last message; null if there is none.
    /// </summary>
    public SimulatedItem? Call => Last switch
    {
        { Type: "function_call_output" } output => Items.LastOrDefault(item => item.Type == "function_call" && item.CallId == output.CallId),
        { Type: "mcp_approval_response" } response when response.Json.Flag("approve") == false => Items.LastOrDefault(item => item.Id == response.Json.Text("approval_request_id")),
        _ => Items.Reverse().TakeWhile(item => !item.IsFromUser).FirstOrDefault(item => item.Type == "mcp_call"),
    };

    private SimulatedItem? Last => Items.Count > 0 ? Items[^1] : null;

    /// <summary>Returns the items of the conversation, or those of <c>response.input</c> if the client gave them.</summary>
    public static PromptContext Create(ResponseSettings settings, ConversationState conversation, SimulationContext context)
    {
        if (settings.Input is not { } input)
            return new([.. conversation.Items]);
        var items = new List<SimulatedItem>();
        for (var i = 0; i < input.Count; i++)
        {
            var path = $"response.input[{i}]";
            var given = input[i]!.AsObject();
            if (given.Text("type") != "item_reference")
                items.Add(ItemFactory.Create(given, context));
            else
                items.Add(conversation.Find(given.Text("id")) ?? throw EmulatorHttpException.InvalidValue($"{path}.id", $"there is no item '{given.Text("id")}'"));
        }
        return new(items);
    }
}
