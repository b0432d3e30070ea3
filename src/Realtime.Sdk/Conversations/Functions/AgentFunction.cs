using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>
/// A function that the model can call: its declaration and the code that runs it. Immutable: any number of agents and conversations can use one instance at the
/// same time.
/// </summary>
/// <example>
/// <code>
/// var order = AgentFunction.Create(
///     "place_order", "Sends an order to the kitchen.", ShopJson.Default.Order, ShopJson.Default.Receipt,
///     async (order, call, cancellationToken) => await kitchen.CookAsync(order, cancellationToken));
/// </code>
/// </example>
public sealed record AgentFunction
{
    private AgentFunction(FunctionTool tool, FunctionHandler? handler) => (Tool, Handler) = (tool, handler);

    /// <summary>The declaration that the model reads: name, description and JSON Schema of the arguments.</summary>
    public FunctionTool Tool { get; }

    /// <summary>
    /// The maximum time that one call runs. After it, the handler's token is canceled and the model is informed; the conversation does not wait for the handler. More than
    /// zero, at most a day. Null, the default, uses <see cref="ConversationLimits.FunctionTimeout"/> or, with <see cref="Background"/>,
    /// <see cref="ConversationLimits.BackgroundFunctionTimeout"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Whether each call needs an approval (<see cref="RealtimeConversationOptions.Approve"/> or <see cref="ApprovalUpdate"/>) before it runs. The default is
    /// <see langword="false"/>. Not allowed for a function that the conversation does not run (<see cref="Declare"/>).
    /// </summary>
    public bool RequiresApproval { get; init; }

    /// <summary>
    /// Whether calls run in the background. The default is <see langword="false"/>. If <see langword="true"/>, the model learns at once that the function is running, and the
    /// conversation continues. The output follows when both sides are silent: as a second call of the function with its output, for which the model gives a reply; outputs that are
    /// ready at the same time get one reply. While a call is running, another one with the same arguments is not run. See <see cref="RealtimeConversation.OpenCalls"/> and
    /// <see cref="RealtimeConversation.CancelCall"/>. Not allowed for a function that the conversation does not run (<see cref="Declare"/>).
    /// </summary>
    public bool Background { get; init; }

    /// <summary>The sentence that the agent says while the function runs long. Null, the default, uses <see cref="RealtimeAgent.Filler"/>. Not used with <see cref="Background"/>.</summary>
    public AgentFiller? Filler { get; init; }

    /// <summary>
    /// Whether a call is canceled when the user interrupts the agent. The default is <see langword="false"/>: the call continues, and its output is sent when it is
    /// ready. At the end of the conversation every call is canceled.
    /// </summary>
    public bool CancelOnInterruption { get; init; }

    /// <summary>
    /// The maximum number of calls of this function that run at the same time in one conversation; further calls wait. At least 1. Null, the default, sets no limit beyond
    /// <see cref="ConversationLimits.MaxConcurrentFunctions"/>.
    /// </summary>
    public int? MaxConcurrentCalls { get; init; }

    /// <summary>
    /// The maximum length of an output, in characters. A longer output is not sent; the model is informed instead. At least 1; the default is 32,768.
    /// </summary>
    public int MaxOutputLength { get; init; } = 32_768;

    /// <summary>The code that runs the function; null if another client or the app runs it.</summary>
    internal FunctionHandler? Handler { get; }

    /// <summary>Creates a function without arguments that returns text.</summary>
    /// <param name="name">The name: 1 to 64 characters of a to z, A to Z, 0 to 9, underscore and dash.</param>
    /// <param name="description">The description for the model: what the function does and when to call it. At most 1,024 characters.</param>
    /// <param name="handler">
    /// The code of the function. It runs on the thread pool, once per call, and several calls can run at the same time. Its text is sent to the model as it is. Its exception is
    /// not shown to the model: see <see cref="RealtimeConversationOptions.FunctionErrorText"/>. The token is canceled when the call times out or is canceled, and
    /// when the conversation ends.
    /// </param>
    public static AgentFunction Create(string name, string description, Func<FunctionCallContext, CancellationToken, Task<string>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Create(name, description, parameters: null, new UntypedHandler(handler));
    }

