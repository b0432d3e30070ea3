using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>One thing that was said or done in a conversation. Wire: <c>item</c>, and the elements of <c>input</c> and <c>output</c>.</summary>
public abstract partial record ConversationItem : WireObject
{
    private protected ConversationItem() { }

    /// <summary>What stands for an item that the server left out or sent as <c>null</c>.</summary>
    [WireValue(null)]
    internal static UnknownConversationItem Missing { get; } = new("", JsonElement.Parse("null"u8));

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>The item's id, at most 32 characters when you choose it; null lets the server make one.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary><c>realtime.item</c> on most received items; need not be sent.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>How far the item has come; sending it has no effect on the conversation.</summary>
    [JsonPropertyName("status")]
    public ItemStatus? Status { get; init; }

    /// <summary>A user message of one text.</summary>
    public static MessageItem UserText(string text) => new() { Role = ItemRole.User, Content = [new InputTextPart { Text = text }] };

    /// <summary>A user message of one piece of audio in the session's input format.</summary>
    public static MessageItem UserAudio(ReadOnlyMemory<byte> audio) => new() { Role = ItemRole.User, Content = [new InputAudioPart { Audio = audio }] };

    /// <summary>A system message of one text.</summary>
    public static MessageItem SystemText(string text) => new() { Role = ItemRole.System, Content = [new InputTextPart { Text = text }] };

    /// <summary>An assistant message of one text: history the model takes for its own words.</summary>
    public static MessageItem AssistantText(string text) => new() { Role = ItemRole.Assistant, Content = [new OutputTextPart { Text = text }] };

    internal sealed override void Check(Constraints constraints)
    {
        // A reference names an item that exists, under an id of the server's making, however long.
        if (this is ItemReference)
            constraints.NotBlank(Id, "id");
        else
            constraints.Id(Id, "id");
        constraints.NotBlank(Object, "object");
        constraints.Known(Status, [ItemStatus.InProgress, ItemStatus.Completed, ItemStatus.Incomplete], "status");
        CheckVariant(constraints);
    }

    /// <summary>Checks what this kind of item holds beside its id.</summary>
    internal abstract void CheckVariant(Constraints constraints);
}

/// <summary>Words, audio or pictures of one speaker. Wire: <c>message</c>.</summary>
[WireType("message")]
public sealed partial record MessageItem : ConversationItem
{
    private readonly IReadOnlyList<ContentPart>? _content;

    /// <summary>Who speaks.</summary>
    [JsonPropertyName("role")]
    public required ItemRole Role { get; init; }

    /// <summary>
    /// What is said, part by part. A system message takes <c>input_text</c>; a user message also <c>input_audio</c> and
    /// <c>input_image</c>; an assistant message you create takes <c>output_text</c>.
    /// </summary>
    [JsonPropertyName("content")]
    public required IReadOnlyList<ContentPart> Content { get => _content ?? []; init => _content = value; }

    /// <summary>Whether the model still comments or gives its final answer; null on models that do not say.</summary>
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

/// <summary>The model asks for a function to be called. Wire: <c>function_call</c>.</summary>
[WireType("function_call")]
public sealed partial record FunctionCallItem : ConversationItem
{
    private readonly string? _arguments;

    /// <summary>What the <see cref="FunctionCallOutputItem"/> refers to, at most 32 characters when you choose it.</summary>
    [JsonPropertyName("call_id")]
    public string? CallId { get; init; }

    /// <summary>The function's name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>
    /// The arguments as JSON text, written by a model: it may be invalid or blank. Empty until it is complete. <see cref="ReadArguments"/> reads it.
    /// </summary>
    [JsonPropertyName("arguments")]
    public required string Arguments { get => _arguments ?? ""; init => _arguments = value; }

    /// <inheritdoc cref="MessageItem.Phase"/>
    [JsonPropertyName("phase")]
    public ItemPhase? Phase { get; init; }

