using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk.Testing;

/// <summary>The rules of the model, its MCP servers, and the faults of sessions; see rules.json.</summary>
internal sealed record RulesFile
{
    // set, not init: with init the serializer sets members that the file leaves out to null.
    public Rule[] Rules { get; set; } = [];

    public string[] Hears { get; set; } = [];

    public McpServer[] McpServers { get; set; } = [];

    public Fault[] Faults { get; set; } = [];

    /// <summary>Reads a file; writes the reason to the error stream and returns null if it is not valid.</summary>
    public static RulesFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), RulesJson.Default.RulesFile);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path}: {e.Message}");
            return null;
        }
    }

    public void ApplyTo(EmulatorModel model)
    {
        model.Hears(Hears);
        foreach (var server in McpServers)
            model.AddMcpServer(new() { Label = server.Label, Tools = [.. server.Tools.Select(tool => new EmulatorMcpTool { Name = tool.Name, Description = tool.Description, Error = tool.Error, Call = _ => tool.Output })] });
        foreach (var rule in Rules)
        {
            var added = model.When(rule.When);
            foreach (var step in rule.Then)
                _ = step.Calls is null ? added.Says(step.Says ?? "") : added.Calls(step.Calls, step.Arguments?.GetRawText() ?? "{}");
        }
    }

    /// <summary>Applies the faults of the file to a session.</summary>
    public void ApplyFaults(EmulatorSession session, int number)
    {
        foreach (var fault in Faults.Where(fault => fault.Session == number))
        {
            if (fault.End is { } end)
                session.End(end, fault.AfterBytes);
            else
                session.Throttle(TimeSpan.FromMilliseconds(fault.MsPerByte));
        }
    }

    public sealed record Rule(string When, Step[] Then);

    public sealed record Step(string? Calls = null, JsonElement? Arguments = null, string? Says = null);

    public sealed record McpServer(string Label, McpTool[] Tools);

    public sealed record McpTool(string Name, string? Description = null, string? Error = null, string Output = "done");

    public sealed record Fault(int Session, ConnectionFailure? End = null, long AfterBytes = 0, double MsPerByte = 0);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(FailureConverter)])]
[JsonSerializable(typeof(RulesFile))]
internal sealed partial class RulesJson : JsonSerializerContext;

internal sealed class FailureConverter() : JsonStringEnumConverter<ConnectionFailure>(JsonNamingPolicy.SnakeCaseLower);