    /// <summary>Creates a function without arguments that returns an object.</summary>
    /// <param name="name"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='name']"/></param>
    /// <param name="description"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='description']"/></param>
    /// <param name="result">How the result is written as JSON, for example <c>MyContext.Default.Receipt</c>.</param>
    /// <param name="handler">
    /// The code of the function; see <see cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})"/>. Its result is sent as JSON; if
    /// <typeparamref name="TResult"/> is <see cref="string"/>, as it is.
    /// </param>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    public static AgentFunction Create<TResult>(
        string name, string description, JsonTypeInfo<TResult> result, Func<FunctionCallContext, CancellationToken, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(handler);
        return Create(name, description, parameters: null, new ResultHandler<TResult>(result, handler));
    }

    /// <summary>Creates a function that returns text. The schema of its arguments is that of their type.</summary>
    /// <param name="name"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='name']"/></param>
    /// <param name="description"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='description']"/></param>
    /// <param name="arguments">
    /// How the arguments are described and read, for example <c>MyContext.Default.Order</c>; see <see cref="JsonSchema.FromType{T}"/>. Arguments that are not
    /// valid JSON, have a duplicate member, or do not fit the type are not passed to the handler; the model is informed instead.
    /// </param>
    /// <param name="handler">The code of the function; see <see cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})"/>.</param>
    /// <typeparam name="TArguments">The type of the arguments. Its JSON must be an object.</typeparam>
    public static AgentFunction Create<TArguments>(
        string name, string description, JsonTypeInfo<TArguments> arguments, Func<TArguments, FunctionCallContext, CancellationToken, Task<string>> handler)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(handler);
        return Create(name, description, JsonSchema.FromType(arguments), new ArgumentsHandler<TArguments>(arguments, handler));
    }

    /// <summary>Creates a function that returns an object. The schema of its arguments is that of their type.</summary>
    /// <param name="name"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='name']"/></param>
    /// <param name="description"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='description']"/></param>
    /// <param name="arguments"><inheritdoc cref="Create{TArguments}(string, string, JsonTypeInfo{TArguments}, Func{TArguments, FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='arguments']"/></param>
    /// <param name="result"><inheritdoc cref="Create{TResult}(string, string, JsonTypeInfo{TResult}, Func{FunctionCallContext, CancellationToken, Task{TResult}})" path="/param[@name='result']"/></param>
    /// <param name="handler">
    /// The code of the function; see <see cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})"/>. Its result is sent as JSON; if
    /// <typeparamref name="TResult"/> is <see cref="string"/>, as it is.
    /// </param>
    /// <typeparam name="TArguments">The type of the arguments. Its JSON must be an object.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    public static AgentFunction Create<TArguments, TResult>(
        string name, string description, JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TResult> result,
        Func<TArguments, FunctionCallContext, CancellationToken, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(handler);
        return Create(name, description, JsonSchema.FromType(arguments), new ArgumentsAndResultHandler<TArguments, TResult>(arguments, result, handler));
    }

    /// <summary>Creates a function whose arguments are described by a schema and passed as JSON. It returns text.</summary>
    /// <param name="name"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='name']"/></param>
    /// <param name="description"><inheritdoc cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})" path="/param[@name='description']"/></param>
    /// <param name="parameters">The JSON Schema of the arguments. Its root must have <c>"type": "object"</c>.</param>
    /// <param name="handler">
    /// The code of the function; see <see cref="Create(string, string, Func{FunctionCallContext, CancellationToken, Task{string}})"/>. The arguments are a JSON object without
    /// duplicate members; whether they fit the schema is not checked.
    /// </param>
    public static AgentFunction Create(
        string name, string description, JsonSchema parameters, Func<JsonElement, FunctionCallContext, CancellationToken, Task<string>> handler)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(handler);
        return Create(name, description, parameters, new JsonHandler(handler));
    }

    /// <summary>
    /// Declares a function that the conversation does not run itself, for example because the web page of the caller runs it. Its calls are reported
    /// (<see cref="FunctionCallStatus.External"/>), and completed by <see cref="RealtimeConversation.CompleteCallAsync"/> or by the other client. Function tools in
    /// <see cref="RealtimeAgent.Session"/> are treated in the same way.
    /// </summary>
    /// <param name="tool">The declaration.</param>
    public static AgentFunction Declare(FunctionTool tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return new(tool, handler: null);
    }

    /// <summary>Returns the members as text, without the handler.</summary>
    public override string ToString() =>
        PeerText.Sanitize($"{nameof(AgentFunction)} {{ Name = {Tool.Name}, Timeout = {Timeout}, RequiresApproval = {RequiresApproval}, Background = {Background}, CancelOnInterruption = {CancelOnInterruption}, MaxConcurrentCalls = {MaxConcurrentCalls}, MaxOutputLength = {MaxOutputLength} }}");

    /// <summary>Creates a function of the SDK.</summary>
    internal static AgentFunction CreateInternal(FunctionTool tool, FunctionHandler handler) => new(tool, handler);

    private static AgentFunction Create(string name, string description, JsonSchema? parameters, FunctionHandler handler)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        return new(new() { Name = name, Description = description, Parameters = parameters }, handler);
    }
}
