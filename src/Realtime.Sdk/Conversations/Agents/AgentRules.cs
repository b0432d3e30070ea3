namespace Realtime.Sdk.Internal;

/// <summary>The rules for one agent. The server sees its functions, its handoffs and the tools of its session as one list of tools.</summary>
internal static class AgentRules
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    public static void Check(RealtimeAgent agent, List<ConstraintViolation> violations)
    {
        CheckName(agent.Name, "name", violations);
        var known = new HashSet<string>((agent.Session.Tools ?? []).OfType<FunctionTool>().Select(tool => tool.Name), StringComparer.Ordinal);
        var found = new List<ConstraintViolation>();

        // The paths of the tools that are added to those of the session, in order.
        var paths = new List<string>();
        for (var i = 0; i < agent.Functions.Count; i++)
        {
            if (IsPresent(agent.Functions[i], $"functions[{i}]", paths, found) is not { } function)
                continue;
            Check(function, paths[^1], found);
            CheckUnique(function.Tool.Name, $"{paths[^1]}.name", known, found);
        }
        for (var i = 0; i < agent.Handoffs.Count; i++)
        {
            if (IsPresent(agent.Handoffs[i], $"handoffs[{i}]", paths, found) is not { } handoff)
                continue;
            CheckFunctionName(handoff.GetFunctionName(), $"{paths[^1]}.name", found);
            CheckUnique(handoff.GetFunctionName(), $"{paths[^1]}.name", known, found);
        }
        CheckGuardrails(agent.Guardrails, found);
        CheckFiller(agent.Filler, "filler", found);

        // The rules of the session report the same violations as warnings, because its tools may be intended for another server. Each path is reported once.
        var errors = found.Select(violation => violation.Path).ToHashSet(StringComparer.Ordinal);
        var declared = agent.Session.Tools?.Count ?? 0;
        violations.AddRange(found);
        violations.AddRange(agent.ToSessionConfiguration().Validate()
            .Select(violation => violation with { Path = PathInAgent(violation.Path, declared, paths) })
            .Where(violation => !errors.Contains(violation.Path)));
    }

    public static ConstraintViolation Error(string path, string? value, string rule) => new(path, value, rule, ConstraintSeverity.Error);

    private static T? IsPresent<T>(T? member, string path, List<string> paths, List<ConstraintViolation> violations) where T : class
    {
        if (member is null)
            violations.Add(Error(path, null, "must not be null"));
        else
            paths.Add(path);
        return member;
    }

    private static void Check(AgentFunction function, string path, List<ConstraintViolation> violations)
    {
        CheckFunctionName(function.Tool.Name, $"{path}.name", violations);
        if (function.Tool.Parameters is { } parameters && !IsObject(parameters.Json))
            violations.Add(Error($"{path}.parameters.type", null, "must be \"object\": the arguments of a function are a JSON object"));
        if (function is { Handler: null, RequiresApproval: true })
            violations.Add(Error($"{path}.requires_approval", "true", "must be false for a declared function: the conversation does not decide whether it runs"));
        if (function is { Handler: null, Background: true })
            violations.Add(Error($"{path}.background", "true", "must be false for a declared function: the conversation does not answer its calls"));
        CheckTimeout(function.Timeout, $"{path}.timeout", violations);
        CheckFiller(function.Filler, $"{path}.filler", violations);
        CheckAtLeastOne(function.MaxConcurrentCalls, $"{path}.max_concurrent_calls", violations);
        CheckAtLeastOne(function.MaxOutputLength, $"{path}.max_output_length", violations);
    }

    private static void CheckGuardrails(IReadOnlyList<Guardrail> guardrails, List<ConstraintViolation> violations)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < guardrails.Count; i++)
        {
            var path = $"guardrails[{i}]";
            if (guardrails[i] is not { } guardrail)
            {
                violations.Add(Error(path, null, "must not be null"));
                continue;
            }
            CheckName(guardrail.Name, $"{path}.name", violations);
            if (!known.Add(guardrail.Name))
                violations.Add(Error($"{path}.name", Constraints.Quote(guardrail.Name), "must be unique among the guardrails of the agent"));
            CheckAtLeastOne(guardrail.CheckEvery, $"{path}.check_every", violations);
            CheckTimeout(guardrail.Timeout, $"{path}.timeout", violations);
        }
    }

    private static void CheckFiller(AgentFiller? filler, string path, List<ConstraintViolation> violations)
    {
        CheckTimeout(filler?.After, $"{path}.after", violations);
        if (filler is not null && string.IsNullOrWhiteSpace(filler.Instructions))
            violations.Add(Error($"{path}.instructions", null, "is required"));
    }

    private static void CheckName(string name, string path, List<ConstraintViolation> violations)
    {
        if (string.IsNullOrWhiteSpace(name))
            violations.Add(Error(path, null, "is required"));
        else if (name.Length > Limits.MaxAgentNameLength)
            violations.Add(Error(path, $"{name.Length} characters", $"must be at most {Limits.MaxAgentNameLength} characters"));
    }

    private static void CheckFunctionName(string name, string path, List<ConstraintViolation> violations)
    {
        if (!string.IsNullOrWhiteSpace(name) && !(name.Length <= Limits.FunctionNameLength && Constraints.IsPlainName(name)))
            violations.Add(Error(path, Constraints.Quote(name), $"must be 1 to {Limits.FunctionNameLength} characters of {Constraints.PlainNameSet}"));
    }

    private static void CheckUnique(string name, string path, HashSet<string> known, List<ConstraintViolation> violations)
    {
        if (name.Length > 0 && !known.Add(name))
            violations.Add(Error(path, Constraints.Quote(name), "must be unique among the functions, handoffs and tools of the agent"));
    }

    private static void CheckTimeout(TimeSpan? timeout, string path, List<ConstraintViolation> violations)
    {
        if (timeout is { } time && (time <= TimeSpan.Zero || time > MaxTimeout))
            violations.Add(Error(path, $"{time}", "must be more than zero and at most a day"));
    }

    private static void CheckAtLeastOne(int? number, string path, List<ConstraintViolation> violations)
    {
        if (number < 1)
            violations.Add(Error(path, $"{number}", "must be at least 1"));
    }

    private static bool IsObject(JsonElement schema) => schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object"u8);

    /// <summary>Converts the path of a violation in the sent session to a path in the agent, which the developer knows.</summary>
    private static string PathInAgent(string path, int declared, List<string> added)
    {
        const string tools = "tools[";
        if (path.StartsWith(tools, StringComparison.Ordinal) && path.IndexOf(']', StringComparison.Ordinal) is > 0 and var end
            && int.TryParse(path.AsSpan(tools.Length, end - tools.Length), out var index) && index >= declared && index - declared < added.Count)
        {
            return $"{added[index - declared]}{path[(end + 1)..]}";
        }
        return $"session.{path}";
    }
}
