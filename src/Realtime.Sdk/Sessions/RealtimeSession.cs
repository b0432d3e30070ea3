namespace Realtime.Sdk;

/// <summary>What the server has: a session's id, its expiry, and the configuration in effect. Wire: one flat object.</summary>
/// <remarks>
/// In an event the connection decides what the session is; read on its own, its <c>type</c> does, and one that names no <c>type</c> is never a
/// translation session. See <see cref="SessionConfiguration"/>.
/// </remarks>
public sealed partial record RealtimeSession : WireObject
{
    private DateTimeOffset? _expiresAt;

    /// <summary>The session's id, for example <c>sess_…</c>; empty when the server gave none.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The kind of object, for example <c>realtime.session</c>; null on translation sessions.</summary>
    public string? Object { get; init; }

    /// <summary>When the session ends, by the server's clock; null when none is set yet (wire: absent, or 0 in a client secret).</summary>
    public DateTimeOffset? ExpiresAt
    {
        get => _expiresAt == DateTimeOffset.UnixEpoch ? null : _expiresAt;
        init => _expiresAt = value;
    }

    /// <summary>The secret that opens a beta session; null on every other session. Wire: <c>client_secret</c>.</summary>
    public ClientSecret? ClientSecret { get; init; }

    /// <summary>Whether the session was read without a <c>type</c>, and is written back without one.</summary>
    internal bool NamesNoType { get; init; }

    /// <summary>The configuration in effect, with the server's defaults filled in.</summary>
    public SessionConfiguration Configuration { get; init => field = value ?? field; } = new RealtimeSessionConfiguration();

    /// <summary>Lists where the session differs from what was requested, by wire path. Members that were not requested are not compared.</summary>
    /// <param name="requested">The configuration that was sent.</param>
    public IReadOnlyList<SessionDifference> DifferencesFrom(SessionConfiguration requested)
    {
        ArgumentNullException.ThrowIfNull(requested);
        return SessionDifferences.Between(requested, Configuration);
    }

    /// <summary>
    /// Copies the configuration in effect as the server accepts it back: in <c>session.update</c>, in a client secret, or in a new session. It holds no id,
    /// expiry or secret, no member that this version does not know, and no empty text that stands for "none".
    /// </summary>
    /// <remarks>
    /// Set again what the server does not show: the <see cref="McpTool.Authorization"/> and <see cref="McpTool.Headers"/> of MCP tools. Tracing that is
    /// off is left out, because it could not be turned on afterwards. So is the model of a translation session, which an update must not name; a new
    /// session needs it.
    /// </remarks>
    public SessionConfiguration ToConfiguration() => SessionCopy.Create(Configuration);

    /// <summary>The session as an answer of a translation endpoint, which is one of translation whatever its shape suggests.</summary>
    internal RealtimeSession AsTranslation()
    {
        if (Configuration is TranslationSessionConfiguration)
            return this;
        var reader = new WireReader(WireWriter.ToUtf8(this));
        reader.Read();
        return SessionEnvelope.Read(ref reader, SessionPlace.TranslationEvent) ?? this;
    }

    internal static RealtimeSession? Read(ref WireReader reader) => SessionEnvelope.Read(ref reader, SessionPlace.Answer);

    internal override void Write(Utf8JsonWriter writer) => SessionEnvelope.Write(writer, this, _expiresAt);
}
