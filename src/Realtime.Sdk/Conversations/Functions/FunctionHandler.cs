using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>The code of a function: reads the arguments, calls the app's handler and writes its result.</summary>
internal abstract class FunctionHandler
{
    /// <summary>Runs one call.</summary>
    /// <param name="arguments">The arguments as JSON text, written by a model.</param>
    /// <param name="call">The context of the call.</param>
    /// <param name="cancellationToken">Canceled when the result is no longer needed.</param>
    /// <returns>The output for the model.</returns>
    /// <exception cref="RealtimeProtocolException">The arguments are not valid; the app's handler was not called.</exception>
    public abstract Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken);

    /// <summary>Writes a result: text as it is, anything else as JSON.</summary>
    protected static string Write<TResult>(TResult value, JsonTypeInfo<TResult> type) => value is string text ? text : JsonSerializer.Serialize(value, type);
}

/// <summary>A function without arguments that returns text.</summary>
internal sealed class UntypedHandler(Func<FunctionCallContext, CancellationToken, Task<string>> handler) : FunctionHandler
{
    public override Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken) => handler(call.MarkHandlerCalled(), cancellationToken);
}

/// <summary>A function without arguments that returns an object.</summary>
internal sealed class ResultHandler<TResult>(JsonTypeInfo<TResult> result, Func<FunctionCallContext, CancellationToken, Task<TResult>> handler) : FunctionHandler
{
    public override async Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken) =>
        Write(await handler(call.MarkHandlerCalled(), cancellationToken).ConfigureAwait(true), result);
}

/// <summary>A function with arguments that returns text.</summary>
internal sealed class ArgumentsHandler<TArguments>(
    JsonTypeInfo<TArguments> arguments, Func<TArguments, FunctionCallContext, CancellationToken, Task<string>> handler) : FunctionHandler
{
    private readonly JsonTypeInfo<TArguments> _arguments = FunctionArguments.RejectDuplicates(arguments);

    public override Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken) =>
        handler(FunctionArguments.Read(call.Call.Name, arguments, _arguments), call.MarkHandlerCalled(), cancellationToken);
}

/// <summary>A function with arguments that returns an object.</summary>
internal sealed class ArgumentsAndResultHandler<TArguments, TResult>(
    JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TResult> result, Func<TArguments, FunctionCallContext, CancellationToken, Task<TResult>> handler) : FunctionHandler
{
    private readonly JsonTypeInfo<TArguments> _arguments = FunctionArguments.RejectDuplicates(arguments);

    public override async Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken) =>
        Write(await handler(FunctionArguments.Read(call.Call.Name, arguments, _arguments), call.MarkHandlerCalled(), cancellationToken).ConfigureAwait(true), result);
}

/// <summary>A function that gets its arguments as JSON.</summary>
internal sealed class JsonHandler(Func<JsonElement, FunctionCallContext, CancellationToken, Task<string>> handler) : FunctionHandler
{
    public override Task<string> InvokeAsync(string arguments, FunctionCallContext call, CancellationToken cancellationToken) =>
        handler(FunctionArguments.Parse(call.Call.Name, arguments), call.MarkHandlerCalled(), cancellationToken);
}
