namespace Realtime.Sdk;

/// <summary>A part of the transcript of the user's audio. Wire: <c>conversation.item.input_audio_transcription.delta</c>.</summary>
[WireType("conversation.item.input_audio_transcription.delta")]
public sealed partial record ConversationItemInputAudioTranscriptionDeltaEvent : ServerEvent
{
    /// <summary>The ID of the user message that contains the audio.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The index of the content part in the message; null if the server omits it.</summary>
    [JsonPropertyName("content_index")]
    public int? ContentIndex { get; init; }

    /// <summary>The text to append. No space has to be added.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>The log probabilities of the tokens; null unless the session includes them.</summary>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<TokenLogProb>? LogProbs { get; init => field = value?.OrEmpty(); }

    internal static ConversationItemInputAudioTranscriptionDeltaEvent? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.ContentIndex | DeltaMembers.LogProbs, out var delta) || !delta.HasAll(DeltaMembers.None) ? null : new()
        {
            EventId = delta.EventId.GetString(message),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            ContentIndex = delta.ContentIndex,
            Delta = delta.Delta.GetString(message)!,
            ExtraUtf8 = delta.GetExtraUtf8(message),
        };

    static ConversationItemInputAudioTranscriptionDeltaEvent? IWireObject<ConversationItemInputAudioTranscriptionDeltaEvent>.ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type) =>
        DeltaReader.Read(message, ids, out type) as ConversationItemInputAudioTranscriptionDeltaEvent;
}

/// <summary>
/// The final transcript of the user's audio. It may arrive before or after the events of the response.
/// Wire: <c>conversation.item.input_audio_transcription.completed</c>.
/// </summary>
[WireType("conversation.item.input_audio_transcription.completed")]
public sealed partial record ConversationItemInputAudioTranscriptionCompletedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The index of the content part in the message.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>The complete transcript.</summary>
    [JsonPropertyName("transcript")]
    public string Transcript { get; init => field = value ?? ""; } = "";

    /// <summary>The detected languages; null on models that do not report them.</summary>
    [JsonPropertyName("languages")]
    public IReadOnlyList<TranscriptionLanguage>? Languages { get; init => field = value?.OrEmpty(); }

    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.LogProbs"/>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<TokenLogProb>? LogProbs { get; init => field = value?.OrEmpty(); }

    /// <summary>The usage for which the transcription is billed, in addition to the response; null if the server omits it.</summary>
    [JsonPropertyName("usage")]
    public TranscriptionUsage? Usage { get; init; }
}

/// <summary>A segment of speech by one speaker. Wire: <c>conversation.item.input_audio_transcription.segment</c>.</summary>
[WireType("conversation.item.input_audio_transcription.segment")]
public sealed partial record ConversationItemInputAudioTranscriptionSegmentEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The index of the content part in the message.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>The ID of the segment.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The text of the segment.</summary>
    [JsonPropertyName("text")]
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>The label of the speaker.</summary>
    [JsonPropertyName("speaker")]
    public string Speaker { get; init => field = value ?? ""; } = "";

    /// <summary>The start of the segment in the audio.</summary>
    [JsonPropertyName("start"), WireFormat(typeof(Seconds))]
    public TimeSpan Start { get; init; }

    /// <summary>The end of the segment in the audio.</summary>
    [JsonPropertyName("end"), WireFormat(typeof(Seconds))]
    public TimeSpan End { get; init; }
}

/// <summary>
/// The transcription of the user's audio failed. The model still received the audio. Wire: <c>conversation.item.input_audio_transcription.failed</c>.
/// </summary>
[WireType("conversation.item.input_audio_transcription.failed")]
public sealed partial record ConversationItemInputAudioTranscriptionFailedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The index of the content part in the message.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>The error.</summary>
    [JsonPropertyName("error")]
    public RealtimeError Error { get; init => field = value ?? new(); } = new();
}

/// <summary>A language that was detected in the user's audio. Wire: an element of <c>languages</c>.</summary>
public sealed partial record TranscriptionLanguage : WireObject
{
    /// <summary>The code of the language.</summary>
    [JsonPropertyName("code")]
    public string Code { get; init => field = value ?? ""; } = "";
}

/// <summary>The log probability of a token of a transcript. Wire: an element of <c>logprobs</c>.</summary>
/// <remarks>Schema: <c>LogProbProperties</c>.</remarks>
public sealed partial record TokenLogProb : WireObject
{
    /// <summary>The token.</summary>
    [JsonPropertyName("token")]
    public string Token { get; init => field = value ?? ""; } = "";

    /// <summary>The natural logarithm of the token's probability; 0 is certain.</summary>
    [JsonPropertyName("logprob")]
    public double LogProb { get; init; }

    /// <summary>The UTF-8 bytes of the token, because a character may be split into several tokens. Null if the server omits them.</summary>
    [JsonPropertyName("bytes")]
    public IReadOnlyList<int>? Bytes { get; init; }
}
