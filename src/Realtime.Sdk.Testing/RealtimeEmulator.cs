using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>
/// An in-process Realtime API server that listens on free local ports: real HTTP and TLS, no API key of the service and no cost. It answers like the
/// service unless a test scripts its answers. Thread-safe.
/// </summary>
/// <remarks>
/// A connection that joins a call, for the first time or again, gets <c>session.created</c> and no earlier events. This is an assumption: the behavior
/// of the service is not documented.
/// </remarks>
/// <example>
/// <code>
/// await using var emulator = await RealtimeEmulator.StartAsync();
/// using var client = emulator.CreateClient();
/// </code>
/// </example>
public sealed partial class RealtimeEmulator : IAsyncDisposable
{
    private readonly EmulatorState _state;
    private readonly EmulatorServer _server;
    private readonly X509Certificate2 _certificate;
    private int _disposed;

    private RealtimeEmulator(EmulatorState state, EmulatorServer server, X509Certificate2 certificate)
    {
        _state = state;
        _server = server;
        _certificate = certificate;
    }

    /// <summary>The base URL, ending in <c>/v1</c>. The same endpoints are also available below <c>/openai/v1</c>, as at Azure.</summary>
    public Uri BaseUrl => _server.Http;

    /// <summary>The base URL over TLS. The server's certificate is <see cref="Certificate"/>.</summary>
    public Uri HttpsBaseUrl => _server.Https;

    /// <summary>The self-signed certificate of <see cref="HttpsBaseUrl"/>, created for this emulator, without the private key.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(_certificate.RawDataMemory.Span);

    /// <summary>The only API key that the emulator accepts.</summary>
    public string ApiKey => _state.Options.ApiKey;

    /// <summary>The rules for what the emulator's model says, calls and hears in all sessions.</summary>
    public EmulatorModel Model => _state.Simulation.Model;

    /// <summary>
    /// Every request so far, in the order received. Preflight requests of browsers are answered, but not recorded. Empty if
    /// <see cref="RealtimeEmulatorOptions.KeepsHistory"/> is <see langword="false"/>.
    /// </summary>
    public IReadOnlyList<RecordedRequest> Requests => _state.Requests;

    /// <summary>
    /// Every session so far, in the order opened. If <see cref="RealtimeEmulatorOptions.KeepsHistory"/> is <see langword="false"/>, sessions that have ended
    /// are not included.
    /// </summary>
    public IReadOnlyList<EmulatorSession> Sessions => _state.Sessions.All;

    /// <summary>
    /// The client errors in sessions that the emulator's model drives: events that the service would refuse, and behavior that indicates a bug. Only the
    /// first 1,000 are kept. <see cref="EmulatorViolationRule"/> lists what is reported in addition to refused events.
    /// </summary>
    public IReadOnlyList<EmulatorViolation> Violations => _state.Violations.All;

    /// <summary>Starts an emulator.</summary>
    /// <param name="options">The options, which are copied; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">
    /// The API key is longer than 40 characters and may be a real key, the address is not a loopback address although
    /// <see cref="RealtimeEmulatorOptions.AllowRemoteClients"/> is <see langword="false"/>, or an allowed origin is not a valid origin.
    /// </exception>
    public static async Task<RealtimeEmulator> StartAsync(RealtimeEmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        options.Validate();
        var state = new EmulatorState(options.Copy());
        var certificate = EmulatorCertificate.Create(options.Address);
        try
        {
            var server = await EmulatorServer.StartAsync(
                state.Options,
                certificate,
                socket => new(socket, state),
                new RequestHandler(state).HandleAsync,
                cancellationToken).ConfigureAwait(false);
            return new(state, server, certificate);
        }
        catch
        {
            certificate.Dispose();
            state.Dispose();
            throw;
        }
    }

    /// <summary>Answers the next request that has no scripted response yet with <paramref name="response"/>.</summary>
    public void RespondNext(EmulatorHttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        _state.Script(response.Copy());
    }

