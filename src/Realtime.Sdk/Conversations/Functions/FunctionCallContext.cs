using System.Security.Cryptography;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// The context of one call of a function. <see cref="AgentContext.Services"/> is a scope of its own if <see cref="RealtimeConversationOptions.Services"/> can create
/// scopes; it is disposed when the handler has returned.
/// </summary>
public sealed class FunctionCallContext : AgentContext
{
    private readonly CallState _state;
    private readonly string _sessionId;

    internal FunctionCallContext(CallState state, RealtimeConversation conversation, RealtimeConversationOptions options, IServiceProvider? services, string sessionId)
        : base(state.Group.Agent, options, services) => (_state, Call, Conversation, _sessionId) = (state, state.ToSnapshot(), conversation, sessionId);

    /// <summary>The call, as it was when it began to run.</summary>
    public FunctionCall Call { get; }

    /// <summary>
    /// The conversation. All of its members can be called; <see cref="RealtimeConversation.EndAsync"/> and <see cref="RealtimeConversation.DisposeAsync"/> do not wait
    /// for the handler that calls them.
    /// </summary>
    public RealtimeConversation Conversation { get; }

    /// <summary>
    /// A key that is the same whenever this call is run, and different for every other call: 32 lowercase hexadecimal digits, computed from the IDs of session and
    /// call. Pass it to systems that must not carry out an order twice.
    /// </summary>
    public string IdempotencyKey =>
        field ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_sessionId}\n{Call.CallId}")).AsSpan(0, 16));

    /// <summary>Requests no reply about the output of this call.</summary>
    internal void SuppressReply() => _state.IsReplySuppressed = true;

    /// <summary>Records that the app's handler is being called.</summary>
    internal FunctionCallContext MarkHandlerCalled()
    {
        _state.IsHandlerCalled = true;
        return this;
    }
}
