using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>
/// An item of a conversation: a message, a function call, its output and so on. Wire: <c>item</c>, and the elements of <c>input</c> and <c>output</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeConversationItemWithReference</c>.</remarks>
public abstract partial record ConversationItem : WireObject
{
    private protected ConversationItem() { }

    /// <summary>The placeholder for an item that the server omitted or sent as <c>null</c>.</summary>
    [WireValue(null)]
    internal static UnknownConversationItem Missing { get; } = new("", JsonElement.Parse("null"u8));

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>The ID of the item. If the client sets it, at most 32 characters; if it is null, the server assigns one.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary><c>realtime.item</c> on most received items. Clients do not have to send it.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>The status of the item. Sending it has no effect on the conversation.</summary>
    [JsonPropertyName("status")]
    public ItemStatus? Status { get; init; }

    /// <summary>Creates a user message with one text.</summary>
    public static MessageItem UserText(string text) => new() { Role = ItemRole.User, Content = [new InputTextPart { Text = text }] };

    /// <summary>Creates a user message with one piece of audio, in the session's input format.</summary>
    public static MessageItem UserAudio(ReadOnlyMemory<byte> audio) => new() { Role = ItemRole.User, Content = [new InputAudioPart { Audio = audio }] };

    /// <summary>Creates a system message with one text.</summary>
    public static MessageItem SystemText(string text) => new() { Role = ItemRole.System, Content = [new InputTextPart { Text = text }] };

    /// <summary>Creates an assistant message with one text, for the history: the model treats it as its own output.</summary>
    public static MessageItem AssistantText(string text) => new() { Role = ItemRole.Assistant, Content = [new OutputTextPart { Text = text }] };

    internal sealed override void Check(Constraints constraints)
    {
        // An item reference names an existing item, whose ID may have been assigned by the server and may be longer than a client's.
        if (this is ItemReference)
            constraints.NotBlank(Id, "id");
        else
            constraints.Id(Id, "id");
        constraints.NotBlank(Object, "object");
        constraints.Known(Status, [ItemStatus.InProgress, ItemStatus.Completed, ItemStatus.Incomplete], "status");
        CheckVariant(constraints);
    }

    /// <summary>Checks the members that this type of item has in addition to the common ones.</summary>
    internal abstract void CheckVariant(Constraints constraints);
}

/// <summary>A message with text, audio or images. Wire: <c>message</c>.</summary>
/// <remarks>
/// Schemas: <c>RealtimeConversationItemMessageAssistant</c>, <c>RealtimeConversationItemMessageSystem</c>, <c>RealtimeConversationItemMessageUser</c>.
/// </remarks>
[WireType("message")]
public sealed partial record MessageItem : ConversationItem
{
    private readonly IReadOnlyList<ContentPart>? _content;

    /// <summary>The role of the message's author.</summary>
    [JsonPropertyName("role")]
    public required ItemRole Role { get; init; }

    /// <summary>
    /// The content of the message. A system message accepts <c>input_text</c>; a user message also <c>input_audio</c> and <c>input_image</c>; an assistant
    /// message that a client creates accepts <c>output_text</c>.
    /// </summary>
    [JsonPropertyName("content")]
    public required IReadOnlyList<ContentPart> Content { get => _content ?? []; init => _content = value; }

    /// <summary>Whether the message is commentary or the final answer; null on models that do not report it.</summary>
    [JsonPropertyName("phase")]
    public ItemPhase? Phase { get; init; }

    internal override void CheckVariant(Constraints constraints)
    {
        if (_content is null)
            constraints.Error("content", null, "is required");
        MessageRules.Check(constraints, this);
        ItemPhase.Check(constraints, Phase);
    }
}

/// <summary>A function call by the model. Wire: <c>function_call</c>.</summary>
/// <remarks>Schema: <c>RealtimeConversationItemFunctionCall</c>.</remarks>
[WireType("function_call")]
public sealed partial record FunctionCallItem : ConversationItem
{
    private readonly string? _arguments;

    /// <summary>The ID of the call, which its <see cref="FunctionCallOutputItem"/> repeats. If the client sets it, at most 32 characters.</summary>
    [JsonPropertyName("call_id")]
    public string? CallId { get; init; }

    /// <summary>The name of the function.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>
    /// The arguments as JSON text. A model wrote it, so it may be blank or not valid JSON. Empty until the arguments are complete. <see cref="ReadArguments"/>
    /// deserializes it.
    /// </summary>
    [JsonPropertyName("arguments")]
    public required string Arguments { get => _arguments ?? ""; init => _arguments = value; }

