namespace Realtime.Sdk.Internal;

/// <summary>Rules that relate the tools of one session or response to each other and to the tool choice.</summary>
internal static class ToolRules
{
    /// <summary>Checks the tools, that their names are unique, and that the choice names one of them.</summary>
    public static void Check(Constraints constraints, IReadOnlyList<RealtimeTool>? tools, ToolChoice? choice)
    {
        constraints.Each("tools", tools);
        constraints.ValidateMember("tool_choice", choice);
        if (tools is null)
            return;
        CheckDuplicates(constraints, tools);
        if (choice is not null)
            CheckChoice(constraints, tools, choice);
    }

    private static void CheckChoice(Constraints constraints, IReadOnlyList<RealtimeTool> tools, ToolChoice choice)
    {
        var missing = choice switch
        {
            FunctionToolChoice { Name: var name } => !tools.OfType<FunctionTool>().Any(tool => tool.Name == name) ? ("name", name) : default,
            McpToolChoice { ServerLabel: var label } => !tools.OfType<McpTool>().Any(tool => tool.ServerLabel == label) ? ("server_label", label) : default,
            _ => default,
        };
        if (missing is ({ } member, var value))
            constraints.Warning($"tool_choice.{member}", Constraints.Quote(value), "should name one of the tools");
    }

    private static void CheckDuplicates(Constraints constraints, IReadOnlyList<RealtimeTool> tools)
    {
        for (var i = 1; i < tools.Count; i++)
        {
            var (member, name) = GetName(tools[i]);
            for (var j = 0; member is not null && j < i; j++)
            {
                if (GetName(tools[j]) == (member, name))
                {
                    constraints.Warning($"tools[{i}].{member}", Constraints.Quote(name), "should be unique among the tools");
                    break;
                }
            }
        }
    }

    private static (string? Member, string? Name) GetName(RealtimeTool tool) => tool switch
    {
        FunctionTool function => ("name", function.Name),
        McpTool mcp => ("server_label", mcp.ServerLabel),
        _ => default,
    };
}
