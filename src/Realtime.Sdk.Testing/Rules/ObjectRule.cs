namespace Realtime.Sdk.Testing.Internal;

/// <summary>A member of an object.</summary>
/// <param name="Name">The name on the wire.</param>
/// <param name="Rule">The rule for its value.</param>
/// <param name="IsRequired">Whether the object must have the member.</param>
internal readonly record struct MemberRule(string Name, WireRule Rule, bool IsRequired = false);

/// <summary>An object with the members that the service knows. Any other member is refused with its name.</summary>
internal sealed class ObjectRule : WireRule
{
    private readonly Dictionary<string, WireRule> _members;
    private readonly string[] _required;

    public ObjectRule(params IEnumerable<MemberRule> members)
    {
        _members = members.ToDictionary(member => member.Name, member => member.Rule);
        _required = [.. members.Where(member => member.IsRequired).Select(member => member.Name)];
    }

    /// <summary>A check of the whole object after its members; null for none.</summary>
    public Action<JsonObject, MessageCheck>? CheckObject { get; init; }

    public override void Check(JsonNode value, MessageCheck check)
    {
        var given = value as JsonObject ?? throw ServiceErrors.WrongType(check.Path, "an object", value);
        foreach (var (name, member) in given)
        {
            if (!_members.TryGetValue(name, out var rule))
                Unknown(name, check);
            else if (member is not null)
                CheckMember(name, member, rule, check);
        }
        foreach (var name in _required)
        {
            if (given[name] is null)
                throw EmulatorHttpException.MissingParameter(check.At(name));
        }
        CheckObject?.Invoke(given, check);
    }

    private static void Unknown(string name, MessageCheck check)
    {
        if (!check.Policy.AcceptsUnknownValues)
            throw EmulatorHttpException.UnknownParameter(check.At(name));
    }

    private static void CheckMember(string name, JsonNode member, WireRule rule, MessageCheck check)
    {
        check.Enter(name);
        rule.Check(member, check);
        check.Leave();
    }
}

/// <summary>An object whose variant depends on a member, <c>type</c> or <c>role</c>.</summary>
/// <param name="discriminator">The name of the member.</param>
/// <param name="values">The names of the variants.</param>
/// <param name="kinds">The rule of each variant.</param>
/// <param name="otherwise">The variant of an object without the member; null refuses such an object.</param>
internal sealed class VariantRule(string discriminator, ValueSet values, IReadOnlyDictionary<string, WireRule> kinds, string? otherwise = null) : WireRule
{
    private readonly KnownValueRule _discriminator = new(values);

    public override void Check(JsonNode value, MessageCheck check)
    {
        var given = value as JsonObject ?? throw ServiceErrors.WrongType(check.Path, "an object", value);
        if (given[discriminator] is { } kind)
        {
            check.Enter(discriminator);
            _discriminator.Check(kind, check);
            check.Leave();
        }

        // A variant that is newer than the emulator has members that it cannot know.
        var name = given[discriminator].AsText() ?? otherwise ?? throw EmulatorHttpException.MissingParameter(check.At(discriminator));
        if (kinds.TryGetValue(name, out var rule))
            rule.Check(given, check);
    }
}
