namespace Realtime.Sdk.Internal;

/// <content>Spoken sentences while functions run long.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The time until a filler is due; null if none is, or if the next change of the conversation decides.</summary>
    private TimeSpan? FillerTimeLeft
    {
        get
        {
            // Loops by index, because an enumerator would be an allocation for each event.
            TimeSpan? next = null;
            for (var i = 0; i < _calls.OpenCalls.Count; i++)
            {
                if (GetFillerTimeLeft(_calls.OpenCalls[i]) is { } left && left > TimeSpan.Zero)
                    next = Earliest(next, left);
            }
            return next;
        }
    }

    /// <summary>Requests a filler if a function has been running for long and both sides are silent. Called after each change.</summary>
    private void RequestFiller()
    {
        for (var i = 0; i < _calls.OpenCalls.Count; i++)
        {
            var call = _calls.OpenCalls[i];
            if (!(GetFillerTimeLeft(call) <= TimeSpan.Zero) || !IsSilentForFiller)
                continue;
            call.Group.HasFiller = true;
            _replies.Accept(new ReplyRequest(CreateFiller(GetFiller(call)!), this) { IsFiller = true }, static () => { });
            return;
        }
    }

    private static TimeSpan? GetFillerTimeLeft(CallState call) =>
        call.IsInForeground && !call.Group.HasFiller && GetFiller(call) is { } filler && call.RunningTime is { } running ? filler.After - running : null;

    private static AgentFiller? GetFiller(CallState call) => call.Function is { } function ? function.Filler ?? call.Group.Agent.Filler : null;

    /// <summary>Whether a filler disturbs neither side. The reply that follows the call is not due before its end.</summary>
    private bool IsSilentForFiller => _end is null && _requestedEnd is null && !_isRenewing && Effective.IsSpoken && !_replies.HasReplies && !_replies.IsUserSpeaking && _playing is null
        && _responses.All.All(response => response.IsDone && response.HasFinishedPlayback);

    /// <summary>Marks the filler that was requested and has not begun, so that it is interrupted when it begins.</summary>
    private void InterruptFillers()
    {
        foreach (var request in _responses.OutOfBand)
        {
            if (request.IsFiller)
                (request.IsCancelRequested, request.IsInterrupted) = (true, true);
        }
    }

    private static ReplyOptions CreateFiller(AgentFiller filler) => new()
    {
        Instructions = filler.Instructions,
        Response = new() { Conversation = ResponseConversation.None, OutputModalities = [OutputModality.Audio], ToolChoice = ToolChoice.None },
    };
}
