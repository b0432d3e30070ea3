namespace Realtime.Sdk;

/// <summary>A session of the server: its ID, its expiration time and its effective configuration. Wire: one flat object.</summary>
/// <remarks>
/// In an event, the connection determines the kind of the session. A session that is read on its own is determined by its <c>type</c>, and is never a
/// translation session if it has none. See <see cref="SessionConfiguration"/>.
/// Schemas: <c>RealtimeSessionCreateResponse</c>, <c>RealtimeSessionCreateResponseGA</c>, <c>RealtimeTranscriptionSessionCreateResponse</c>,
/// <c>RealtimeTranscriptionSessionCreateResponseGA</c>, <c>RealtimeTranslationSession</c>.
/// </remarks>
public sealed partial record RealtimeSession : WireObject
{
    private DateTimeOffset? _expiresAt;

    /// <summary>The ID of the session, for example <c>sess_…</c>; empty if the server provided none.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The type of object, for example <c>realtime.session</c>; null in translation sessions.</summary>
    public string? Object { get; init; }

    /// <summary>The time at which the session ends, by the server's clock; null if it is not set yet (absent on the wire, or 0 in a client secret).</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => _expiresAt == DateTimeOffset.UnixEpoch ? null : _expiresAt;
        init => _expiresAt = value;
    }

    /// <summary>The client secret for a beta session; null for all other sessions. Wire: <c>client_secret</c>.</summary>
    public ClientSecret? ClientSecret { get; init; }

    /// <summary>Whether the session was read without a <c>type</c>, in which case it is also written without one.</summary>
    internal bool HasNoType { get; init; }

    /// <summary>The effective configuration, including the server's defaults.</summary>
    public SessionConfiguration Configuration { get; init => field = value ?? field; } = new RealtimeSessionConfiguration();

    /// <summary>
    /// Returns the differences between a requested configuration and this session, by wire path. Members that were not requested are not compared.
    /// </summary>
    /// <param name="requested">The requested configuration.</param>
    public IReadOnlyList<SessionDifference> DifferencesFrom(SessionConfiguration requested)
    {
        ArgumentNullException.ThrowIfNull(requested);
        return SessionDifferences.Compare(requested, Configuration);
    }

    /// <summary>
    /// Copies the effective configuration in a form that the server accepts: in <c>session.update</c>, for a client secret, or for a new session. The copy
    /// contains no ID, expiration time or secret, no unrecognized members, and no empty strings that mean "none".
    /// </summary>
    /// <remarks>
    /// Set the members again that the server does not return: the <see cref="McpTool.Authorization"/> and <see cref="McpTool.Headers"/> of MCP tools. Tracing
    /// that is off is omitted, because it could not be turned on afterwards. The model of a translation session is also omitted, because an update must not
    /// contain it; set it for a new session.
    /// </remarks>
    public SessionConfiguration ToConfiguration() => SessionCopy.Create(Configuration);

    /// <summary>Converts the session to a translation session, which a response of a translation endpoint always is, regardless of its shape.</summary>
    internal RealtimeSession AsTranslation()
    {
        if (Configuration is TranslationSessionConfiguration)
            return this;
        var reader = new WireReader(WireWriter.ToUtf8(this));
        reader.Read();
        return SessionEnvelope.Read(ref reader, SessionContext.TranslationEvent) ?? this;
    }

    internal static RealtimeSession? Read(ref WireReader reader) => SessionEnvelope.Read(ref reader, SessionContext.Response);

    internal override void Write(Utf8JsonWriter writer) => SessionEnvelope.Write(writer, this, _expiresAt);
}