    /// <summary>Reads <see cref="Arguments"/> as a type of yours. Blank text is read as <c>{}</c>.</summary>
    /// <typeparam name="T">The type of the arguments.</typeparam>
    /// <param name="typeInfo">How the type is read, for example <c>MyContext.Default.WeatherArguments</c>.</param>
    /// <exception cref="RealtimeProtocolException">The text is not valid JSON, or not that of a <typeparamref name="T"/>. The message names the function.</exception>
    public T ReadArguments<T>(JsonTypeInfo<T> typeInfo) => FunctionArguments.Read(Name, Arguments, typeInfo);

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Id(CallId, "call_id");
        constraints.Required(Name, "name");
        constraints.JsonText(_arguments, "arguments");
        ItemPhase.Check(constraints, Phase);
    }
}

/// <summary>What a function answered. Wire: <c>function_call_output</c>.</summary>
[WireType("function_call_output")]
public sealed partial record FunctionCallOutputItem : ConversationItem
{
    private readonly string? _output;

    /// <summary>
    /// The <see cref="FunctionCallItem.CallId"/> this answers. More than 32 characters are a warning: OpenAI has no longer ones, but compatible servers do.
    /// </summary>
    [JsonPropertyName("call_id")]
    public required string CallId { get; init => field = value ?? ""; }

    /// <summary>The answer as text the model reads, which may be empty; JSON is written as text too. It is refused when it was set to null.</summary>
    [JsonPropertyName("output")]
    public required string Output { get => _output ?? ""; init => _output = value; }

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Required(CallId, "call_id");
        if (CallId.Length > Limits.IdLength)
            constraints.Warning("call_id", Constraints.Quote(CallId), $"should be at most {Limits.IdLength} characters: OpenAI refuses longer ones");
        constraints.Present(_output, "output");
    }
}

/// <summary>
/// Points to an item of the conversation, in <see cref="ResponseConfiguration.Input"/> only. Wire: <c>item_reference</c>.
/// </summary>
[WireType("item_reference")]
public sealed partial record ItemReference : ConversationItem
{
    internal override void CheckVariant(Constraints constraints)
    {
        if (Id is null)
            constraints.Error("id", null, "is required");
    }
}

/// <summary>An item of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownConversationItem(string Type, JsonElement Json) : ConversationItem, IUnknownVariant
{
    internal override void CheckVariant(Constraints constraints) =>
        constraints.UnknownKind(Type, "should be a known type of item");
}

/// <summary>Who speaks in a message. Wire: <c>role</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct ItemRole(string Value) : IWireString<ItemRole>
{
    /// <summary>The person the model talks to.</summary>
    public static ItemRole User { get; } = new("user");

    /// <summary>The model.</summary>
    public static ItemRole Assistant { get; } = new("assistant");

    /// <summary>The application.</summary>
    public static ItemRole System { get; } = new("system");
}

/// <summary>How far an item has come. Wire: <c>item.status</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct ItemStatus(string Value) : IWireString<ItemStatus>
{
    /// <summary>The model is still writing or speaking it.</summary>
    public static ItemStatus InProgress { get; } = new("in_progress");

    /// <summary>It is whole.</summary>
    public static ItemStatus Completed { get; } = new("completed");

    /// <summary>It ends early: cut off, interrupted or filtered.</summary>
    public static ItemStatus Incomplete { get; } = new("incomplete");
}

/// <summary>Where in its answer the model is. Wire: <c>item.phase</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct ItemPhase(string Value) : IWireString<ItemPhase>
{
    /// <summary>Said on the way, for example before a tool is called.</summary>
    public static ItemPhase Commentary { get; } = new("commentary");

    /// <summary>The answer itself.</summary>
    public static ItemPhase FinalAnswer { get; } = new("final_answer");

    internal static void Check(Constraints constraints, ItemPhase? phase) => constraints.Known(phase, [Commentary, FinalAnswer], "phase");
}
