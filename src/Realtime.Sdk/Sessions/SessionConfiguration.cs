namespace Realtime.Sdk;

/// <summary>What we ask of a session; in <see cref="RealtimeSession"/>, what the server made of it. Wire: <c>session</c>.</summary>
/// <remarks>
/// Unset members are not sent and leave the server's settings alone. What a session is, is decided by its <c>type</c>; on a connection first by
/// the connection: nothing reads as a translation session on a realtime connection, and everything does on a translation connection. A session
/// without <c>type</c> is a translation session if it is read on its own and has <c>audio</c> and no member that only other sessions have: requests
/// for translation name no type. In an answer, or with such a member beside <c>audio</c>, it is a realtime session; without <c>audio</c> it has the
/// flat shape of the beta (<see cref="LegacySessionConfiguration"/>, <see cref="LegacyTranscriptionSessionConfiguration"/>). A type that does not
/// belong where it stands makes an <see cref="UnknownSessionConfiguration"/>.
/// </remarks>
public abstract partial record SessionConfiguration : WireObject
{
    private protected SessionConfiguration() { }

    /// <summary>What stands for a session that an event left out or sent as <c>null</c>.</summary>
    internal static UnknownSessionConfiguration Missing { get; } = new("", JsonElement.Parse("null"u8));

    /// <summary>The kind of session; empty for the flat shapes of the beta, which name none on the wire.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    [JsonPropertyName("id")]
    internal string? SessionId { get; set; }

    [JsonPropertyName("object")]
    internal string? SessionObject { get; set; }

    [JsonPropertyName("expires_at"), WireFormat(typeof(UnixTime))]
    internal DateTimeOffset? SessionExpiresAt { get; set; }

    /// <summary>Whether the session was read without a <c>type</c> although sessions of its kind have one.</summary>
    [JsonIgnore]
    internal bool NamesNoType { get; set; }

    /// <summary>The model the session names; null where its kind names none.</summary>
    internal string? ModelName => this switch
    {
        RealtimeSessionConfiguration realtime => realtime.Model,
        TranslationSessionConfiguration translation => translation.Model,
        LegacySessionConfiguration legacy => legacy.Model,
        _ => null,
    };

    /// <summary>Reports every rule this configuration breaks. Errors keep it from being sent, warnings do not.</summary>
    /// <returns>The violations, each with its wire path from the session; empty when there are none.</returns>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Of(this);

    internal abstract override void Check(Constraints constraints);

    /// <summary>
    /// Copies the session as it would be sent now. Its lists may be a caller's own, which still change, and its JSON may belong to a document
    /// that is disposed before the session is sent.
    /// </summary>
    /// <exception cref="ArgumentException">A number in the session is not finite.</exception>
    internal SessionConfiguration Snapshot()
    {
        try
        {
            var reader = new WireReader(WireWriter.ToUtf8(this));
            reader.Read();
            return SnapshotFrom(ref reader) ?? this;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            return this; // only a session that would not pass validation; with validation off it is sent all the same
        }
    }

    /// <summary>Reads the session as what it is: the flat sessions of the beta do not name their type.</summary>
    private SessionConfiguration? SnapshotFrom(ref WireReader reader) => this switch
    {
        RealtimeSessionConfiguration => RealtimeSessionConfiguration.Read(ref reader),
        TranscriptionSessionConfiguration => TranscriptionSessionConfiguration.Read(ref reader),
        TranslationSessionConfiguration => TranslationSessionConfiguration.Read(ref reader),
        LegacySessionConfiguration => LegacySessionConfiguration.Read(ref reader),
        LegacyTranscriptionSessionConfiguration => LegacyTranscriptionSessionConfiguration.Read(ref reader),
        UnknownSessionConfiguration unknown => unknown with { Json = unknown.Json.Clone() },
        _ => null,
    };

    /// <summary>Copies the session without the members that this version does not know, at any depth. Unknown variants are kept.</summary>
    internal SessionConfiguration WithoutUnknownMembers()
    {
        var reader = new WireReader(WireWriter.ToUtf8(this)) { DropsUnknownMembers = true };
        reader.Read();
        return SnapshotFrom(ref reader) ?? this;
    }

    /// <summary>Reads a session as what it is at the place where it stands.</summary>
    internal static SessionConfiguration? Read(ref WireReader reader, SessionPlace place)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Variants.Read(ref reader);
        var namesType = SessionShapes.NamesType(reader.Copy, out var isTranslation);
        if (place == SessionPlace.TranslationEvent)
            return Named(namesType && !isTranslation ? ReadUnknown(ref reader) : TranslationSessionConfiguration.Read(ref reader), namesType);
        if (place == SessionPlace.RealtimeEvent && isTranslation)
            return ReadUnknown(ref reader);
        return Named(namesType ? Variants.Read(ref reader) : ReadShape(ref reader, place), namesType);
    }

    /// <summary>Writes the session, without a <c>type</c> if it was read without one.</summary>
    internal override void Write(Utf8JsonWriter writer)
    {
        if (NamesNoType)
            WireWriter.WriteWithoutType(writer, this with { NamesNoType = false });
        else
            base.Write(writer);
    }

    private static SessionConfiguration? Named(SessionConfiguration? session, bool namesType)
    {
        session?.NamesNoType = !namesType && session.Type.Length > 0;
        return session;
    }

    private static UnknownSessionConfiguration? ReadUnknown(ref WireReader reader)
    {
        WireDiscriminator.ThrowIfSeveral(reader.Copy);
        var json = KeptJson.Read(ref reader);
        return reader.IsDry ? null : new UnknownSessionConfiguration(json.GetText("type") ?? "", default(JsonElement)) { Kept = json };
    }

    private static SessionConfiguration? ReadShape(ref WireReader reader, SessionPlace place) => SessionShapes.Of(reader.Copy, place) switch
    {
        SessionShape.Realtime => RealtimeSessionConfiguration.Read(ref reader),
        SessionShape.Translation => TranslationSessionConfiguration.Read(ref reader),
        SessionShape.LegacyTranscription => LegacyTranscriptionSessionConfiguration.Read(ref reader),
        _ => LegacySessionConfiguration.Read(ref reader),
    };

    private sealed partial class Reader
    {
        protected override SessionConfiguration? ReadVariantWithoutType(ref WireReader reader) => ReadShape(ref reader, SessionPlace.Request);
    }
}

