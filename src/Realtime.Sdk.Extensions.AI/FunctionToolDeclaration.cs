namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>A function tool as a declaration, which cannot be invoked.</summary>
internal sealed class FunctionToolDeclaration(FunctionTool tool, AgentFunction? function = null) : AIFunctionDeclaration
{
    private static readonly JsonElement NoParameters = JsonElement.Parse("""{"type":"object","properties":{}}""");

    public override string Name => tool.Name;

    public override string Description => tool.Description ?? "";

    public override JsonElement JsonSchema => tool.Parameters?.Json ?? NoParameters;

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(function) ? function
            : serviceKey is null && serviceType.IsInstanceOfType(tool) ? tool
            : base.GetService(serviceType, serviceKey);
    }
}

/// <summary>A tool for which Microsoft.Extensions.AI has no class.</summary>
internal sealed class OtherTool(RealtimeTool tool) : AITool
{
    // The name comes from a server, and a name must not be blank.
    public override string Name => string.IsNullOrWhiteSpace(tool.Type) ? base.Name : tool.Type;

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(tool) ? tool : base.GetService(serviceType, serviceKey);
    }
}
