namespace Realtime.Sdk;

/// <summary>
/// The configuration of one response. Members that are not set use the values of the session. Wire: <c>response</c> of <c>response.create</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeResponseCreateParams</c>.</remarks>
public sealed partial record ResponseConfiguration : WireObject
{
    /// <summary>The output modality of the model: either text or audio, not both.</summary>
    [JsonPropertyName("output_modalities")]
    public IReadOnlyList<OutputModality>? OutputModalities { get; init; }

    /// <summary>Instructions for the model, in place of those of the session.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <summary>The format and voice of the output audio.</summary>
    [JsonPropertyName("audio")]
    public ResponseAudio? Audio { get; init; }

    /// <summary>The tools that the model may call; an empty list removes those of the session for this response.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<RealtimeTool>? Tools { get; init; }

    /// <summary>Whether the model may, must or must not call a tool. The server's default is <c>auto</c>.</summary>
    [JsonPropertyName("tool_choice")]
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Whether the model may make several tool calls in parallel. Accepted only by reasoning models.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>The reasoning settings. Accepted only by reasoning models.</summary>
    [JsonPropertyName("reasoning")]
    public RealtimeReasoning? Reasoning { get; init; }

    /// <summary>The maximum number of output tokens, including tool calls: 1 to 4096, or <see cref="TokenLimit.Unlimited"/>.</summary>
    [JsonPropertyName("max_output_tokens")]
    public TokenLimit? MaxOutputTokens { get; init; }

    /// <summary>Whether the response is added to the conversation. The server's default is <c>auto</c>: it is.</summary>
    [JsonPropertyName("conversation")]
    public ResponseConversation? Conversation { get; init; }

    /// <summary>
    /// Up to 16 key-value pairs, which the server returns in <see cref="RealtimeResponse.Metadata"/>. Keys can have up to 64 characters, values up to 512.
    /// </summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// A stored prompt and its variables; null sends none. OpenAI discontinues stored prompts on November 30, 2026; other servers may keep them.
    /// </summary>
    [JsonPropertyName("prompt")]
    public PromptReference? Prompt { get; init; }

    /// <summary>
    /// The context of the model, in place of the conversation; an <see cref="ItemReference"/> includes an item of the conversation. An empty list is an empty
    /// context; null, the default, uses the conversation.
    /// </summary>
    [JsonPropertyName("input")]
    public IReadOnlyList<ConversationItem>? Input { get; init; }

    /// <summary>Creates a copy that is not affected by later changes to the caller's collections.</summary>
    internal ResponseConfiguration Snapshot()
    {
        var reader = new WireReader(WireWriter.ToUtf8(this));
        reader.Read();
        return Read(ref reader) ?? this;
    }

    internal override void Check(Constraints constraints)
    {
        OutputModality.CheckOne(constraints, OutputModalities, "output_modalities");
        constraints.ValidText(Instructions, "instructions");
        constraints.ValidateMember("audio", Audio);
        ToolRules.Check(constraints, Tools, ToolChoice);
        constraints.ValidateMember("reasoning", Reasoning);
        TokenLimit.Check(constraints, MaxOutputTokens, "max_output_tokens");
        constraints.Known(Conversation, [ResponseConversation.Auto, ResponseConversation.None], "conversation");
        constraints.Metadata(Metadata, "metadata");
        constraints.ValidateMember("prompt", Prompt);
        constraints.Each("input", Input);
    }
}

/// <summary>Whether a response is added to the conversation. Wire: <c>response.conversation</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ResponseConversation(string Value) : IWireString<ResponseConversation>
{
    /// <summary>The response is added, which is the server's default.</summary>
    public static ResponseConversation Auto { get; } = new("auto");

    /// <summary>The response is out-of-band, that is, not added. Such responses can run in parallel with others.</summary>
    public static ResponseConversation None { get; } = new("none");
}
