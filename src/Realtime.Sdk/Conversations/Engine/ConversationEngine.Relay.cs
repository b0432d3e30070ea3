namespace Realtime.Sdk.Internal;

/// <content>The requests of the client of a relay.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>Requests a reply for the client, in order with the other replies. Returns it before it has been requested.</summary>
    public ReplyRequest RespondForClient(ResponseConfiguration? response) => Respond(new ReplyOptions { Response = response });

    /// <summary>Withdraws a reply; returns false if it was already requested.</summary>
    public bool TryWithdraw(ReplyRequest request)
    {
        var isWithdrawn = false;
        Change(() => isWithdrawn = _replies.TryWithdraw(request));
        return isWithdrawn;
    }

    /// <summary>
    /// The functions of the agents that were in charge before. The output of a call can follow a handoff, and its function must not become visible by it. Replaced as a whole, because the
    /// relay reads it without the lock.
    /// </summary>
    private volatile HashSet<string> _formerFunctions = [];

    /// <summary>Whether the server runs a function.</summary>
    public bool RunsFunction(string name) => FindFunction(Agent, name) is { } function
        ? function.Handler is not null
        : _formerFunctions.Contains(name) && !IsDeclared(Agent, name);

    private void RememberFunctions(RealtimeAgent former) => _formerFunctions =
    [
        .. _formerFunctions, .. former.Functions.Where(function => function.Handler is not null).Select(function => function.Tool.Name), .. former.Handoffs.Select(handoff => handoff.GetFunctionName()),
    ];

    /// <summary>Whether a call waits for its output, which another client of the session sends.</summary>
    public bool IsAwaitingOutput(string callId)
    {
        lock (_lock)
            return _calls.Find(callId) is { Status: FunctionCallStatus.External, IsDecided: false, IsBeingCompleted: false };
    }

    /// <summary>Returns the ID of the response that an item belongs to; null if it is not known, or settled.</summary>
    public string? FindResponseOf(string itemId)
    {
        lock (_lock)
            return _responses.All.FirstOrDefault(response => response.Items.Exists(item => item.Id == itemId))?.Id;
    }

    /// <summary>Sends an event of the client.</summary>
    public ValueTask SendForClientAsync(ClientEvent clientEvent) => _connection.SendAsync(clientEvent);

    /// <summary>Sends audio of the client, as <see cref="RealtimeConnection.AppendEncodedAsync"/>, with the relay's event ID.</summary>
    public ValueTask AppendForClientAsync(ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> base64) =>
        _connection.AppendEncodedAsync(RelayEventIds.Utf8Prefix, eventId, base64, CancellationToken.None);
}
