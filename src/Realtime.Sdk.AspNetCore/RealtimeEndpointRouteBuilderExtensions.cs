using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps endpoints with agents behind them.</summary>
public static class RealtimeEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps an endpoint for the voice of browsers. A page posts its SDP offer (<c>application/sdp</c>); the server answers it with the session of the agent and attaches a
    /// conversation to the call, in which the functions of the agent run. The response is 201 with the SDP answer and a <c>Location</c>: the page hangs up with
    /// <c>DELETE {Location}</c> or, when it is being closed, with <c>navigator.sendBeacon("{Location}/hangup")</c>.
    /// </summary>
    /// <remarks>
    /// The application does not start if the endpoint is neither authorized nor explicitly anonymous, or if there is no such agent. A request is refused with 400 (host or
    /// offer), 403 (origin, or <see cref="RealtimeEndpointOptions.Prepare"/>), 408, 413 or 415 (body), 429 (too many requests or calls of the user), 502 (the service refused
    /// it) or 503 (the service cannot be reached, or too many calls), with problem details that contain nothing of the service's answer.
    /// </remarks>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="agent">The name with which the agent was added by <c>AddRealtimeAgent</c>.</param>
    /// <param name="options">The options. Null, the default, uses the defaults.</param>
    /// <returns>A builder for all endpoints of the call, for example for <c>RequireAuthorization()</c>.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or has no meaning for this endpoint. The message lists all of them.</exception>
    /// <exception cref="InvalidOperationException"><c>AddRealtimeEndpoints</c> was not called.</exception>
    public static IEndpointConventionBuilder MapRealtimeWebRtc(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, string agent, RealtimeEndpointOptions? options = null)
    {
        var endpoint = Create(endpoints, nameof(MapRealtimeWebRtc), pattern, agent, EndpointRules.WebRtc(options));
        return WebRtcEndpoint.Map(endpoints, endpoint);
    }

    /// <summary>
    /// Maps a WebSocket that speaks the protocol of the Realtime API, for clients that cannot use WebRTC: some browsers, kiosks and native apps. The server opens a session with
    /// the agent, forwards the messages in both directions, refuses what the client is not allowed to send (<see cref="RealtimeRelayPolicy"/>), and runs the functions of the
    /// agent. The client plays the audio. Address, model and key of the service come from the server alone.
    /// </summary>
    /// <remarks>
    /// The application does not start if the endpoint is neither authorized nor explicitly anonymous, or if there is no such agent. A request is refused before the upgrade with
    /// 400 (host), 403 (origin, or <see cref="RealtimeEndpointOptions.Prepare"/>), 426 (not a WebSocket), 429 (too many requests or calls of the user), 502 (the service refused the
    /// session) or 503 (the service cannot be reached, or too many calls). Then the close code states why the relay has ended: 1000 (the conversation has ended), 1001 (the server
    /// stops), 1003 and 1009 (messages that are not text, or too large), 1008 (a limit of <see cref="RealtimeRelayOptions"/>, or idle), 1011 (the service was lost), or the code
    /// of the service.
    /// </remarks>
    /// <inheritdoc cref="MapRealtimeWebRtc" path="/param|/exception"/>
    /// <returns>A builder for the endpoint, for example for <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapRealtimeRelay(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, string agent, RealtimeEndpointOptions? options = null)
    {
        var endpoint = Create(endpoints, nameof(MapRealtimeRelay), pattern, agent, EndpointRules.Relay(options));
        return RelayEndpoint.Map(endpoints, endpoint);
    }

    /// <summary>
    /// Maps the webhook to which the service announces telephone calls (SIP). A call whose signature <see cref="RealtimeWebhooks"/> verifies is accepted with the agent, once,
    /// however often it is announced, and the call host carries its conversation. Without <see cref="RealtimeEndpointOptions.Run"/>, the agent greets the caller and talks until
    /// the call ends. <see cref="RealtimeEndpointOptions.Prepare"/> can reject a call, and finds its caller in <see cref="IRealtimeIncomingCallFeature"/>.
    /// </summary>
    /// <remarks>
    /// The endpoint allows anonymous access by itself, because the signature is its authentication. The application does not start if <c>AddRealtimeWebhooks</c> was not called,
    /// or if the agent does not exist. A delivery is answered with 204 when the endpoint has decided whether to accept or to reject the call. Deliveries that were handled before, and
    /// those about anything else, are also answered with 204. A delivery is refused with 400 (host, or not verified), 403 (of a page), 408 or 413 (body), 500 (<see cref="RealtimeEndpointOptions.Prepare"/>) or 503 (the claim store
    /// or the service cannot be reached, or the server stops); the service then delivers it again. If the server carries as many calls as it may, the call is rejected with the
    /// SIP status 486 (busy).
    /// </remarks>
    /// <inheritdoc cref="MapRealtimeWebRtc" path="/param|/exception"/>
    /// <returns>A builder for the endpoint.</returns>
    public static IEndpointConventionBuilder MapRealtimeIncomingCalls(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, string agent, RealtimeEndpointOptions? options = null)
    {
        var endpoint = Create(endpoints, nameof(MapRealtimeIncomingCalls), pattern, agent, EndpointRules.IncomingCalls(options));
        return IncomingCallEndpoint.Map(endpoints, endpoint);
    }

    /// <summary>
    /// Maps an endpoint that gives a page a key of its own: a client secret for the session of the agent, with which the page connects to the service. A page posts no body, or
    /// a JSON object; the response is 200 with <c>value</c> and <c>expires_at</c> and nothing else.
    /// </summary>
    /// <remarks>
    /// With its key, a page can change the session, and the server neither sees nor limits what it does: use <see cref="MapRealtimeWebRtc"/> for agents with functions, handoffs or
    /// guardrails, and for budgets. The application does not start if the endpoint is neither authorized nor explicitly anonymous, if there is no such agent, or if the agent has
    /// functions, handoffs or guardrails and <see cref="RealtimeEndpointOptions.SessionOnly"/> is not set. Requests are refused as by <see cref="MapRealtimeWebRtc"/>.
    /// </remarks>
    /// <inheritdoc cref="MapRealtimeWebRtc" path="/param|/exception"/>
    /// <returns>A builder for the endpoint, for example for <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapRealtimeClientSecrets(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, string agent, RealtimeEndpointOptions? options = null)
    {
        var endpoint = Create(endpoints, nameof(MapRealtimeClientSecrets), pattern, agent, EndpointRules.ClientSecrets(options));
        return ClientSecretEndpoint.Map(endpoints, endpoint);
    }

    private static RealtimeEndpoint Create(IEndpointRouteBuilder endpoints, string method, string pattern, string agent, RealtimeEndpointOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentException.ThrowIfNullOrWhiteSpace(agent);
        if (endpoints.ServiceProvider.GetService<EndpointServices>() is not { } services)
            throw new InvalidOperationException($"{method} needs services that are not registered: call builder.Services.AddRealtimeEndpoints().");
        return new(method, pattern, agent, options, services);
    }
}
