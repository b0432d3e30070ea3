namespace Realtime.Sdk;

/// <summary>What the model answers to one <see cref="ResponseCreateEvent"/>, or to one turn. Wire: <c>response</c> of server events.</summary>
public sealed partial record RealtimeResponse : WireObject
{
    /// <summary>The response's id.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Always <c>realtime.response</c>.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>How far the response has come, and how it ended.</summary>
    [JsonPropertyName("status")]
    public ResponseStatus? Status { get; init; }

    /// <summary>Why it ended that way; null while it runs, and mostly when it is completed.</summary>
    [JsonPropertyName("status_details")]
    public ResponseStatusDetails? StatusDetails { get; init; }

    /// <summary>The items of the answer, without audio bytes; empty in <see cref="ResponseCreatedEvent"/>.</summary>
    [JsonPropertyName("output")]
    public IReadOnlyList<ConversationItem>? Output { get; init; }

    /// <summary>The conversation the answer was added to; null for a response outside it.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    /// <summary>What the model answers with.</summary>
    [JsonPropertyName("output_modalities")]
    public IReadOnlyList<OutputModality>? OutputModalities { get; init; }

    /// <summary>How long the answer may become.</summary>
    [JsonPropertyName("max_output_tokens")]
    public TokenLimit? MaxOutputTokens { get; init; }

    /// <summary>How the answer sounds.</summary>
    [JsonPropertyName("audio")]
    public ResponseAudio? Audio { get; init; }

    /// <summary>What the response cost; null until it has ended.</summary>
    [JsonPropertyName("usage")]
    public ResponseUsage? Usage { get; init; }

    /// <summary>The <see cref="ResponseConfiguration.Metadata"/> it was asked with: the way to tell your own responses apart.</summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Returns the text of the answer, all of its messages together; empty when it holds none. What was spoken is in <see cref="GetOutputTranscript"/>.</summary>
    public string GetOutputText() => string.Concat(GetParts<OutputTextPart>().Select(part => part.Text));

    /// <summary>Returns the transcript of the answer's audio, all of its messages together; empty when it holds none.</summary>
    public string GetOutputTranscript() => string.Concat(GetParts<OutputAudioPart>().Select(part => part.Transcript));

    /// <summary>Returns the functions that the model calls, in order; empty when it calls none. A call that was interrupted is not complete: see <see cref="ConversationItem.Status"/>.</summary>
    public IReadOnlyList<FunctionCallItem> GetFunctionCalls() => [.. (Output ?? []).OfType<FunctionCallItem>()];

    private IEnumerable<T> GetParts<T>() where T : ContentPart => (Output ?? []).OfType<MessageItem>().SelectMany(message => message.Content).OfType<T>();
}

/// <summary>How an answer sounds. Wire: <c>response.audio</c>.</summary>
public sealed partial record ResponseAudio : WireObject
{
    /// <summary>The audio of the model.</summary>
    [JsonPropertyName("output")]
    public ResponseAudioOutput? Output { get; init; }

    internal override void Check(Constraints constraints) => constraints.ValidateMember("output", Output);
}

/// <summary>Format and voice of an answer. Wire: <c>response.audio.output</c>.</summary>
public sealed partial record ResponseAudioOutput : WireObject
{
    /// <summary>How the audio is encoded; null leaves the session's format.</summary>
    [JsonPropertyName("format")]
    public AudioFormat? Format { get; init; }

    /// <summary>Who speaks; null leaves the session's voice, which cannot change once it was heard.</summary>
    [JsonPropertyName("voice")]
    public Voice? Voice { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("format", Format);
        constraints.ValidateMember("voice", Voice);
    }
}
