namespace Realtime.Sdk.Testing.Internal;

/// <summary>An output item of a response, from its first event to its last.</summary>
internal abstract class ResponseOutput(ResponseScope scope, int index, SimulatedItem item)
{
    private bool _isOpen;

    public SimulatedItem Item => item;

    protected ResponseScope Scope => scope;

    protected EventWriter Events => scope.Context.Events;

    /// <summary>Generates the item piece by piece. Each element is the time until the next piece.</summary>
    public IEnumerable<TimeSpan> Run()
    {
        _isOpen = true;
        Events.Send("response.output_item.added", ("response_id", scope.Id), ("output_index", index), ("item", item.Json));
        scope.Conversation?.Add(item);
        return GetPieces();
    }

    /// <summary>Ends the item, as complete or incomplete.</summary>
    public void End(bool isWhole)
    {
        if (!_isOpen)
            return;
        _isOpen = false;
        Close();
        if (item.Json.ContainsKey("status"))
            item.Json["status"] = isWhole ? "completed" : "incomplete";
        scope.Conversation?.Finish(item);
        Events.Send("response.output_item.done", ("response_id", scope.Id), ("output_index", index), ("item", item.Json));
    }

    protected abstract IEnumerable<TimeSpan> GetPieces();

    /// <summary>Sends the events that end the item's content.</summary>
    protected abstract void Close();

    /// <summary>Sends an event about the item.</summary>
    protected void Send(string type, params ReadOnlySpan<(string Name, JsonNode? Value)> members) =>
        Events.Send(type, [("response_id", scope.Id), ("item_id", item.Id), ("output_index", index), .. members]);

    protected void SendAudio(string type, ReadOnlySpan<byte> audio) =>
        Events.SendAudio(type, audio, ("response_id", scope.Id), ("item_id", item.Id), ("output_index", index), ("content_index", 0));
}
