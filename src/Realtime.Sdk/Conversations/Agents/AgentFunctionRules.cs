namespace Realtime.Sdk.Internal;

/// <summary>The rules for the session and the functions of an agent, which the server sees as one list of tools.</summary>
internal static class AgentFunctionRules
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    public static void Check(RealtimeAgent agent, List<ConstraintViolation> violations)
    {
        var declared = agent.Session.Tools?.Count ?? 0;
        var known = new HashSet<string>((agent.Session.Tools ?? []).OfType<FunctionTool>().Select(tool => tool.Name), StringComparer.Ordinal);
        var found = new List<ConstraintViolation>();
        var present = new List<int>();
        for (var i = 0; i < agent.Functions.Count; i++)
        {
            if (agent.Functions[i] is not { } function)
            {
                found.Add(Error($"functions[{i}]", null, "must not be null"));
                continue;
            }
            present.Add(i);
            Check(function, $"functions[{i}]", found);
            if (function.Tool.Name.Length > 0 && !known.Add(function.Tool.Name))
                found.Add(Error($"functions[{i}].name", Constraints.Quote(function.Tool.Name), "must be unique among the functions and tools of the agent"));
        }

        // The rules of the session report the same violations as warnings, because its tools may be intended for another server. Each path is reported once.
        var errors = found.Select(violation => violation.Path).ToHashSet(StringComparer.Ordinal);
        violations.AddRange(found);
        violations.AddRange(agent.ToSessionConfiguration().Validate()
            .Select(violation => violation with { Path = PathInAgent(violation.Path, declared, present) })
            .Where(violation => !errors.Contains(violation.Path)));
    }

    private static void Check(AgentFunction function, string path, List<ConstraintViolation> violations)
    {
        var (name, parameters) = (function.Tool.Name, function.Tool.Parameters);
        if (!string.IsNullOrWhiteSpace(name) && !(name.Length <= Limits.FunctionNameLength && Constraints.IsPlainName(name)))
            violations.Add(Error($"{path}.name", Constraints.Quote(name), $"must be 1 to {Limits.FunctionNameLength} characters of {Constraints.PlainNameSet}"));
        if (parameters is not null && !IsObject(parameters.Json))
            violations.Add(Error($"{path}.parameters.type", null, "must be \"object\": the arguments of a function are a JSON object"));
        if (function is { Handler: null, RequiresApproval: true })
            violations.Add(Error($"{path}.requires_approval", "true", "must be false for a declared function: the conversation does not decide whether it runs"));
        if (function.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > MaxTimeout))
            violations.Add(Error($"{path}.timeout", $"{timeout}", "must be more than zero and at most a day"));
        if (function.MaxConcurrentCalls < 1)
            violations.Add(Error($"{path}.max_concurrent_calls", $"{function.MaxConcurrentCalls}", "must be at least 1"));
        if (function.MaxOutputLength < 1)
            violations.Add(Error($"{path}.max_output_length", $"{function.MaxOutputLength}", "must be at least 1"));
    }

    private static bool IsObject(JsonElement schema) => schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8);

    /// <summary>Converts the path of a violation in the sent session to a path in the agent, which the developer knows.</summary>
    private static string PathInAgent(string path, int declared, List<int> present)
    {
        const string tools = "tools[";
        if (path.StartsWith(tools, StringComparison.Ordinal) && path.IndexOf(']', StringComparison.Ordinal) is > 0 and var end
            && int.TryParse(path.AsSpan(tools.Length, end - tools.Length), out var index) && index >= declared && index - declared < present.Count)
        {
            return $"functions[{present[index - declared]}]{path[(end + 1)..]}";
        }
        return $"session.{path}";
    }

    private static ConstraintViolation Error(string path, string? value, string rule) => new(path, value, rule, ConstraintSeverity.Error);
}
