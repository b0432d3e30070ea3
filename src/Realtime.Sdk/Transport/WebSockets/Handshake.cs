using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.ExceptionServices;

namespace Realtime.Sdk.Internal;

/// <summary>A WebSocket whose handshake has succeeded.</summary>
/// <param name="Socket">The WebSocket.</param>
/// <param name="Source">The stream that it reads from; null if a handler of the application replaced the stream.</param>
/// <param name="Key">The key of the handshake, which identifies the connection to a clock that tracks work; null without such a clock.</param>
/// <param name="KeepAlive">The pings of the client's connections; null for a socket that was opened by other code, which sends its own.</param>
internal readonly record struct OpenedSocket(WebSocket Socket, ReadAheadStream? Source, string? Key = null, KeepAliveClock? KeepAlive = null);

/// <summary>
/// Opens a WebSocket through the HTTP handler of the client, so that proxy, certificates and the handling of redirects are the same as for requests.
/// Every failure becomes an exception of the SDK.
/// </summary>
/// <param name="operation">The name of the method in exception messages.</param>
/// <param name="invoker">Sends the handshake.</param>
/// <param name="endpoint">Creates the headers.</param>
/// <param name="route">Formats the address for exception messages.</param>
/// <param name="options">The additional headers and the clock.</param>
/// <param name="onCredential">Called with the credential before the handshake is sent.</param>
/// <param name="abandoned">Canceled by the caller or the disposal, but not by a deadline.</param>
internal sealed class Handshake(
    string operation, HttpMessageInvoker invoker, RealtimeEndpoint endpoint, ServerRoute route, RealtimeConnectionOptions options,
    Action<string> onCredential, CancellationToken abandoned)
{
    private const int MaxErrorBodyBytes = 64 * 1024;

    private TimeProvider Time => options.TimeProvider ?? TimeProvider.System;

    public async Task<OpenedSocket> OpenAsync(Uri address, bool credentialInSubprotocol, CancellationToken cancellationToken)
    {
        var headers = await endpoint.CreateHeadersAsync(options.SafetyIdentifier, cancellationToken).ConfigureAwait(false);
        onCredential(headers.Secret);
#pragma warning disable CA2000 // the result owns it
        var socket = new ClientWebSocket();
#pragma warning restore CA2000
        try
        {
            // The client's clock sends pings for all connections.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            if (credentialInSubprotocol)
                AddSubprotocols(socket.Options, headers);
            return await UpgradeAsync(socket, address, headers, credentialInSubprotocol, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<OpenedSocket> UpgradeAsync(ClientWebSocket socket, Uri address, RequestHeaders headers, bool credentialInSubprotocol, CancellationToken cancellationToken)
    {
        using var upgrade = new UpgradeHandler(operation, invoker, request => Add(request, headers, credentialInSubprotocol), headers.Secret, Time, abandoned);
        using var upgradeInvoker = new HttpMessageInvoker(upgrade, disposeHandler: false);
        try
        {
            if (Time is WorkTrackingTimeProvider clock)
                await ConnectTrackedAsync(clock, upgrade, () => socket.ConnectAsync(address, upgradeInvoker, cancellationToken), cancellationToken).ConfigureAwait(false);
            else
                await socket.ConnectAsync(address, upgradeInvoker, cancellationToken).ConfigureAwait(false);
            return new(socket, upgrade.Content?.Stream, upgrade.Key);
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or SocketException)
        {
            // The WebSocket wraps exceptions of the application's message handlers as if the server had sent an invalid response.
            upgrade.Fault?.Throw();
            throw upgrade.Error ?? (RealtimeException)CreateFailure(address, InnerExceptions.Sanitize(e, headers.Secret)!);
        }
        catch (OperationCanceledException e) when (upgrade.Error is not null || !cancellationToken.IsCancellationRequested)
        {
            throw upgrade.Error ?? (RealtimeException)CreateFailure(address, InnerExceptions.Sanitize(e, headers.Secret)!);
        }
    }

    /// <summary>Connects and reports the result to the clock. Callers continue before the work ends.</summary>
    private static async Task ConnectTrackedAsync(
        WorkTrackingTimeProvider clock, UpgradeHandler upgrade, Func<Task> connect, CancellationToken cancellationToken)
    {
        var isOpen = false;
        var cancellation = new CountedCancellation(clock, cancellationToken);
        try
        {
            await connect().ConfigureAwait(false);
            isOpen = true;
        }
        finally
        {
            await CountedWork.YieldAsync(clock);
            if (upgrade.Key is { } key && isOpen)
                clock.ConnectionOpened(key);
            else if (upgrade.Key is { } failed)
                clock.ConnectionEnded(failed);
            await cancellation.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Adds the headers to the request. In the options of the socket, the credential would be kept for as long as the socket.</summary>
    private void Add(HttpRequestMessage request, RequestHeaders headers, bool credentialInSubprotocol)
    {
        foreach (var (name, value) in headers.All)
        {
            if (!credentialInSubprotocol || !IsSentAsSubprotocol(name))
                request.Headers.TryAddWithoutValidation(name, value);
        }
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static void AddSubprotocols(ClientWebSocketOptions socket, RequestHeaders headers)
    {
        if (!headers.Secret.StartsWith("ek_", StringComparison.Ordinal) || !HandshakeHeaders.IsToken(headers.Secret))
            throw new RealtimeCredentialException("Only an ephemeral key (ek_…) can be sent as a subprotocol; nothing was sent.", null);
        socket.AddSubProtocol("realtime");
        socket.AddSubProtocol($"openai-insecure-api-key.{headers.Secret}");
        foreach (var (name, value) in headers.All)
        {
            if (name is "OpenAI-Organization" or "OpenAI-Project")
                socket.AddSubProtocol($"{name.ToLowerInvariant()}.{value}");
        }
    }

    private static bool IsSentAsSubprotocol(string name) => name is "Authorization" or "api-key" or "OpenAI-Organization" or "OpenAI-Project";

    private RealtimeConnectionException CreateFailure(Uri address, Exception cause)
    {
        var http = cause as HttpRequestException ?? cause.InnerException as HttpRequestException;
        var reason = http is null && cause is WebSocketException ? "the response is not a WebSocket handshake" : ConnectionFailureReason.Describe(http ?? cause);
        var message = $"{operation} could not connect to {route.Format(address)}: {reason}.";
        return new(RealtimeConnectionPhase.Connect, message, cause, TransientFailures.Contains(cause)) { StatusCode = http?.StatusCode };
    }

    /// <summary>Sends the upgrade request through the client's handler, and keeps the error if the server does not switch protocols.</summary>
    private sealed class UpgradeHandler(
        string operation, HttpMessageInvoker inner, Action<HttpRequestMessage> prepare, string secret, TimeProvider time, CancellationToken abandoned) : HttpMessageHandler
    {
        public RealtimeApiException? Error { get; private set; }

        /// <summary>The content that the WebSocket reads from; null before the server has switched protocols.</summary>
        public ReadAheadContent? Content { get; private set; }

        /// <inheritdoc cref="OpenedSocket" path="/param[@name='Key']"/>
        public string? Key { get; private set; }

        /// <summary>The exception of a message handler of the application; null if there was none, or if the connection failed.</summary>
        public ExceptionDispatchInfo? Fault { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await UpgradeAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (RealtimeException or HttpRequestException or IOException or SocketException or WebSocketException or OperationCanceledException))
            {
                Fault = ExceptionDispatchInfo.Capture(e);
                throw;
            }
        }

        private async Task<HttpResponseMessage> UpgradeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            prepare(request);
            var clock = time as WorkTrackingTimeProvider;
            if (clock is not null && request.Headers.TryGetValues("Sec-WebSocket-Key", out var keys))
                clock.ConnectionOpening(Key = keys.First());
            var requested = request.RequestUri;
            var response = inner is HttpClient client
                ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false)
                : await inner.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.RequestMessage?.RequestUri is { } reached && reached != requested)
            {
                Error = new(response.StatusCode, RealtimeApiErrorKind.Redirect,
                    $"The HttpClient followed a redirect of {operation} to {ApiErrorReader.FormatHost(reached, secret)}; set AllowAutoRedirect to false in its handler.");
            }
            else if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
            {
                Error = await ApiErrorReader.ReadAsync(
                    response, operation, requested!, secret, MaxErrorBodyBytes, time.GetUtcNow(), 1, cancellationToken, abandoned).ConfigureAwait(false);
            }
            if (Error is null)
            {
                response.Content = Content = new(response.Content, BlockPool.Shared);
                return response;
            }
            response.Dispose();
            throw Error;
        }
    }
}
