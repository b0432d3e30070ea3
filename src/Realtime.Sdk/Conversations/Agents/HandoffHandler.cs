namespace Realtime.Sdk.Internal;

/// <summary>The function of a handoff: puts the other agent in charge.</summary>
internal sealed class HandoffHandler(AgentHandoff handoff) : FunctionHandler
{
    public override Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken) =>
        call.MarkHandlerCalled().Conversation.Engine.HandOffAsync(handoff, call.Call.Agent, cancellationToken);
}