    /// <summary>Answers the next request that has no scripted response yet.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="body">The body, sent as JSON; empty sends none.</param>
    /// <param name="headers">Additional headers; null for none.</param>
    public void RespondNext(int statusCode, string body = "", IReadOnlyDictionary<string, string>? headers = null) =>
        RespondNext(new() { StatusCode = statusCode, Body = Encoding.UTF8.GetBytes(body), Headers = headers ?? new Dictionary<string, string>() });

    /// <summary>
    /// Drives every new session with <paramref name="script"/> instead of the emulator's model. When the script returns, the connection stays open. If the
    /// script throws, the connection is closed with 1011, and <see cref="DisposeAsync"/> throws the exception.
    /// </summary>
    public void OnConnect(Func<EmulatorSession, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _state.Sessions.Script(script);
    }

    /// <summary>
    /// Drives the next session that has no script yet with <paramref name="script"/>, which takes precedence over <see cref="OnConnect"/>.
    /// </summary>
    public void OnNextConnect(Func<EmulatorSession, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _state.Sessions.ScriptNext(script);
    }

    /// <summary>Returns the <paramref name="number"/>th session. Waits if it is not open yet.</summary>
    /// <param name="number">The number of the session, counting from 1.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">The session was not opened within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// The session was opened before this call, and <see cref="RealtimeEmulatorOptions.KeepsHistory"/> is <see langword="false"/>.
    /// </exception>
    public Task<EmulatorSession> WhenConnectedAsync(int number = 1, CancellationToken cancellationToken = default) =>
        _state.Sessions.WhenOpenedAsync(number, cancellationToken);

    /// <summary>Creates a client with the URL, the API key and the clock of this emulator.</summary>
    /// <param name="configure">Changes the client's options; null leaves them unchanged.</param>
    public RealtimeClient CreateClient(Action<RealtimeClientOptions>? configure = null)
    {
        var options = new RealtimeClientOptions { BaseUrl = BaseUrl, ApiKey = ApiKey, TimeProvider = _state.Time };
        configure?.Invoke(options);
        return new(options);
    }

    /// <summary>Creates a handler that trusts only the certificate of <see cref="HttpsBaseUrl"/> and does not follow redirects.</summary>
    /// <example>
    /// <code>
    /// using var client = new RealtimeClient(emulator.CreateHandler(), new() { BaseUrl = emulator.HttpsBaseUrl, ApiKey = emulator.ApiKey });
    /// </code>
    /// </example>
    public SocketsHttpHandler CreateHandler()
    {
        var expected = _certificate.Thumbprint;
        return new()
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => (shown as X509Certificate2)?.Thumbprint == expected },
        };
    }

    /// <summary>Completes when the emulator has received <paramref name="count"/> requests in total.</summary>
    /// <exception cref="EmulatorExpectationException">Fewer requests were received within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.</exception>
    public Task WhenReceivedAsync(int count, CancellationToken cancellationToken = default) => _state.WhenReceivedAsync(count, cancellationToken);

    /// <summary>
    /// Completes when the emulator is idle: every request has been answered or is waiting for time to pass, and every script has ended or is waiting for the
    /// client or for time to pass. A fake clock can then be advanced. Data that is still on its way from the client does not count as work: first wait until it
    /// is received, with <see cref="WhenReceivedAsync"/> or <see cref="EmulatorSession.WhenReceivedAsync{T}"/>.
    /// </summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken = default) => _state.ActivityTracker.WhenIdleAsync(cancellationToken);

    /// <summary>
    /// Stops the server, ends every session, waits up to 10 seconds for the scripts, and then throws the exceptions of scripts and callbacks. The ports
    /// are always released, even if this method throws.
    /// </summary>
    /// <exception cref="EmulatorExpectationException">An expectation of a script was not met, or a script did not end.</exception>
    /// <exception cref="AggregateException">Several scripts or callbacks failed; the first 100 are kept.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // The server is disposed first, so that its ports are released even if a script or a callback fails.
        await _state.StopAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        await _state.Sessions.WaitForEndAsync().ConfigureAwait(false);
        _certificate.Dispose();
        _state.Dispose();
        switch (_state.Sessions.Failures)
        {
            case [var only]:
                ExceptionDispatchInfo.Throw(only);
                break;
            case [_, ..] several:
                throw new AggregateException("Several scripts or callbacks failed.", several);
            default:
                break;
        }
    }
}
