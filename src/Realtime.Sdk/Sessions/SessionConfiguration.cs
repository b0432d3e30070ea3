namespace Realtime.Sdk;

/// <summary>The configuration of a session: the requested one, or in <see cref="RealtimeSession"/> the effective one. Wire: <c>session</c>.</summary>
/// <remarks>
/// Members that are not set are not sent and do not change the server's settings.
/// <para>
/// The kind of a session that is read is determined by its <c>type</c>. On a connection, the kind of connection comes first: no session of a realtime
/// connection is read as a translation session, and every session of a translation connection is.
/// </para>
/// <para>
/// A session without <c>type</c> is read as a translation session if it is read on its own and has <c>audio</c> and no member that only other sessions have,
/// because requests for translation omit the type. In a response, or with such a member next to <c>audio</c>, it is read as a realtime session. Without
/// <c>audio</c>, it has the flat shape of the beta (<see cref="LegacySessionConfiguration"/>, <see cref="LegacyTranscriptionSessionConfiguration"/>). A type
/// that is not valid where it occurs is read as an <see cref="UnknownSessionConfiguration"/>.
/// </para>
/// </remarks>
public abstract partial record SessionConfiguration : WireObject
{
    private protected SessionConfiguration() { }

    /// <summary>The placeholder for a session that an event omitted or sent as <c>null</c>.</summary>
    internal static UnknownSessionConfiguration Missing { get; } = new("", JsonElement.Parse("null"u8));

    /// <summary>The type of session; empty for the flat shapes of the beta, which have none on the wire.</summary>
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
    internal bool HasNoType { get; set; }

    /// <summary>The model of the session; null for kinds of session without a model.</summary>
    internal string? ModelName => this switch
    {
        RealtimeSessionConfiguration realtime => realtime.Model,
        TranslationSessionConfiguration translation => translation.Model,
        LegacySessionConfiguration legacy => legacy.Model,
        _ => null,
    };

    /// <summary>Validates this configuration. Errors prevent it from being sent; warnings do not.</summary>
    /// <returns>The violations, each with its wire path relative to the session; empty if there are none.</returns>
    public IReadOnlyList<ConstraintViolation> Validate() => Constraints.Validate(this);

    internal abstract override void Check(Constraints constraints);

    /// <summary>
    /// Copies the session as it would be sent now. Its lists may belong to the caller, who can still change them, and its JSON may belong to a document that is
    /// disposed before the session is sent.
    /// </summary>
    /// <exception cref="ArgumentException">A number in the session is not finite.</exception>
    internal SessionConfiguration Snapshot()
    {
        try
        {
            var reader = new WireReader(WireWriter.ToUtf8(this));
            reader.Read();
            return ReadSnapshot(ref reader) ?? this;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException)
        {
            return this; // the session would not pass validation; if validation is off, it is sent anyway
        }
    }

    /// <summary>Reads the session as its own kind, because the flat sessions of the beta cannot be recognized by their type.</summary>
    private SessionConfiguration? ReadSnapshot(ref WireReader reader) => this switch
    {
        RealtimeSessionConfiguration => RealtimeSessionConfiguration.Read(ref reader),
        TranscriptionSessionConfiguration => TranscriptionSessionConfiguration.Read(ref reader),
        TranslationSessionConfiguration => TranslationSessionConfiguration.Read(ref reader),
        LegacySessionConfiguration => LegacySessionConfiguration.Read(ref reader),
        LegacyTranscriptionSessionConfiguration => LegacyTranscriptionSessionConfiguration.Read(ref reader),
        UnknownSessionConfiguration unknown => unknown with { Json = unknown.Json.Clone() },
        _ => null,
    };

    /// <summary>Copies the session without unrecognized members, at any depth. Unrecognized variants are kept.</summary>
    internal SessionConfiguration WithoutUnknownMembers()
    {
        var reader = new WireReader(WireWriter.ToUtf8(this)) { DiscardsUnknownMembers = true };
        reader.Read();
        return ReadSnapshot(ref reader) ?? this;
    }

    /// <summary>Reads a session; its kind depends on its type, its members and the context in which it occurs.</summary>
    internal static SessionConfiguration? Read(ref WireReader reader, SessionContext context)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Variants.Read(ref reader);
        var hasType = SessionShapes.HasType(reader.Copy, out var isTranslation);
        if (context == SessionContext.TranslationEvent)
            return WithTypePresence(hasType && !isTranslation ? ReadUnknown(ref reader) : TranslationSessionConfiguration.Read(ref reader), hasType);
        if (context == SessionContext.RealtimeEvent && isTranslation)
            return ReadUnknown(ref reader);
        return WithTypePresence(hasType ? Variants.Read(ref reader) : ReadShape(ref reader, context), hasType);
    }

    /// <summary>Writes the session, without a <c>type</c> if it was read without one.</summary>
    internal override void Write(Utf8JsonWriter writer)
    {
        if (HasNoType)
            WireWriter.WriteWithoutType(writer, this with { HasNoType = false });
        else
            base.Write(writer);
    }

    private static SessionConfiguration? WithTypePresence(SessionConfiguration? session, bool hasType)
    {
        session?.HasNoType = !hasType && session.Type.Length > 0;
        return session;
    }

    private static UnknownSessionConfiguration? ReadUnknown(ref WireReader reader)
    {
        WireDiscriminator.ThrowIfSeveral(reader.Copy);
        var json = RawJson.Read(ref reader);
        return reader.IsDryRun ? null : new UnknownSessionConfiguration(json.GetText("type") ?? "", default(JsonElement)) { Raw = json };
    }

    private static SessionConfiguration? ReadShape(ref WireReader reader, SessionContext context) => SessionShapes.Find(reader.Copy, context) switch
    {
        SessionShape.Realtime => RealtimeSessionConfiguration.Read(ref reader),
        SessionShape.Translation => TranslationSessionConfiguration.Read(ref reader),
        SessionShape.LegacyTranscription => LegacyTranscriptionSessionConfiguration.Read(ref reader),
        _ => LegacySessionConfiguration.Read(ref reader),
    };

    private sealed partial class Reader
    {
        protected override SessionConfiguration? ReadVariantWithoutType(ref WireReader reader) => ReadShape(ref reader, SessionContext.Request);
    }
}

