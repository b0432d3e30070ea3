namespace Realtime.Sdk;

/// <summary>A response of the model, to a <see cref="ResponseCreateEvent"/> or to a turn of the user. Wire: <c>response</c> of server events.</summary>
public sealed partial record RealtimeResponse : WireObject
{
    /// <summary>The ID of the response.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Always <c>realtime.response</c>.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>The status of the response.</summary>
    [JsonPropertyName("status")]
    public ResponseStatus? Status { get; init; }

    /// <summary>Details of the status; null while the response is in progress, and usually if it has completed.</summary>
    [JsonPropertyName("status_details")]
    public ResponseStatusDetails? StatusDetails { get; init; }

    /// <summary>The output items, without audio bytes. Empty in <see cref="ResponseCreatedEvent"/>.</summary>
    [JsonPropertyName("output")]
    public IReadOnlyList<ConversationItem>? Output { get; init; }

    /// <summary>The ID of the conversation to which the output was added; null for an out-of-band response.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    /// <summary>The modalities of the output.</summary>
    [JsonPropertyName("output_modalities")]
    public IReadOnlyList<OutputModality>? OutputModalities { get; init; }

    /// <summary>The maximum number of output tokens.</summary>
    [JsonPropertyName("max_output_tokens")]
    public TokenLimit? MaxOutputTokens { get; init; }

    /// <summary>The format and voice of the output audio.</summary>
    [JsonPropertyName("audio")]
    public ResponseAudio? Audio { get; init; }

    /// <summary>The billed tokens; null until the response has ended.</summary>
    [JsonPropertyName("usage")]
    public ResponseUsage? Usage { get; init; }

    /// <summary>The <see cref="ResponseConfiguration.Metadata"/> of the request, by which a client can recognize its own responses.</summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// Returns the text of all output messages, concatenated; empty if there is none. For spoken output, see <see cref="GetOutputTranscript"/>.
    /// </summary>
    public string GetOutputText() => string.Concat(GetParts<OutputTextPart>().Select(part => part.Text));

    /// <summary>Returns the transcript of the audio of all output messages, concatenated; empty if there is none.</summary>
    public string GetOutputTranscript() => string.Concat(GetParts<OutputAudioPart>().Select(part => part.Transcript));

    /// <summary>
    /// Returns the function calls of the response in order; empty if there are none. Interrupted calls are incomplete; see
    /// <see cref="ConversationItem.Status"/>.
    /// </summary>
    public IReadOnlyList<FunctionCallItem> GetFunctionCalls() => [.. (Output ?? []).OfType<FunctionCallItem>()];

    private IEnumerable<T> GetParts<T>() where T : ContentPart => (Output ?? []).OfType<MessageItem>().SelectMany(message => message.Content).OfType<T>();
}

/// <summary>The audio of a response. Wire: <c>response.audio</c>.</summary>
public sealed partial record ResponseAudio : WireObject
{
    /// <summary>The output audio.</summary>
    [JsonPropertyName("output")]
    public ResponseAudioOutput? Output { get; init; }

    internal override void Check(Constraints constraints) => constraints.ValidateMember("output", Output);
}

/// <summary>The format and voice of a response. Wire: <c>response.audio.output</c>.</summary>
public sealed partial record ResponseAudioOutput : WireObject
{
    /// <summary>The audio format; null uses that of the session.</summary>
    [JsonPropertyName("format")]
    public AudioFormat? Format { get; init; }

    /// <summary>The voice; null uses that of the session, which cannot change once it has produced audio.</summary>
    [JsonPropertyName("voice")]
    public Voice? Voice { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("format", Format);
        constraints.ValidateMember("voice", Voice);
    }
}
