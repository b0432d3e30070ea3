
namespace Realtime.Sdk;

/// <content>Opens connections. The credential is requested for each connection.</content>
public sealed partial class RealtimeClient
{
    /// <summary>Opens a connection to a new session with the given model. Wire: <c>/realtime?model=</c>.</summary>
    /// <param name="model">The model, on Azure the name of the deployment.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <inheritdoc cref="ConnectAsync(RealtimeConnectOptions, CancellationToken)" path="/exception"/>
    public Task<RealtimeConnection> ConnectAsync(string model, CancellationToken cancellationToken = default) =>
        ConnectAsync(new RealtimeConnectOptions { Model = model ?? throw new ArgumentNullException(nameof(model)) }, cancellationToken);

    /// <summary>Opens a connection to a new session and configures it. <see cref="RealtimeConnection.Session"/> is then the effective session.</summary>
    /// <param name="session">The configuration, which must contain a model unless the session only transcribes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <inheritdoc cref="ConnectAsync(RealtimeConnectOptions, CancellationToken)" path="/exception"/>
    public Task<RealtimeConnection> ConnectAsync(SessionConfiguration session, CancellationToken cancellationToken = default) =>
        ConnectAsync(new RealtimeConnectOptions { Session = session ?? throw new ArgumentNullException(nameof(session)) }, cancellationToken);

    /// <summary>Opens a connection and waits for the server's first event, which is also the first event to read. The handshake is never retried.</summary>
    /// <param name="options">
    /// The target and the options of the connection. They are copied, including their session and collections, before this method returns.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">
    /// The options are invalid; the message lists every violation. Thrown immediately; all other failures are thrown by the task.
    /// </exception>
    /// <exception cref="RealtimeValidationException">The session violates rules of the API. Nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">
    /// The server rejected the connection or the session: by HTTP, by an error in its first message or in reply to the configuration, or by closing the
    /// connection with a known error as the reason.
    /// </exception>
    /// <exception cref="RealtimeProtocolException">The server rejected the connection with an <c>error</c> event that could not be read.</exception>
    /// <exception cref="RealtimeConnectionException">The connection failed.</exception>
    /// <exception cref="RealtimeTimeoutException"><see cref="RealtimeConnectionOptions.ConnectTimeout"/> has expired.</exception>
    /// <exception cref="RealtimeCredentialException">There is no usable credential. Nothing was sent.</exception>
    public Task<RealtimeConnection> ConnectAsync(RealtimeConnectOptions options, CancellationToken cancellationToken = default)
    {
        var copy = PrepareOptions(options);
        if (copy.CredentialInSubprotocol && HandshakeHeaders.FindSubprotocolFault(Invoker, Options) is { } fault)
            throw new ArgumentException(fault, nameof(options));
        var refused = copy.ValidateEvents != false ? CreateValidationException("connect", Validate(copy.Session, copy.Model)) : null;
        if (refused is not null)
            return Task.FromException<RealtimeConnection>(refused);
        // The session is sent after the handshake; until then, the caller may change its lists.
        copy.Session = copy.Session?.Snapshot();
        var address = copy switch
        {
            { CallId: { } callId } => Endpoint.CreateWebSocketUri("realtime", ("call_id", callId)),
            { IsTranscription: true } => Endpoint.CreateWebSocketUri("realtime", ("intent", "transcription")),
            _ => Endpoint.CreateWebSocketUri("realtime", (Endpoint.ModelParameter, copy.Model ?? copy.Session!.ModelName!)),
        };
        return OpenAsync(
            nameof(ConnectAsync), address, copy.Purpose, copy, copy.CredentialInSubprotocol,
            (opened, telemetry) => new RealtimeConnection(new(RealtimeProtocol.Instance, opened, copy, telemetry)) { CallId = copy.CallId },
            (connection, attempt, token) => connection.BeginAsync(attempt, copy, token),
            cancellationToken);
    }

    /// <summary>Opens a connection to a new translation session with the given model. Wire: <c>/realtime/translations?model=</c>.</summary>
    /// <param name="model">The model, for example <c>gpt-realtime-translate</c>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <inheritdoc cref="ConnectAsync(RealtimeConnectOptions, CancellationToken)" path="/exception"/>
    public Task<RealtimeTranslationConnection> ConnectTranslationAsync(string model, CancellationToken cancellationToken = default) =>
        ConnectTranslationAsync(new RealtimeTranslationConnectOptions { Model = model ?? throw new ArgumentNullException(nameof(model)) }, cancellationToken);

    /// <summary>Opens a connection to a new translation session and configures it.</summary>
    /// <param name="session">The configuration, which must contain a model.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <inheritdoc cref="ConnectAsync(RealtimeConnectOptions, CancellationToken)" path="/exception"/>
    public Task<RealtimeTranslationConnection> ConnectTranslationAsync(TranslationSessionConfiguration session, CancellationToken cancellationToken = default) =>
        ConnectTranslationAsync(new RealtimeTranslationConnectOptions { Session = session ?? throw new ArgumentNullException(nameof(session)) }, cancellationToken);

