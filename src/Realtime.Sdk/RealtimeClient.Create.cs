using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <content>Creates client secrets, and sessions of the beta.</content>
public sealed partial class RealtimeClient
{
    /// <summary>
    /// Creates a client secret for the device of a user. It is valid for the server's default of 10 minutes. Wire: <c>POST /realtime/client_secrets</c>.
    /// </summary>
    /// <param name="session">The realtime or transcription session that the secret authorizes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="RealtimeValidationException">The session violates rules of the API. Nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">The server rejected the request, or its response contained no client secret.</exception>
    /// <exception cref="RealtimeConnectionException">The connection failed.</exception>
    /// <exception cref="RealtimeTimeoutException">A timeout of the options has expired.</exception>
    /// <exception cref="RealtimeCredentialException">The token callback returned no token. Nothing was sent.</exception>
    public Task<ClientSecret> CreateClientSecretAsync(SessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return CreateClientSecretAsync(new ClientSecretRequest { Session = session }, cancellationToken);
    }

    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)"/>
    /// <param name="request">The session that the secret authorizes, the lifetime of the secret, and the user.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<ClientSecret> CreateClientSecretAsync(ClientSecretRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendSecretRequestAsync(new(nameof(CreateClientSecretAsync), "create_client_secret"), "realtime/client_secrets", request, EndpointRules.CheckClientSecret(request), cancellationToken);
    }

    /// <summary>Creates a client secret for a translation session. Wire: <c>POST /realtime/translations/client_secrets</c>.</summary>
    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)" path="/exception"/>
    /// <param name="session">The translation session that the secret authorizes. Its model is required.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<ClientSecret> CreateTranslationClientSecretAsync(TranslationSessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return CreateTranslationClientSecretAsync(new ClientSecretRequest { Session = session }, cancellationToken);
    }

    /// <inheritdoc cref="CreateTranslationClientSecretAsync(TranslationSessionConfiguration, CancellationToken)"/>
    /// <param name="request">The session that the secret authorizes, the lifetime of the secret, and the user.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<ClientSecret> CreateTranslationClientSecretAsync(ClientSecretRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ConvertTranslationSecretAsync(SendSecretRequestAsync(
            new(nameof(CreateTranslationClientSecretAsync), "create_translation_client_secret"),
            "realtime/translations/client_secrets",
            request,
            EndpointRules.CheckTranslationClientSecret(request),
            cancellationToken));
    }

    /// <summary>
    /// Creates a session of the beta, including a client secret. OpenAI retired this endpoint in 2026 in favor of client secrets; preview versions of Azure and
    /// compatible servers still support it. Wire: <c>POST /realtime/sessions</c>.
    /// </summary>
    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)" path="/exception"/>
    /// <param name="session">The configuration in the flat shape.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task<RealtimeSession> CreateSessionAsync(LegacySessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return SendSessionRequestAsync(new(nameof(CreateSessionAsync), "create_session"), "realtime/sessions", session, cancellationToken);
    }

    /// <summary>
    /// Creates a transcription session of the beta, including a client secret. OpenAI retired this endpoint, like that of <see cref="CreateSessionAsync"/>.
    /// Wire: <c>POST /realtime/transcription_sessions</c>.
    /// </summary>
    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)" path="/exception"/>
    /// <param name="session">The configuration in the flat shape.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public Task<RealtimeSession> CreateTranscriptionSessionAsync(
        LegacyTranscriptionSessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return SendSessionRequestAsync(new(nameof(CreateTranscriptionSessionAsync), "create_transcription_session"), "realtime/transcription_sessions", session, cancellationToken);
    }

    private Task<ClientSecret> SendSecretRequestAsync(
        OperationName name, string path, ClientSecretRequest request, IReadOnlyList<ConstraintViolation> violations, CancellationToken cancellationToken)
    {
        if (CreateValidationException(name.Telemetry, AddModelNotices(violations, "session", request.Session), CheckSafetyIdentifier(request)) is { } refused)
            return Task.FromException<ClientSecret>(refused);
        return SendSecretRequestAsync(CreateOperation(name, path, request, request.Session?.ModelName, request.SafetyIdentifier), cancellationToken);
    }

    private async Task<ClientSecret> SendSecretRequestAsync(HttpOperation operation, CancellationToken cancellationToken)
    {
        var response = await Http.SendAsync(operation, cancellationToken).ConfigureAwait(false);
        var secret = response.Read<ClientSecret>(operation.Name);
        return secret.Value.Length > 0 ? secret : throw response.CreateException(operation.Name, "its client secret is empty");
    }

    private static async Task<ClientSecret> ConvertTranslationSecretAsync(Task<ClientSecret> creating)
    {
        var secret = await creating.ConfigureAwait(false);
        return secret.Session is { } session ? secret with { Session = session.AsTranslation() } : secret;
    }

    private Task<RealtimeSession> SendSessionRequestAsync(OperationName name, string path, SessionConfiguration session, CancellationToken cancellationToken)
    {
        if (CreateValidationException(name.Telemetry, AddModelNotices(session.Validate(), "", session)) is { } refused)
            return Task.FromException<RealtimeSession>(refused);
        return SendSessionRequestAsync(CreateOperation(name, path, session, session.ModelName), cancellationToken);
    }

    private async Task<RealtimeSession> SendSessionRequestAsync(HttpOperation operation, CancellationToken cancellationToken)
    {
        var response = await Http.SendAsync(operation, cancellationToken).ConfigureAwait(false);
        var session = response.Read<RealtimeSession>(operation.Name);
        return session.Id.Length > 0 || session.ClientSecret is not null ? session : throw response.CreateException(operation.Name, "its session has neither an ID nor a client secret");
    }

    private HttpOperation CreateOperation(OperationName name, string path, WireObject body, string? model, string? safetyIdentifier = null) => new()
    {
        Name = name,
        Uri = Endpoint.GetHttpUri(path),
        Body = WireWriter.ToUtf8(body),
        ContentType = "application/json",
        RetryAfterErrorResponse = true,
        Model = model,
        SafetyIdentifier = safetyIdentifier,
    };

    /// <summary>
    /// Returns an exception if there are errors, null otherwise, and logs warnings. <paramref name="protective"/> violations count even if
    /// <see cref="RealtimeClientOptions.ValidateRequests"/> is off. The exception is returned, not thrown, because callers must get it from their task.
    /// </summary>
    internal RealtimeValidationException? CreateValidationException(
        string operation, IReadOnlyList<ConstraintViolation> violations, params IReadOnlyList<ConstraintViolation> protective)
    {
        if (violations.Count + protective.Count == 0)
            return null;
        var counted = new List<ConstraintViolation>(protective);
        if (Options.ValidateRequests)
            counted.AddRange(violations);
        if (RealtimeValidationException.FromErrors(counted) is { } refused)
            return refused;
        foreach (var warning in counted)
            RealtimeLog.ValidationWarning(Logger, RealtimeLog.GetLevel(warning.Kind), PeerText.Sanitize(operation), PeerText.Sanitize(warning.ToString()));
        return null;
    }

    /// <summary>
    /// Adds warnings about discontinued models to the violations of a request. Skipped if the logger does not log warnings, so that no time is spent on
    /// warnings that are never seen.
    /// </summary>
    internal IReadOnlyList<ConstraintViolation> AddModelNotices(
        IReadOnlyList<ConstraintViolation> violations, string path, SessionConfiguration? session, string? model = null) =>
        ModelNotices is { } notices && Logger.IsEnabled(LogLevel.Warning) ? notices.AddTo(violations, path, session, model) : violations;

    private static IReadOnlyList<ConstraintViolation> CheckSafetyIdentifier(ClientSecretRequest request) =>
        ClientOptionsRules.FindHeaderFault(request.SafetyIdentifier) is { } rule
            ? [new("OpenAI-Safety-Identifier", null, rule, ConstraintSeverity.Error)]
            : [];
}
