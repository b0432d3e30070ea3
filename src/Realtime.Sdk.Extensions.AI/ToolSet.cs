namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>
/// The tools that the app has declared in a session, by name. The server reports only their declarations; function invocation needs the functions themselves.
/// </summary>
internal sealed class ToolSet
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AITool> _tools = new(StringComparer.Ordinal);

    /// <summary>Changes whenever tools are added.</summary>
    public int Version { get; private set; }

    public void Add(IEnumerable<AITool>? tools)
    {
        if (tools is null)
            return;
        lock (_lock)
        {
            Version++;
            foreach (var tool in tools)
            {
                if (tool is not null)
                    _tools[Key(tool)] = tool;
            }
        }
    }

    /// <summary>Returns the tool of the app that the server has reported; if there is none, its declaration.</summary>
    public AITool Find(RealtimeTool tool)
    {
        lock (_lock)
        {
            return _tools.GetValueOrDefault(Key(tool)) ?? ToolMapping.Read(tool);
        }
    }

    /// <summary>The name that is unique among the tools of a session. A tool of another kind has the key of its type.</summary>
    public static string Key(RealtimeTool tool) => tool switch
    {
        FunctionTool function => function.Name,
        McpTool mcp => McpKey(mcp.ServerLabel),
        _ => $"other {tool.Type}",
    };

    private static string Key(AITool tool) => tool is HostedMcpServerTool mcp ? McpKey(mcp.ServerName) : tool.GetService<RealtimeTool>() is { } own ? Key(own) : tool.Name;

    // Names of functions contain no space, so a server and a function can have the same name.
    private static string McpKey(string label) => $"mcp {label}";
}
