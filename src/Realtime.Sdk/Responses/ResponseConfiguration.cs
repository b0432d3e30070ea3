namespace Realtime.Sdk;

/// <summary>How one response is made; what is not set is taken from the session. Wire: <c>response</c> of <c>response.create</c>.</summary>
public sealed partial record ResponseConfiguration : WireObject
{
    /// <summary>What the model answers with: text or audio, not both.</summary>
    [JsonPropertyName("output_modalities")]
    public IReadOnlyList<OutputModality>? OutputModalities { get; init; }

    /// <summary>How the model should behave, in place of the session's instructions.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <summary>How the answer sounds.</summary>
    [JsonPropertyName("audio")]
    public ResponseAudio? Audio { get; init; }

    /// <summary>What the model may call; an empty list takes the session's tools away for this response.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<RealtimeTool>? Tools { get; init; }

    /// <summary>Whether and what the model must call. The default is <c>auto</c>.</summary>
    [JsonPropertyName("tool_choice")]
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Whether the model may make several calls at once; only reasoning models take it.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>How much the model thinks before it answers; only reasoning models take it.</summary>
    [JsonPropertyName("reasoning")]
    public RealtimeReasoning? Reasoning { get; init; }

    /// <summary>How long the answer may become, tool calls included: 1 to 4096 tokens, or without limit.</summary>
    [JsonPropertyName("max_output_tokens")]
    public TokenLimit? MaxOutputTokens { get; init; }

    /// <summary>Whether the answer becomes part of the conversation. The default is <c>auto</c>: it does.</summary>
    [JsonPropertyName("conversation")]
    public ResponseConversation? Conversation { get; init; }

    /// <summary>
    /// Up to 16 pairs that come back in <see cref="RealtimeResponse.Metadata"/>; keys up to 64 characters, values up to 512.
    /// </summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>A stored prompt and its variables. OpenAI ends stored prompts on 2026-11-30; servers of others may keep them. Null sends none.</summary>
    [JsonPropertyName("prompt")]
    public PromptReference? Prompt { get; init; }

    /// <summary>
    /// What the model reads in place of the conversation; <see cref="ItemReference"/> points into it. An empty list is an empty
    /// context; null is the conversation.
    /// </summary>
    [JsonPropertyName("input")]
    public IReadOnlyList<ConversationItem>? Input { get; init; }

    /// <summary>A copy that later changes of the caller's collections do not reach.</summary>
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

/// <summary>Whether an answer becomes part of the conversation. Wire: <c>response.conversation</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ResponseConversation(string Value) : IWireString<ResponseConversation>
{
    /// <summary>It does: the server's default.</summary>
    public static ResponseConversation Auto { get; } = new("auto");

    /// <summary>It does not; such responses may run beside others.</summary>
    public static ResponseConversation None { get; } = new("none");
}
