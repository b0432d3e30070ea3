namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members of client events. Members and bounds are those of the API reference.</summary>
internal static class EventShapes
{
    public const int MaxEventIdLength = 512;

    private const int MaxPairs = 16, MaxKeyLength = 64, MaxValueLength = 512;

    private static readonly MemberRule[] Common = [new("type", TextRule.Any), new("event_id", new TextRule(MaxEventIdLength))];

    private static readonly MemberRule ItemId = new("item_id", TextRule.NotEmpty, IsRequired: true);

    private static readonly ObjectRule Response = new(
        new("output_modalities", SessionShapes.Modalities),
        new("instructions", TextRule.Any),
        new("audio", new ObjectRule(new MemberRule("output", new ObjectRule(new("format", SessionShapes.Format), new("voice", SessionShapes.Voice))))),
        new("tools", ToolShapes.Tools),
        new("tool_choice", ToolShapes.Choice),
        new("parallel_tool_calls", FlagRule.Instance),
        new("reasoning", SessionShapes.Reasoning),
        new("max_output_tokens", SessionShapes.TokenLimit),
        new("conversation", new KnownValueRule(ServiceValues.Conversations)),
        new("metadata", new MapRule(MaxPairs, MaxKeyLength, MaxValueLength)),
        new("prompt", SessionShapes.Prompt),
        new("input", new ListRule(ItemShapes.Input)));

    /// <summary>
    /// The events of realtime and transcription sessions, by type. The audio of an append and the session of an update are checked elsewhere.
    /// </summary>
    public static IReadOnlyDictionary<string, WireRule> Conversation { get; } = new Dictionary<string, WireRule>
    {
        ["session.update"] = Event(new MemberRule("session", AnyObjectRule.Instance, IsRequired: true)),
        ["input_audio_buffer.append"] = Event(new MemberRule("audio", TextRule.Any, IsRequired: true)),
        ["input_audio_buffer.commit"] = Event(),
        ["input_audio_buffer.clear"] = Event(),
        ["conversation.item.create"] = Event(new("previous_item_id", TextRule.Any), new("item", ItemShapes.Created, IsRequired: true)),
        ["conversation.item.retrieve"] = Event(ItemId),
        ["conversation.item.truncate"] = Event(
            ItemId, new("content_index", new IntegerRule(0), IsRequired: true), new("audio_end_ms", new IntegerRule(0), IsRequired: true)),
        ["conversation.item.delete"] = Event(ItemId),
        ["response.create"] = Event(new MemberRule("response", Response)),
        ["response.cancel"] = Event(new MemberRule("response_id", TextRule.Any)),
        ["output_audio_buffer.clear"] = Event(),
    };

    /// <summary>The events of translation sessions, by type.</summary>
    public static IReadOnlyDictionary<string, WireRule> Translation { get; } = new Dictionary<string, WireRule>
    {
        ["session.update"] = Event(new MemberRule("session", AnyObjectRule.Instance, IsRequired: true)),
        ["session.input_audio_buffer.append"] = Event(new MemberRule("audio", TextRule.Any, IsRequired: true)),
        ["session.close"] = Event(),
    };

    private static ObjectRule Event(params MemberRule[] members) => new([.. Common, .. members]);
}
