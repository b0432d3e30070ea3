using System.Text.Json.Serialization.Metadata;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Completes an agent that was added by <see cref="RealtimeAgentServiceCollectionExtensions"/>. Functions and callbacks are applied in the order of the calls, when
/// the host starts or the agent is first needed; calls after that have no effect.
/// </summary>
public sealed class RealtimeAgentBuilder
{
    private readonly AgentRegistration _registration;

    internal RealtimeAgentBuilder(IServiceCollection services, string name, AgentRegistration registration) => (Services, Name, _registration) = (services, name, registration);

    /// <summary>The collection.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The name of the agent, which is the key of its services.</summary>
    public string Name { get; }

    /// <summary>Adds a function after the functions that the agent already has.</summary>
    /// <param name="function">The function.</param>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder AddFunction(AgentFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        _registration.Add(function);
        return this;
    }

    /// <summary>Adds a function without arguments that returns text.</summary>
    /// <inheritdoc cref="AgentFunction.Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param"/>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder AddFunction(string name, string description, Func<FunctionCallContext, CancellationToken, Task<string>> handler) =>
        AddFunction(AgentFunction.Create(name, description, handler));

    /// <summary>Adds a function without arguments that returns an object.</summary>
    /// <inheritdoc cref="AgentFunction.Create{TResult}(string, string, JsonTypeInfo{TResult}, Func{FunctionCallContext, CancellationToken, Task{TResult}})" path="/param|/typeparam"/>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder AddFunction<TResult>(
        string name, string description, JsonTypeInfo<TResult> result, Func<FunctionCallContext, CancellationToken, Task<TResult>> handler) =>
        AddFunction(AgentFunction.Create(name, description, result, handler));

    /// <summary>Adds a function that returns text. The schema of its arguments is that of their type.</summary>
    /// <inheritdoc cref="AgentFunction.Create{TArguments}(string, string, JsonTypeInfo{TArguments}, Func{TArguments, FunctionCallContext, CancellationToken, Task{string}})" path="/param|/typeparam"/>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder AddFunction<TArguments>(
        string name, string description, JsonTypeInfo<TArguments> arguments, Func<TArguments, FunctionCallContext, CancellationToken, Task<string>> handler) =>
        AddFunction(AgentFunction.Create(name, description, arguments, handler));

    /// <summary>Adds a function that returns an object. The schema of its arguments is that of their type.</summary>
    /// <inheritdoc cref="AgentFunction.Create{TArguments, TResult}(string, string, JsonTypeInfo{TArguments}, JsonTypeInfo{TResult}, Func{TArguments, FunctionCallContext, CancellationToken, Task{TResult}})" path="/param|/typeparam"/>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder AddFunction<TArguments, TResult>(
        string name, string description, JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TResult> result,
        Func<TArguments, FunctionCallContext, CancellationToken, Task<TResult>> handler) =>
        AddFunction(AgentFunction.Create(name, description, arguments, result, handler));

    /// <summary>Adds a function whose arguments are described by a schema and passed as JSON. It returns text.</summary>
    /// <inheritdoc cref="AgentFunction.Create(string, string, JsonSchema, Func{JsonElement, FunctionCallContext, CancellationToken, Task{string}})" path="/param"/>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder AddFunction(
        string name, string description, JsonSchema parameters, Func<JsonElement, FunctionCallContext, CancellationToken, Task<string>> handler) =>
        AddFunction(AgentFunction.Create(name, description, parameters, handler));

    /// <summary>Adds a callback that changes the agent, for example its <see cref="RealtimeAgent.Prepare"/>.</summary>
    /// <param name="configure">
    /// Returns the changed agent, which must have the same name. It gets the agent as changed by the previous calls, and the root services of the application. It runs
    /// once, when the host starts or the agent is first needed; the host does not start if it throws. It does not run if an error was found before.
    /// </param>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder Configure(Func<RealtimeAgent, IServiceProvider, RealtimeAgent> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _registration.Add(configure);
        return this;
    }

    /// <summary>
    /// Sets the client that opens the connections of the agent's conversations. Without this call, the default client is used. The last call wins.
    /// </summary>
    /// <param name="clientName">The name under which the client was added by <c>AddRealtimeClient</c>. The host does not start if there is no such client.</param>
    /// <returns>This builder.</returns>
    public RealtimeAgentBuilder UseClient(string clientName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(clientName);
        _registration.ClientName = clientName;
        return this;
    }
}
