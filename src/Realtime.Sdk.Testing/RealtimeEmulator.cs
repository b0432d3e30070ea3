using System.Runtime.ExceptionServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>
/// A Realtime API server in this process, on free ports of this machine: real HTTP, real TLS, no key and no cost. It answers like the
/// service, unless a test scripts its answers. Thread-safe.
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

    /// <summary>The base URL over TLS; the certificate is <see cref="Certificate"/>.</summary>
    public Uri HttpsBaseUrl => _server.Https;

    /// <summary>The self-signed certificate of <see cref="HttpsBaseUrl"/>, made for this emulator, without its private key.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(_certificate.RawDataMemory.Span);

    /// <summary>The only API key that the emulator accepts.</summary>
    public string ApiKey => _state.Options.ApiKey;

    /// <summary>The rules of the emulator's model for all sessions: what it says and calls, and what it hears.</summary>
    public EmulatorModel Model => _state.Simulation.Model;

    /// <summary>Every request so far, in the order they were received. Preflight requests of browsers are answered, but not recorded.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _state.Requests;

    /// <summary>Every session so far, in the order they were opened, the ended ones too.</summary>
    public IReadOnlyList<EmulatorSession> Sessions => _state.Sessions.All;

    /// <summary>
    /// What clients did that the service would refuse, or that shows a bug, in sessions that the emulator's model drives. The first 1,000 are kept.
    /// <see cref="EmulatorViolationRule"/> lists what is reported besides refused events.
    /// </summary>
    public IReadOnlyList<EmulatorViolation> Violations => _state.Violations.All;

    /// <summary>Starts an emulator.</summary>
    /// <param name="options">The options, which are copied; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">
    /// The key looks real, the address is not a loopback address although <see cref="RealtimeEmulatorOptions.AllowRemoteClients"/> is
    /// <see langword="false"/>, or an allowed origin is
    /// not an origin.
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

    /// <summary>Answers the next request that has no scripted answer yet with <paramref name="answer"/>.</summary>
    public void RespondNext(EmulatorAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _state.Script(answer.Copy());
    }

    /// <summary>Answers the next request that has no scripted answer yet.</summary>
    /// <param name="statusCode">The HTTP status.</param>
    /// <param name="body">The body, sent as JSON; empty sends none.</param>
    /// <param name="headers">Additional headers; null for none.</param>
    public void RespondNext(int statusCode, string body = "", IReadOnlyDictionary<string, string>? headers = null) =>
        RespondNext(new() { StatusCode = statusCode, Body = Encoding.UTF8.GetBytes(body), Headers = headers ?? new Dictionary<string, string>() });

    /// <summary>
    /// Drives every new session by <paramref name="script"/> instead of by the emulator's own model.
    /// A script that returns leaves the connection open; one that throws closes it with 1011, and <see cref="DisposeAsync"/> throws its exception.
    /// </summary>
    public void OnConnect(Func<EmulatorSession, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _state.Sessions.Script(script);
    }

    /// <summary>
    /// Drives the next session that has no script yet by <paramref name="script"/>, which takes precedence over <see cref="OnConnect"/>.
    /// </summary>
    public void OnNextConnect(Func<EmulatorSession, Task> script)
    {
        ArgumentNullException.ThrowIfNull(script);
        _state.Sessions.ScriptNext(script);
    }

    /// <summary>Returns the session that was opened as the <paramref name="number"/>th, or waits until it is.</summary>
    /// <param name="number">The number of the session, counting from 1.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorExpectationException">It was not opened within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// It was opened before, and <see cref="RealtimeEmulatorOptions.KeepsHistory"/> is <see langword="false"/>.
    /// </exception>
    public Task<EmulatorSession> WhenConnectedAsync(int number = 1, CancellationToken cancellationToken = default) =>
        _state.Sessions.WhenOpenedAsync(number, cancellationToken);

    /// <summary>Creates a client of this emulator, with its key and its clock.</summary>
    /// <param name="configure">Changes the client's options; null changes nothing.</param>
    public RealtimeClient CreateClient(Action<RealtimeClientOptions>? configure = null)
    {
        var options = new RealtimeClientOptions { BaseUrl = BaseUrl, ApiKey = ApiKey, TimeProvider = _state.Time };
        configure?.Invoke(options);
        return new(options);
    }

    /// <summary>Creates a handler that trusts the certificate of <see cref="HttpsBaseUrl"/> and no other, and follows no redirects.</summary>
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
    /// <exception cref="EmulatorExpectationException">They were not received within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.</exception>
    public Task WhenReceivedAsync(int count, CancellationToken cancellationToken = default) => _state.WhenReceivedAsync(count, cancellationToken);

    /// <summary>
    /// Completes when the emulator has nothing to do: every request is answered or waits for time to pass, every script has ended or waits for
    /// the client or for time. Then a fake clock can be advanced. What the client sends is not known until it is received: wait for that first,
    /// with <see cref="WhenReceivedAsync"/> or <see cref="EmulatorSession.WhenReceivedAsync{T}"/>.
    /// </summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken = default) => _state.ActivityTracker.WhenIdleAsync(cancellationToken);

    /// <summary>
    /// Stops the server, ends every session, waits up to 10 seconds for the scripts, and then throws the exceptions of scripts and callbacks. The ports
    /// are free afterwards in every case.
    /// </summary>
    /// <exception cref="EmulatorExpectationException">A script did not receive what it expected, or did not end.</exception>
    /// <exception cref="AggregateException">Several scripts or callbacks failed; the first 100 are kept.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // The server first, so that its ports are free whatever scripts and callbacks do.
        await _state.StopAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        await _state.Sessions.WhenOverAsync().ConfigureAwait(false);
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
