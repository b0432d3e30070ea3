using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The endpoint of relays. The request lasts as long as the relay, which takes a place of the call host.</summary>
internal sealed class RelayEndpoint(RealtimeEndpoint endpoint)
{
    /// <summary>The subprotocol of the service. Clients that offer subprotocols expect one of them; the key that some send in another is not used.</summary>
    private const string Subprotocol = "realtime";

    /// <summary>A page that is gone must not keep a session of the service open.</summary>
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15);

    private static readonly string[] HandshakeHeaders =
        [HeaderNames.Connection, HeaderNames.Upgrade, HeaderNames.SecWebSocketAccept, HeaderNames.SecWebSocketProtocol, HeaderNames.SecWebSocketExtensions];

    private readonly EndpointServices _services = endpoint.Services;

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, RealtimeEndpoint endpoint)
    {
        // The middleware of the endpoint only: without app.UseWebSockets(), every handshake would be refused.
        var pipeline = endpoints.CreateApplicationBuilder().UseWebSockets();
        pipeline.Run(new RelayEndpoint(endpoint).HandleAsync);

        // CONNECT is the method of WebSockets over HTTP/2.
        return endpoints.MapMethods(endpoint.Pattern, [HttpMethods.Get, HttpMethods.Connect], pipeline.Build()).WithMetadata(endpoint).ExcludeFromDescription();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var problem = EndpointGate.CheckSource(context, endpoint) ?? (context.WebSockets.IsWebSocketRequest ? EndpointGate.CheckRate(context, endpoint) : EndpointProblem.NoWebSocket);
        problem ??= await RelayAsync(context).ConfigureAwait(false);
        if (problem is null)
            return;
        await endpoint.RefuseAsync(context, problem).ConfigureAwait(false);
    }

    private async Task<EndpointProblem?> RelayAsync(HttpContext context)
    {
        var (options, problem) = await ConversationPreparation.PrepareAsync(context, endpoint, onForeignChange: null, context.RequestAborted).ConfigureAwait(false);
        if (options is null)
            return problem;
        var reservation = await endpoint.ReserveAsync(context).ConfigureAwait(false);
        await using (reservation.ConfigureAwait(false))
        {
            if (reservation.Refusal is { } refusal)
                return EndpointProblem.Of(refusal);
            RealtimeRelay relay;
            try
            {
                relay = await _services.GetFactory(endpoint.Agent).OpenRelayAsync(options, endpoint.Options.Relay, context.RequestAborted).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                return null;
            }
#pragma warning disable CA1031 // any failure must become a problem without details
            catch (Exception e)
#pragma warning restore CA1031
            {
                EndpointLog.RelayNotOpened(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
                return EndpointProblem.Of(e);
            }
            await using (relay.ConfigureAwait(false))
                return await RunAsync(context, relay, reservation.Ending).ConfigureAwait(false);
        }
    }

    /// <summary>Accepts the client and runs the relay to its end. Returns why the server does not accept it; null if it does.</summary>
    private async Task<EndpointProblem?> RunAsync(HttpContext context, RealtimeRelay relay, CancellationToken ending)
    {
        var accept = new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol) ? Subprotocol : null,
            KeepAliveInterval = KeepAliveInterval,
            KeepAliveTimeout = KeepAliveTimeout,
        };
        WebSocket socket;
        try
        {
            socket = await context.WebSockets.AcceptWebSocketAsync(accept).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or WebSocketException)
        {
            // The client has left.
            return null;
        }
        catch (InvalidOperationException e) when (!context.Response.HasStarted)
        {
            // The server limits its upgraded connections, and reports the limit only here. The headers of the handshake were set already.
            foreach (var header in HandshakeHeaders)
                context.Response.Headers.Remove(header);
            EndpointLog.NotUpgraded(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message));
            return EndpointProblem.Of(CallRefusal.Full);
        }
        using (socket)
        {
            var (begunAt, begun) = (_services.Time.GetUtcNow(), _services.Time.GetTimestamp());
            var sessionId = relay.Conversation.Session?.Id ?? "";
            using var code = new ConversationCode(
                endpoint.Options.Run, relay.Conversation, _services.CallLogger, _services.Time, endpoint.Agent, sessionId, CancellationToken.None);
            _ = EndWithCodeAsync(code.Running, relay.Conversation);
            var end = await relay.RunAsync(socket, ending).ConfigureAwait(false);
            await code.WaitAsync().ConfigureAwait(false);
            await code.CancelAsync().ConfigureAwait(false);
            var hasFailed = !await code.EndAsync().ConfigureAwait(false);
            var record = new CallRecord
            {
                Id = sessionId,
                Agent = endpoint.Agent,
                EndReason = hasFailed ? CallEndReason.AppFailed : CallEnds.Of(end, await relay.Conversation.Completion.ConfigureAwait(false)),
                StartedAt = begunAt,
                Duration = _services.Time.GetElapsedTime(begun),
                Usage = relay.Conversation.Usage,
                State = relay.Conversation.State,
            };
            EndpointLog.RelayEnded(_services.CallLogger, record, end.CloseCode);
            await CallReport.SendAsync(record, endpoint.Options.OnEnded, _services.CallLogger, _services.Time, CancellationToken.None).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Ends the conversation, and with it the relay, when the code of the app returns.</summary>
    private static async Task EndWithCodeAsync(Task? running, RealtimeConversation conversation)
    {
        if (running is null)
            return;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await conversation.DisposeAsync().ConfigureAwait(false);
    }
}
