using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <content>Other agents in charge.</content>
public sealed partial class RealtimeConversation
{
    /// <summary>
    /// Puts another agent in charge and waits until the server has confirmed its session. Members that the agent's session does not set are reset to the values
    /// that the server reported first. If the server refuses the session, the previous agent stays in charge. Does not request a reply.
    /// </summary>
    /// <remarks>
    /// A session cannot change its voice once the agent has spoken, so the voice of the new agent is then left out, and a <see cref="WarningUpdate"/> reports it. The model does the same
    /// by calling the function of a handoff: see <see cref="RealtimeAgent.Handoffs"/>. <see cref="AgentHandoff.Back"/> of the new agent returns to the current one.
    /// </remarks>
    /// <param name="agent">The agent. Its model must be null or the model of the current session, which cannot change.</param>
    /// <param name="cancellationToken">Cancels the wait. If the server still accepts the session, the agent takes charge.</param>
    /// <exception cref="ArgumentException">The agent has another model than the session. Nothing was sent.</exception>
    /// <exception cref="RealtimeValidationException">The agent breaks a rule of the API, or hands over to an agent that does not exist. Nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">The <see cref="RealtimeAgent.Prepare"/> callback returned null or an agent with another name.</exception>
    /// <exception cref="RealtimeApiException">The server refused the session.</exception>
    /// <exception cref="RealtimeTimeoutException">The server did not reply within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="RealtimeConnectionException">The connection has ended.</exception>
    /// <exception cref="RealtimeSendQueueFullException">Too much is waiting to be sent. Nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The conversation has ended.</exception>
    public Task SwitchAgentAsync(RealtimeAgent agent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return _engine.SwitchAgentAsync(agent, cancellationToken);
    }

    /// <summary>
    /// Puts an agent in charge until it has carried out a task, for example taken an address, and returns its result. The agent gets a function <c>finish_task</c> whose parameters are
    /// those of the result; when the model calls it, the agent that was in charge before takes charge again. The history and the usage of the conversation continue.
    /// </summary>
    /// <remarks>
    /// The agent speaks first. At the end, no reply is requested: return from the function that runs the task, or call <see cref="Respond"/>. A result that does not conform to the type is
    /// returned to the model, which can try again. In the handler of a function, the timeout of its call is suspended. The task has no timeout of its own: use
    /// <paramref name="cancellationToken"/>. Tasks can be nested.
    /// </remarks>
    /// <param name="task">The agent, without handoffs. Its instructions say what the task is.</param>
    /// <param name="result">The serializer metadata of the result, for example <c>ShopJson.Default.Address</c>. Its schema is that of <see cref="JsonSchema.FromType"/>.</param>
    /// <param name="cancellationToken">Cancels the task; the agent that was in charge before takes charge again.</param>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <exception cref="ArgumentException">The agent has handoffs, or another model than the session. Nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">
    /// The conversation ended, or <see cref="SwitchAgentAsync"/> put another agent in charge, before the task was done; or the <see cref="RealtimeAgent.Prepare"/> callback returned null or
    /// an agent with another name.
    /// </exception>
    /// <inheritdoc cref="SwitchAgentAsync" path="/exception[contains(@cref,'Realtime.Sdk')]"/>
    public async Task<T> RunAsync<T>(RealtimeAgent task, JsonTypeInfo<T> result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(result);
        T? value = default;
        await _engine.RunAsync(task, AgentTask.Create(result, given => value = given, _engine.Work), cancellationToken).ConfigureAwait(false);
        return value!;
    }
}