    /// <inheritdoc cref="MessageItem.Phase"/>
    [JsonPropertyName("phase")]
    public ItemPhase? Phase { get; init; }

    /// <summary>Deserializes <see cref="Arguments"/>. Blank text is read as <c>{}</c>.</summary>
    /// <typeparam name="T">The type of the arguments.</typeparam>
    /// <param name="typeInfo">The serializer metadata of the type, for example <c>MyContext.Default.WeatherArguments</c>.</param>
    /// <exception cref="RealtimeProtocolException">
    /// The text is not valid JSON, or cannot be read as a <typeparamref name="T"/>. The message names the function.
    /// </exception>
    public T ReadArguments<T>(JsonTypeInfo<T> typeInfo) => FunctionArguments.Read(Name, Arguments, typeInfo);

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Id(CallId, "call_id");
        constraints.Required(Name, "name");
        constraints.JsonText(_arguments, "arguments");
        ItemPhase.Check(constraints, Phase);
    }
}

/// <summary>The output of a function call. Wire: <c>function_call_output</c>.</summary>
/// <remarks>Schema: <c>RealtimeConversationItemFunctionCallOutput</c>.</remarks>
[WireType("function_call_output")]
public sealed partial record FunctionCallOutputItem : ConversationItem
{
    private readonly string? _output;

    /// <summary>
    /// The <see cref="FunctionCallItem.CallId"/> of the call. More than 32 characters cause a validation warning: OpenAI never assigns longer IDs, but
    /// compatible servers do.
    /// </summary>
    [JsonPropertyName("call_id")]
    public required string CallId { get; init => field = value ?? ""; }

    /// <summary>The output as text that the model reads, which may be empty. JSON is also sent as text. Setting it to null causes a validation error.</summary>
    [JsonPropertyName("output")]
    public required string Output { get => _output ?? ""; init => _output = value; }

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Required(CallId, "call_id");
        if (CallId.Length > Limits.IdLength)
            constraints.Warning("call_id", Constraints.Quote(CallId), $"should be at most {Limits.IdLength} characters: OpenAI rejects longer ones");
        constraints.Present(_output, "output");
    }
}

/// <summary>A reference to an item of the conversation, for <see cref="ResponseConfiguration.Input"/> only. Wire: <c>item_reference</c>.</summary>
/// <remarks>Schema: <c>RealtimeConversationItemWithReference</c>.</remarks>
[WireType("item_reference")]
public sealed partial record ItemReference : ConversationItem
{
    internal override void CheckVariant(Constraints constraints)
    {
        if (Id is null)
            constraints.Error("id", null, "is required");
    }
}

/// <summary>An item of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownConversationItem(string Type, JsonElement Json) : ConversationItem, IUnknownVariant
{
    internal override void CheckVariant(Constraints constraints) =>
        constraints.UnknownKind(Type, "should be a known type of item");
}

/// <summary>The role of a message's author. Wire: <c>role</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ItemRole(string Value) : IWireString<ItemRole>
{
    /// <summary>The user.</summary>
    public static ItemRole User { get; } = new("user");

    /// <summary>The model.</summary>
    public static ItemRole Assistant { get; } = new("assistant");

    /// <summary>The application.</summary>
    public static ItemRole System { get; } = new("system");
}

/// <summary>The status of an item. Wire: <c>item.status</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ItemStatus(string Value) : IWireString<ItemStatus>
{
    /// <summary>The item is still being generated.</summary>
    public static ItemStatus InProgress { get; } = new("in_progress");

    /// <summary>The item is complete.</summary>
    public static ItemStatus Completed { get; } = new("completed");

    /// <summary>The item ended early: it was truncated, interrupted or filtered.</summary>
    public static ItemStatus Incomplete { get; } = new("incomplete");
}

/// <summary>The phase of the model's answer to which an item belongs. Wire: <c>item.phase</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ItemPhase(string Value) : IWireString<ItemPhase>
{
    /// <summary>Commentary before the final answer, for example before a tool call.</summary>
    public static ItemPhase Commentary { get; } = new("commentary");

    /// <summary>The final answer.</summary>
    public static ItemPhase FinalAnswer { get; } = new("final_answer");

    internal static void Check(Constraints constraints, ItemPhase? phase) => constraints.Known(phase, [Commentary, FinalAnswer], "phase");
}
