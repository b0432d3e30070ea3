using System.Diagnostics.CodeAnalysis;
using Realtime.Sdk;
using Realtime.Sdk.Extensions.AI.Internal;

namespace Microsoft.Extensions.AI;

/// <summary>
/// Connects Realtime.Sdk with Microsoft.Extensions.AI: <see cref="RealtimeClient"/> as an <see cref="IRealtimeClient"/>, and functions in both directions.
/// </summary>
public static class RealtimeAIExtensions
{
    /// <summary>
    /// Returns the client as an <see cref="IRealtimeClient"/>, to which the middleware of Microsoft.Extensions.AI can be added. Each session is a
    /// <see cref="RealtimeConnection"/> of its own.
    /// </summary>
    /// <param name="client">The client. It is not disposed with the result.</param>
    /// <param name="model">
    /// The model of sessions whose options contain none, on Azure the name of the deployment. If null, the default, the options of each conversation must contain
    /// a model.
    /// </param>
    /// <returns>
    /// A client that any number of callers can use at the same time. <see cref="IRealtimeClient.GetService"/> returns the <see cref="RealtimeClient"/>, and that of
    /// a session its <see cref="RealtimeConnection"/>.
    /// </returns>
    /// <remarks>
    /// <para>
    /// The raw representation of every message is its <see cref="ServerEvent"/>. An event for which Microsoft.Extensions.AI has no message is a
    /// <see cref="RealtimeServerMessage"/> whose <see cref="RealtimeServerMessage.Type"/> is the event's type on the wire, for example
    /// <c>input_audio_buffer.speech_started</c>. A message whose raw representation is a <see cref="ClientEvent"/> sends that event.
    /// </para>
    /// <para>
    /// Everything is validated before it is sent; see <see cref="RealtimeConnection.SendAsync"/>. A <see cref="CreateResponseRealtimeClientMessage"/> that is sent
    /// while a response is in progress waits until the reader of the session has read its end, because the service refuses a second response.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="model"/> is empty or white space.</exception>
    [Experimental("MEAI001")]
    public static IRealtimeClient AsIRealtimeClient(this RealtimeClient client, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (model is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(model);
        return new RealtimeClientAdapter(client, model);
    }

    /// <summary>
    /// Returns the function as a function of an agent. Tools of MCP clients, agents of Microsoft.Agents.AI (<c>AsAIFunction</c>) and functions of
    /// <see cref="AIFunctionFactory"/> are such functions.
    /// </summary>
    /// <param name="function">
    /// The function. An <see cref="ApprovalRequiredAIFunction"/> requires an approval (<see cref="AgentFunction.RequiresApproval"/>). Its name and schema are
    /// checked by <see cref="RealtimeAgent.Validate"/>, like those of every function.
    /// </param>
    /// <returns>
    /// A function that calls <paramref name="function"/> with the arguments of the model, each a <see cref="System.Text.Json.JsonElement"/>. A text is sent to the
    /// model as it is, any other result as JSON, and the text of <see cref="TextContent"/> in place of the content. An exception is treated like that of
    /// every function: see <see cref="RealtimeConversationOptions.FunctionErrorText"/>.
    /// </returns>
    /// <remarks>
    /// <see cref="AIFunctionArguments.Services"/> is <see cref="AgentContext.Services"/> of the call, and <see cref="AIFunctionArguments.Context"/> contains the
    /// <see cref="FunctionCallContext"/> with the key <c>typeof(FunctionCallContext)</c>.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    public static AgentFunction AsAgentFunction(this AIFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return AIFunctionAdapter.Create(function);
    }

    /// <summary>Returns the declaration of the function: its name, description and schema.</summary>
    /// <param name="function">The function of an agent.</param>
    /// <returns>
    /// A declaration, and not an <see cref="AIFunction"/>, because only a conversation can run the function: its code gets a <see cref="FunctionCallContext"/>.
    /// A session that gets the declaration leaves the calls to the app. <see cref="AITool.GetService(Type, object?)"/> returns the <see cref="AgentFunction"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="function"/> is null.</exception>
    public static AIFunctionDeclaration AsAIFunctionDeclaration(this AgentFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new FunctionToolDeclaration(function.Tool, function);
    }
}