/// <summary>The configuration of a conversation with a model by voice or text. Wire: <c>realtime</c>.</summary>
/// <remarks>Schemas: <c>RealtimeSessionCreateRequestGA</c>, <c>RealtimeSessionCreateResponseGA</c>.</remarks>
[WireType("realtime")]
public sealed partial record RealtimeSessionConfiguration : SessionConfiguration
{
    /// <summary>
    /// The output modality of the model: exactly one of <see cref="OutputModality.Audio"/>, which includes a transcript and is the server's default, and
    /// <see cref="OutputModality.Text"/>.
    /// </summary>
    [JsonPropertyName("output_modalities")]
    public IReadOnlyList<OutputModality>? OutputModalities { get; init; }

    /// <summary>The model, for example <c>gpt-realtime-2</c>, or the name of a deployment on Azure. The model of a session cannot change.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>The system prompt; null does not change that of the server. Some services replace an empty string with their default prompt.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <summary>The audio settings.</summary>
    [JsonPropertyName("audio")]
    public AudioConfiguration? Audio { get; init; }

    /// <summary>Additional data that the server includes in its events.</summary>
    [JsonPropertyName("include")]
    public IReadOnlyList<SessionInclude>? Include { get; init; }

    /// <summary>The tracing settings. The server's default is <see cref="Tracing.Off"/>.</summary>
    [JsonPropertyName("tracing")]
    public Tracing? Tracing { get; init; }

    /// <summary>The tools that the model may call. Null does not change the server's list; an empty list clears it.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<RealtimeTool>? Tools { get; init; }

    /// <summary>Whether the model may, must or must not call a tool. The server's default is <see cref="ToolChoice.Auto"/>.</summary>
    [JsonPropertyName("tool_choice")]
    public ToolChoice? ToolChoice { get; init; }

    /// <summary>Whether the model may call several tools in one response. Accepted only by reasoning models.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>The reasoning settings. Accepted only by reasoning models.</summary>
    [JsonPropertyName("reasoning")]
    public RealtimeReasoning? Reasoning { get; init; }

    /// <summary>The maximum number of output tokens of one response, 1 to 4096. The server's default is <see cref="TokenLimit.Unlimited"/>.</summary>
    [JsonPropertyName("max_output_tokens")]
    public TokenLimit? MaxOutputTokens { get; init; }

    /// <summary>The handling of conversations that exceed the context. The server's default is <see cref="Truncation.Auto"/>.</summary>
    [JsonPropertyName("truncation")]
    public Truncation? Truncation { get; init; }

    /// <summary>
    /// A stored prompt; null does not change that of the server. OpenAI discontinues stored prompts on November 30, 2026; other servers may keep them.
    /// </summary>
    [JsonPropertyName("prompt")]
    public PromptReference? Prompt { get; init; }

    internal override void Check(Constraints constraints)
    {
        OutputModality.CheckOne(constraints, OutputModalities, "output_modalities");
        constraints.NotBlank(Model, "model");
        ModelRules.WarnOfLiveModel(constraints, Model, "model");
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
        constraints.Forbid(this, "must not be sent: only sessions of the beta accept it", "temperature");
    }
}

/// <summary>The configuration of a session that transcribes speech, without a model that answers. Wire: <c>transcription</c>.</summary>
/// <remarks>Schemas: <c>RealtimeTranscriptionSessionCreateRequestGA</c>, <c>RealtimeTranscriptionSessionCreateResponseGA</c>.</remarks>
[WireType("transcription")]
public sealed partial record TranscriptionSessionConfiguration : SessionConfiguration
{
    // Members of realtime sessions that transcription sessions reject.
    private static readonly string[] RealtimeOnly =
    [
        "model", "instructions", "tools", "tool_choice", "output_modalities", "truncation", "tracing", "prompt", "reasoning", "max_output_tokens",
    ];

    /// <summary>The audio settings. The model is in <see cref="TranscriptionConfiguration.Model"/>.</summary>
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
        constraints.Forbid(this, "must not be sent: transcription sessions do not accept it", RealtimeOnly);
    }
}

/// <summary>A session of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownSessionConfiguration(string Type, JsonElement Json) : SessionConfiguration, IUnknownVariant;