/// <summary>A conversation with a model by voice or text. Wire: <c>realtime</c>.</summary>
[WireType("realtime")]
public sealed partial record RealtimeSessionConfiguration : SessionConfiguration
{
    /// <summary>
    /// What the model answers in: exactly one of <see cref="OutputModality.Audio"/> (the server's default; it comes with a transcript)
    /// and <see cref="OutputModality.Text"/>.
    /// </summary>
    [JsonPropertyName("output_modalities")]
    public IReadOnlyList<OutputModality>? OutputModalities { get; init; }

    /// <summary>The model, for example <c>gpt-realtime-2</c>, or on Azure the deployment; it cannot change in a running session.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The system prompt; null leaves the server's. Services have answered the empty string with their default text.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <summary>Audio in and out.</summary>
    [JsonPropertyName("audio")]
    public AudioConfiguration? Audio { get; init; }

    /// <summary>What the server adds to its events.</summary>
    [JsonPropertyName("include")]
    public IReadOnlyList<SessionInclude>? Include { get; init; }

    /// <summary>Whether the session is traced. The server's default is <see cref="Tracing.Off"/>.</summary>
    [JsonPropertyName("tracing")]
    public Tracing? Tracing { get; init; }

    /// <summary>What the model may call; null leaves the server's list, an empty list clears it.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<RealtimeTool>? Tools { get; init; }

    /// <summary>Whether the model may, must or must not call a tool. The server's default is <see cref="ToolChoice.Auto"/>.</summary>
    [JsonPropertyName("tool_choice")]
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Whether the model may call several tools in one response; only reasoning models take it.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>How the model reasons; only reasoning models take it.</summary>
    [JsonPropertyName("reasoning")]
    public RealtimeReasoning? Reasoning { get; init; }

    /// <summary>The most tokens of one response, 1 to 4096. The server's default is <see cref="TokenLimit.Unlimited"/>.</summary>
    [JsonPropertyName("max_output_tokens")]
    public TokenLimit? MaxOutputTokens { get; init; }

    /// <summary>What happens when the conversation outgrows the context. The server's default is <see cref="Truncation.Auto"/>.</summary>
    [JsonPropertyName("truncation")]
    public Truncation? Truncation { get; init; }

    /// <summary>A stored prompt. OpenAI ends stored prompts on 2026-11-30; servers of others may keep them. Null leaves the server's.</summary>
    [JsonPropertyName("prompt")]
    public PromptReference? Prompt { get; init; }

    internal override void Check(Constraints constraints)
    {
        OutputModality.CheckOne(constraints, OutputModalities, "output_modalities");
        constraints.NotBlank(Model, "model");
        ModelRules.WarnOfLive(constraints, Model, "model");
        constraints.ValidText(Instructions, "instructions");
        constraints.ValidateMember("audio", Audio);
        SessionInclude.Check(constraints, Include);
        constraints.ValidateMember("tracing", Tracing);
        ToolRules.Check(constraints, Tools, ToolChoice);
        ReasoningRules.Check(constraints, Model, ParallelToolCalls, Reasoning);
        constraints.ValidateMember("reasoning", Reasoning);
        TokenLimit.Check(constraints, MaxOutputTokens, "max_output_tokens");
        constraints.ValidateMember("truncation", Truncation);
        constraints.ValidateMember("prompt", Prompt);
        constraints.Forbid(this, "must not be sent: only sessions of the beta take it", "temperature");
    }
}

/// <summary>Speech to text, without a model that answers. Wire: <c>transcription</c>.</summary>
[WireType("transcription")]
public sealed partial record TranscriptionSessionConfiguration : SessionConfiguration
{
    // C91.
    private static readonly string[] RealtimeOnly =
    [
        "model", "instructions", "tools", "tool_choice", "output_modalities", "truncation", "tracing", "prompt", "reasoning", "max_output_tokens",
    ];

    /// <summary>The audio to transcribe; the model stands in <see cref="TranscriptionConfiguration.Model"/>.</summary>
    [JsonPropertyName("audio")]
    public TranscriptionAudioConfiguration? Audio { get; init; }

    /// <inheritdoc cref="RealtimeSessionConfiguration.Include"/>
    [JsonPropertyName("include")]
    public IReadOnlyList<SessionInclude>? Include { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidateMember("audio", Audio);
        constraints.ValidateMember("audio.input", Audio?.Input, TranscriptionRules.CheckTurnDetection);
        SessionInclude.Check(constraints, Include);
        constraints.Forbid(this, "must not be sent: transcription sessions do not take it", RealtimeOnly);
    }
}

/// <summary>A session of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownSessionConfiguration(string Type, JsonElement Json) : SessionConfiguration, IUnknownVariant;
