namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>A function of Microsoft.Extensions.AI as a function of an agent.</summary>
internal static class AIFunctionAdapter
{
    public static AgentFunction Create(AIFunction function)
    {
        var tool = ToolMapping.WriteFunction(function);
        var created = AgentFunction.Create(
            tool.Name, tool.Description ?? "", tool.Parameters!,
            (arguments, call, cancellationToken) => InvokeAsync(function, arguments, call, cancellationToken));

        // Found even if another function wraps the one that requires the approval.
        return created with { RequiresApproval = function.GetService<ApprovalRequiredAIFunction>() is not null };
    }

    private static async Task<string> InvokeAsync(AIFunction function, JsonElement arguments, FunctionCallContext call, CancellationToken cancellationToken)
    {
        var values = new AIFunctionArguments(StringComparer.Ordinal)
        {
            Services = call.Services,
            Context = new Dictionary<object, object?> { [typeof(FunctionCallContext)] = call },
        };
        foreach (var member in arguments.EnumerateObject())
            values[member.Name] = member.Value;
        var result = await function.InvokeAsync(values, cancellationToken).ConfigureAwait(false);
        return FunctionOutput.ToText(result, function.JsonSerializerOptions);
    }
}
