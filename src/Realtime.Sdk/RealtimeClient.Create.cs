
namespace Realtime.Sdk;

/// <content>What a backend asks for: client secrets and the beta's sessions.</content>
public sealed partial class RealtimeClient
{
    /// <summary>Makes a client secret for a user's device, valid for the server's default of ten minutes. Wire: <c>POST /realtime/client_secrets</c>.</summary>
    /// <param name="session">The realtime or transcription session it opens.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RealtimeValidationException">The session breaks rules of the API; nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">The server refused, or answered with something that is no client secret.</exception>
    /// <exception cref="RealtimeConnectionException">The link failed.</exception>
    /// <exception cref="RealtimeTimeoutException">A deadline of the options passed.</exception>
    /// <exception cref="RealtimeCredentialException">The token callback gave no token; nothing was sent.</exception>
    public Task<ClientSecret> CreateClientSecretAsync(SessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return CreateClientSecretAsync(new ClientSecretRequest { Session = session }, cancellationToken);
    }

    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)"/>
    /// <param name="request">The session, how long the secret opens it, and for whom.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    public Task<ClientSecret> CreateClientSecretAsync(ClientSecretRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SecretAsync("create_client_secret", "realtime/client_secrets", request, EndpointRules.ClientSecrets(request), cancellationToken);
    }

    /// <summary>Makes a client secret that opens a translation session. Wire: <c>POST /realtime/translations/client_secrets</c>.</summary>
    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)" path="/exception"/>
    /// <param name="session">The session it opens; the model is required.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    public Task<ClientSecret> CreateTranslationClientSecretAsync(TranslationSessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return CreateTranslationClientSecretAsync(new ClientSecretRequest { Session = session }, cancellationToken);
    }

    /// <inheritdoc cref="CreateTranslationClientSecretAsync(TranslationSessionConfiguration, CancellationToken)"/>
    /// <param name="request">The session, how long the secret opens it, and for whom.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    public Task<ClientSecret> CreateTranslationClientSecretAsync(ClientSecretRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return TranslationSecretAsync(
            "create_translation_client_secret",
            "realtime/translations/client_secrets",
            request,
            EndpointRules.TranslationClientSecrets(request),
            cancellationToken);
    }

    /// <summary>
    /// Makes a session of the beta with a client secret inside. OpenAI retired this endpoint in 2026 in favour of client secrets; Azure's
    /// preview versions and compatible servers still speak it. Wire: <c>POST /realtime/sessions</c>.
    /// </summary>
    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)" path="/exception"/>
    /// <param name="session">The flat session.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    public Task<RealtimeSession> CreateSessionAsync(LegacySessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return SessionAsync("create_session", "realtime/sessions", session, cancellationToken);
    }

    /// <summary>
    /// Makes a transcription session of the beta with a client secret inside. Retired by OpenAI like <see cref="CreateSessionAsync"/>. Wire:
    /// <c>POST /realtime/transcription_sessions</c>.
    /// </summary>
    /// <inheritdoc cref="CreateClientSecretAsync(SessionConfiguration, CancellationToken)" path="/exception"/>
    /// <param name="session">The flat session.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    public Task<RealtimeSession> CreateTranscriptionSessionAsync(
        LegacyTranscriptionSessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return SessionAsync("create_transcription_session", "realtime/transcription_sessions", session, cancellationToken);
    }

    private async Task<ClientSecret> SecretAsync(
        string name, string path, ClientSecretRequest request, IReadOnlyList<ConstraintViolation> violations, CancellationToken cancellationToken)
    {
        Check(name, WithModelEnds(violations, "session", request.Session), SafetyIdentifierFault(request));
        var operation = CreateOperation(name, path, request, request.Session?.ModelName, request.SafetyIdentifier);
        var answer = await Http.SendAsync(operation, cancellationToken).ConfigureAwait(false);
        var secret = answer.Read<ClientSecret>(name);
        return secret.Value.Length > 0 ? secret : throw answer.CreateException(name, "its client secret is empty");
    }

    private async Task<ClientSecret> TranslationSecretAsync(
        string name, string path, ClientSecretRequest request, IReadOnlyList<ConstraintViolation> violations, CancellationToken cancellationToken)
    {
        var secret = await SecretAsync(name, path, request, violations, cancellationToken).ConfigureAwait(false);
        return secret.Session is { } session ? secret with { Session = session.AsTranslation() } : secret;
    }

    private async Task<RealtimeSession> SessionAsync(string name, string path, SessionConfiguration session, CancellationToken cancellationToken)
    {
        Check(name, WithModelEnds(session.Validate(), "", session));
        var operation = CreateOperation(name, path, session, session.ModelName);
        var answer = await Http.SendAsync(operation, cancellationToken).ConfigureAwait(false);
        var made = answer.Read<RealtimeSession>(name);
        return made.Id.Length > 0 || made.ClientSecret is not null ? made : throw answer.CreateException(name, "its session has neither id nor secret");
    }

    private HttpOperation CreateOperation(string name, string path, WireObject body, string? model, string? safetyIdentifier = null) => new()
    {
        Name = name,
        Uri = Endpoint.GetHttpUri(path),
        Body = WireWriter.ToUtf8(body),
        ContentType = "application/json",
        RepeatAfterRefusal = true,
        Model = model,
        SafetyIdentifier = safetyIdentifier,
    };

    /// <summary>
    /// Refuses what breaks rules, and logs what is merely odd. <paramref name="protective"/> violations count even when
    /// <see cref="RealtimeClientOptions.ValidateRequests"/> is off.
    /// </summary>
    internal void Check(string operation, IReadOnlyList<ConstraintViolation> violations, params IReadOnlyList<ConstraintViolation> protective)
    {
        if (violations.Count + protective.Count == 0)
            return;
        var counted = new List<ConstraintViolation>(protective);
        if (Options.ValidateRequests)
            counted.AddRange(violations);
        RealtimeValidationException.ThrowIfErrors(counted);
        foreach (var warning in counted)
            RealtimeLog.ValidationWarning(Logger, RealtimeLog.GetLevel(warning.Kind), PeerText.Sanitize(operation), PeerText.Sanitize(warning.Path), PeerText.Sanitize(warning.Rule));
    }

    /// <summary>Adds the models that end to the violations of a request.</summary>
    internal IReadOnlyList<ConstraintViolation> WithModelEnds(
        IReadOnlyList<ConstraintViolation> violations, string path, SessionConfiguration? session, string? model = null) =>
        ModelNotices?.AddTo(violations, path, session, model) ?? violations;

    private static IReadOnlyList<ConstraintViolation> SafetyIdentifierFault(ClientSecretRequest request) =>
        ClientOptionsRules.FindHeaderFault(request.SafetyIdentifier) is { } fault
            ? [new("OpenAI-Safety-Identifier", null, fault, ConstraintSeverity.Error)]
            : [];
}
