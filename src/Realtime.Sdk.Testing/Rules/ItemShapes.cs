namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members of conversation items. Members without a note are those of the API reference.</summary>
internal static class ItemShapes
{
    /// <summary>Observed for <c>item.id</c>; public reports mention <c>item.call_id</c> too.</summary>
    private const int MaxIdLength = 32;

    private static readonly TextRule Id = new(MaxIdLength, minLength: 1);

    private static readonly MemberRule[] Common =
    [
        new("id", Id),
        new("object", new KnownValueRule(ServiceValues.ItemObjects)),
        new("type", TextRule.Any),
        new("status", new KnownValueRule(ServiceValues.Statuses)),
    ];

    private static readonly MemberRule Phase = new("phase", new KnownValueRule(ServiceValues.Phases));

    private static readonly WireRule Message = new VariantRule("role", ServiceValues.Roles, new Dictionary<string, WireRule>
    {
        ["user"] = CreateMessage(ServiceValues.UserParts),
        ["assistant"] = CreateMessage(ServiceValues.AssistantParts, Phase),
        ["system"] = CreateMessage(ServiceValues.SystemParts),
    });

    private static readonly Dictionary<string, WireRule> Kinds = new()
    {
        ["message"] = Message,
        ["function_call"] = Item(
            new("call_id", Id), new("name", TextRule.NotEmpty, IsRequired: true), new("arguments", TextRule.Any, IsRequired: true), Phase),
        ["function_call_output"] = Item(new("call_id", Id, IsRequired: true), new("output", TextRule.Any, IsRequired: true)),
        ["mcp_list_tools"] = Item(
            new("server_label", TextRule.Any, IsRequired: true), new("tools", new ListRule(AnyObjectRule.Instance), IsRequired: true)),
        ["mcp_call"] = Item(
            new("server_label", TextRule.Any, IsRequired: true),
            new("name", TextRule.Any, IsRequired: true),
            new("arguments", TextRule.Any, IsRequired: true),
            new("approval_request_id", TextRule.Any),
            new("output", TextRule.Any),
            new("error", AnyRule.Instance)),
        ["mcp_approval_request"] = Item(
            new("server_label", TextRule.Any, IsRequired: true),
            new("name", TextRule.Any, IsRequired: true),
            new("arguments", TextRule.Any, IsRequired: true)),
        ["mcp_approval_response"] = Item(
            new("approval_request_id", TextRule.NotEmpty, IsRequired: true),
            new("approve", FlagRule.Instance, IsRequired: true),
            new("reason", TextRule.Any)),
    };

    /// <summary>An item that a client creates.</summary>
    public static WireRule Created { get; } = new VariantRule("type", ServiceValues.ItemTypes, Kinds);

    /// <summary>An item of <c>response.input</c>, which may also refer to an item of the conversation.</summary>
    public static WireRule Input { get; } = new VariantRule("type", ServiceValues.InputTypes, new Dictionary<string, WireRule>(Kinds)
    {
        ["item_reference"] = new ObjectRule(new("type", TextRule.Any), new("id", TextRule.NotEmpty, IsRequired: true)),
    });

    private static ObjectRule Item(params MemberRule[] members) => new([.. Common, .. members]);

    private static ObjectRule CreateMessage(ValueSet parts, params MemberRule[] members) =>
        Item([new("role", TextRule.Any), new("content", new ListRule(new PartRule(parts)), IsRequired: true), .. members]);
}
