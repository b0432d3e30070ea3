namespace Realtime.Sdk;

/// <summary>More of the transcript of the user's audio. Wire: <c>conversation.item.input_audio_transcription.delta</c>.</summary>
[WireType("conversation.item.input_audio_transcription.delta")]
public sealed partial record ConversationItemInputAudioTranscriptionDeltaEvent : ServerEvent
{
    /// <summary>The user message the audio is part of.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The part of the message; null when the server leaves it out.</summary>
    [JsonPropertyName("content_index")]
    public int? ContentIndex { get; init; }

    /// <summary>The text to append, without a space of its own.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>How sure the model is of each token; null unless the session includes it.</summary>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<TokenLogProb>? LogProbs { get; init => field = value?.OrEmpty(); }

    internal static ConversationItemInputAudioTranscriptionDeltaEvent? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.ContentIndex | DeltaMembers.LogProbs, out var delta) || !delta.HasAll(DeltaMembers.None) ? null : new()
        {
            EventId = delta.EventId.GetString(message),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            ContentIndex = delta.ContentIndex,
            Delta = delta.Delta.GetString(message)!,
            ExtraUtf8 = delta.ExtraUtf8(message),
        };
}

/// <summary>
/// The transcript of the user's audio is final; it may come before or after the events of the response.
/// Wire: <c>conversation.item.input_audio_transcription.completed</c>.
/// </summary>
[WireType("conversation.item.input_audio_transcription.completed")]
public sealed partial record ConversationItemInputAudioTranscriptionCompletedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The part of the message.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>The whole transcript.</summary>
    [JsonPropertyName("transcript")]
    public string Transcript { get; init => field = value ?? ""; } = "";

    /// <summary>The languages heard; null on models that do not say.</summary>
    [JsonPropertyName("languages")]
    public IReadOnlyList<TranscriptionLanguage>? Languages { get; init => field = value?.OrEmpty(); }

    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.LogProbs"/>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<TokenLogProb>? LogProbs { get; init => field = value?.OrEmpty(); }

    /// <summary>What the transcription is billed for, beside the response; null when the server leaves it out.</summary>
    [JsonPropertyName("usage")]
    public TranscriptionUsage? Usage { get; init; }
}

/// <summary>A stretch of speech of one speaker. Wire: <c>conversation.item.input_audio_transcription.segment</c>.</summary>
[WireType("conversation.item.input_audio_transcription.segment")]
public sealed partial record ConversationItemInputAudioTranscriptionSegmentEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The part of the message.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>The segment's id.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>What was said.</summary>
    [JsonPropertyName("text")]
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>The label of the speaker.</summary>
    [JsonPropertyName("speaker")]
    public string Speaker { get; init => field = value ?? ""; } = "";

    /// <summary>Where in the audio the segment begins.</summary>
    [JsonPropertyName("start"), WireFormat(typeof(Seconds))]
    public TimeSpan Start { get; init; }

    /// <summary>Where in the audio the segment ends.</summary>
    [JsonPropertyName("end"), WireFormat(typeof(Seconds))]
    public TimeSpan End { get; init; }
}

/// <summary>The user's audio could not be transcribed; the model heard it all the same. Wire: <c>conversation.item.input_audio_transcription.failed</c>.</summary>
[WireType("conversation.item.input_audio_transcription.failed")]
public sealed partial record ConversationItemInputAudioTranscriptionFailedEvent : ServerEvent
{
    /// <inheritdoc cref="ConversationItemInputAudioTranscriptionDeltaEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>The part of the message.</summary>
    [JsonPropertyName("content_index")]
    public int ContentIndex { get; init; }

    /// <summary>What went wrong.</summary>
    [JsonPropertyName("error")]
    public RealtimeError Error { get; init => field = value ?? new(); } = new();
}

/// <summary>A language heard in the user's audio. Wire: the elements of <c>languages</c>.</summary>
public sealed partial record TranscriptionLanguage : WireObject
{
    /// <summary>The language's code.</summary>
    [JsonPropertyName("code")]
    public string Code { get; init => field = value ?? ""; } = "";
}

/// <summary>How sure the transcription is of one token. Wire: the elements of <c>logprobs</c>.</summary>
public sealed partial record TokenLogProb : WireObject
{
    /// <summary>The token.</summary>
    [JsonPropertyName("token")]
    public string Token { get; init => field = value ?? ""; } = "";

    /// <summary>The natural logarithm of its probability: 0 is certain.</summary>
    [JsonPropertyName("logprob")]
    public double LogProb { get; init; }

    /// <summary>The token's UTF-8 bytes: a character may be spread over several tokens. Null when the server leaves them out.</summary>
    [JsonPropertyName("bytes")]
    public IReadOnlyList<int>? Bytes { get; init; }
}