    /// <summary>Opens a connection to a new translation session and waits for the server's first event, which is also the first event to read.</summary>
    /// <param name="options">
    /// The target and the options of the connection. They are copied, including their session and collections, before this method returns.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="NotSupportedException">The endpoint is Azure OpenAI, which does not support translation sessions.</exception>
    /// <inheritdoc cref="ConnectAsync(RealtimeConnectOptions, CancellationToken)" path="/exception"/>
    public Task<RealtimeTranslationConnection> ConnectTranslationAsync(
        RealtimeTranslationConnectOptions options, CancellationToken cancellationToken = default)
    {
        var copy = PrepareOptions(options);
        var refused = copy.ValidateEvents != false ? CreateValidationException("connect", Validate(copy.Session, copy.Model)) : null;
        if (refused is not null)
            return Task.FromException<RealtimeTranslationConnection>(refused);
        if (Endpoint.IsAzure)
            return Task.FromException<RealtimeTranslationConnection>(new NotSupportedException("Azure OpenAI does not support translation sessions."));
        copy.Session = (TranslationSessionConfiguration?)copy.Session?.Snapshot();
        return OpenAsync(
            nameof(ConnectTranslationAsync), Endpoint.CreateWebSocketUri("realtime/translations", ("model", copy.Model ?? copy.Session!.Model!)),
            "translation", copy, credentialInSubprotocol: false,
            (opened, telemetry) => new RealtimeTranslationConnection(new(TranslationProtocol.Instance, opened, copy, telemetry)),
            (connection, attempt, token) => connection.BeginAsync(attempt, copy.Session, token),
            cancellationToken);
    }

    private IReadOnlyList<ConstraintViolation> Validate(SessionConfiguration? session, string? model)
    {
        var constraints = new Constraints();
        ModelRules.WarnOfLiveModel(constraints, model, "model");
        return AddModelNotices(session?.Validate() ?? constraints.Violations, "", session, model);
    }

    /// <summary>Copies the options, and replaces null with the values of the client.</summary>
    private T PrepareOptions<T>(T options) where T : RealtimeConnectionOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        var copy = (T)options.Copy();
        ConnectionOptionsRules.ThrowIfInvalid(copy, nameof(options));
        copy.LoggerFactory ??= Options.LoggerFactory;
        copy.TimeProvider ??= Time;
        copy.ValidateEvents ??= Options.ValidateRequests;
        copy.ModelNotices = ModelNotices;
        return copy;
    }

    /// <summary>Performs the handshake and starts the session within one timeout. After a failure, nothing remains open.</summary>
    private async Task<T> OpenAsync<T>(
        string operation, Uri address, string purpose, RealtimeConnectionOptions options, bool credentialInSubprotocol,
        Func<OpenedSocket, ConnectionTelemetry, T> create, Func<T, ConnectAttempt, CancellationToken, Task> begin, CancellationToken cancellationToken)
        where T : class, IAsyncDisposable
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var time = options.TimeProvider!;
        var work = time as WorkTrackingTimeProvider;
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing);
        using var deadline = new DeadlineTokenSource(RealtimeDeadline.Connect, options.ConnectTimeout, time, cancellationToken, _disposing);
        var telemetry = ConnectionTelemetry.Start(options.LoggerFactory, options.TimeProvider, options.LogContent, address.Host, purpose);
        T? connection = null;
        try
        {
#pragma warning disable CA2000 // the connection owns the socket
            var opened = await new Handshake(operation, Invoker, Endpoint, Route, options, telemetry.SetSecret, abandoned.Token)
                .OpenAsync(address, credentialInSubprotocol, deadline.Token).Counted(work);
#pragma warning restore CA2000
            connection = create(opened with { KeepAlive = _keepAlive }, telemetry);
            await begin(connection, new(operation, Route.Format(address)), deadline.Token).Counted(work);
            telemetry.Established();
            return connection;
        }
        catch (Exception e)
        {
            var failure = e is OperationCanceledException && !cancellationToken.IsCancellationRequested ? CreateConnectFailure(operation, address, options, e) : e;
            telemetry.Refused(failure);
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            // Cancellation by the caller takes precedence, because the failure is probably a consequence of it.
            cancellationToken.ThrowIfCancellationRequested();
            if (failure == e)
                throw;
            throw failure;
        }
    }

    /// <summary>Creates the exception for a connection attempt that ended without being canceled by the caller.</summary>
    private Exception CreateConnectFailure(string operation, Uri address, RealtimeConnectionOptions options, Exception e)
    {
        if (_disposing.IsCancellationRequested)
            return new ObjectDisposedException(nameof(RealtimeClient), "The client was disposed while a connection was being opened.");
        var timeout = options.ConnectTimeout;
        return new RealtimeTimeoutException(
            RealtimeDeadline.Connect, timeout, $"{operation} got no session from {Route.Format(address)} within {timeout.TotalSeconds:0.###} s.", e);
    }
}
