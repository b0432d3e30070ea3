using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// The endpoints of WebRTC calls: the offer of a page, its hang-up and its pings. A call belongs to the call host from the moment in which the service has answered the offer.
/// </summary>
internal sealed class WebRtcEndpoint(RealtimeEndpoint endpoint)
{
    private const string Sdp = "application/sdp";

    /// <summary>Offers of browsers have 2 to 10 KB.</summary>
    private const int MaxOfferBytes = 64 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly EndpointServices _services = endpoint.Services;

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, RealtimeEndpoint endpoint)
    {
        var handler = new WebRtcEndpoint(endpoint);
        // A group without a prefix: with one, descriptions of the API would show the first route with a slash at its end.
        var group = endpoints.MapGroup("").WithMetadata(endpoint);
        var ticket = $"{endpoint.Pattern.TrimEnd('/')}/{{ticket}}";
        group.MapPost(endpoint.Pattern, handler.AnswerAsync).WithMetadata(
            ((RequestDelegate)handler.AnswerAsync).Method,
            new AcceptsMetadata([Sdp]),
            new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(string), [Sdp])).WithMetadata(EndpointProblem.Descriptions);
        Describe(group.MapDelete(ticket, handler.HangUpAsync), handler.HangUpAsync);
        Describe(group.MapPost($"{ticket}/hangup", handler.HangUpAsync), handler.HangUpAsync);
        Describe(group.MapPost($"{ticket}/ping", handler.PingAsync), handler.PingAsync);
        if (endpoint.Options.AllowedOrigins is { Count: > 0 } origins)
            group.RequireCors(policy => policy.WithOrigins([.. origins]).WithMethods("POST", "DELETE").AllowAnyHeader().WithExposedHeaders("Location", "Retry-After").AllowCredentials());
        return group;
    }

    private static void Describe(IEndpointConventionBuilder route, RequestDelegate handler) => route.WithMetadata(
        handler.Method,
        new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)),
        EndpointProblem.Describe(StatusCodes.Status403Forbidden),
        EndpointProblem.Describe(StatusCodes.Status404NotFound));

    private async Task AnswerAsync(HttpContext context)
    {
        var (offer, problem) = await AdmitAsync(context).ConfigureAwait(false);
        if (problem is null && offer is not null)
            problem = await BeginCallAsync(context, offer).ConfigureAwait(false);
        if (problem is not null)
            await endpoint.RefuseAsync(context, problem).ConfigureAwait(false);
    }

    /// <summary>Returns the offer of a request that may have a call.</summary>
    private async Task<(string? Offer, EndpointProblem? Problem)> AdmitAsync(HttpContext context)
    {
        if ((EndpointGate.CheckSource(context, endpoint) ?? EndpointGate.CheckRate(context, endpoint)) is { } refusal)
            return (null, refusal);
        if (!EndpointGate.HasContentType(context, Sdp))
            return (null, EndpointProblem.MediaType(Sdp));
        var (body, problem) = await RequestBody.ReadAsync(context, MaxOfferBytes, endpoint.Options.BodyTimeout, _services.Time).ConfigureAwait(false);
        if (problem is not null)
            return (null, problem);
        try
        {
            return body.AsSpan().StartsWith("v="u8) ? (Utf8.GetString(body), null) : (null, EndpointProblem.InvalidOffer);
        }
        catch (DecoderFallbackException)
        {
            return (null, EndpointProblem.InvalidOffer);
        }
    }

    private async Task<EndpointProblem?> BeginCallAsync(HttpContext context, string offer)
    {
        var (options, problem) = await ConversationPreparation.PrepareAsync(context, endpoint, endpoint.Options.OnForeignChange ?? ForeignChangeAction.Restore, context.RequestAborted).ConfigureAwait(false);
        if (options is null)
            return problem;
        var reservation = await endpoint.ReserveAsync(context).ConfigureAwait(false);
        await using (reservation.ConfigureAwait(false))
        {
            if (reservation.Refusal is { } refusal)
                return EndpointProblem.Of(refusal);
            AnsweredCall call;
            try
            {
                // Not canceled with the request: the service could begin a call whose ID is only in its answer, so that the call could not be ended.
                call = await _services.GetFactory(endpoint.Agent).AnswerCallAsync(offer, options, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // any failure must become a problem without details
            catch (Exception e)
#pragma warning restore CA1031
            {
                EndpointLog.AnswerFailed(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
                return EndpointProblem.Of(e);
            }
            reservation.Carry(new()
            {
                Call = call,
                Run = endpoint.Options.Run,
                IdleTimeout = endpoint.IdleTimeout,
                PingTimeout = endpoint.Options.PingTimeout,
                OnEnded = endpoint.Options.OnEnded,
            });
            await SendAnswerAsync(context, call).ConfigureAwait(false);
            return null;
        }
    }

    private async Task SendAnswerAsync(HttpContext context, AnsweredCall call)
    {
        try
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            var ticket = _services.Tickets.Create(endpoint.Agent, call.CallId, EndpointUser.IdOf(context.User));
            var response = context.Response;
            (response.StatusCode, response.ContentType) = (StatusCodes.Status201Created, Sdp);
            response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path.Value?.TrimEnd('/')}/{ticket}";
            await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(call.Sdp!), context.RequestAborted).ConfigureAwait(false);
            await response.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The page does not get the answer, so it will never join the call. It has left, unless the ticket could not be created.
            await _services.Host.EndAsync(call.CallId, CancellationToken.None).ConfigureAwait(false);
            if (e is not (OperationCanceledException or IOException))
                throw;
        }
    }

    private async Task HangUpAsync(HttpContext context)
    {
        var (callId, problem) = ReadTicket(context);
        if (problem is null)
        {
            try
            {
                // Every node can hang up; only the one that carries the call can end its conversation first.
                if (!await _services.Host.EndAsync(callId!, context.RequestAborted).ConfigureAwait(false))
                    await _services.GetFactory(endpoint.Agent).Client.Calls.HangUpAsync(callId!, context.RequestAborted).ConfigureAwait(false);
            }
            catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
            {
                // The call has ended.
            }
            catch (RealtimeException e)
            {
                EndpointLog.HangUpFailed(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
                problem = EndpointProblem.Of(e);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }
        }
        await CompleteAsync(context, problem).ConfigureAwait(false);
    }

    private async Task PingAsync(HttpContext context)
    {
        var (callId, problem) = ReadTicket(context);
        if (problem is null && !await _services.Host.PingAsync(callId!, context.RequestAborted).ConfigureAwait(false))
            problem = EndpointProblem.NotFound;
        await CompleteAsync(context, problem).ConfigureAwait(false);
    }

    private (string? CallId, EndpointProblem? Problem) ReadTicket(HttpContext context)
    {
        if (EndpointGate.CheckSource(context, endpoint) is { } refusal)
            return (null, refusal);
        var callId = _services.Tickets.Read((string)context.Request.RouteValues["ticket"]!, endpoint.Agent, EndpointUser.IdOf(context.User));
        return (callId, callId is null ? EndpointProblem.NotFound : null);
    }

    private Task CompleteAsync(HttpContext context, EndpointProblem? problem)
    {
        if (problem is not null)
            return endpoint.RefuseAsync(context, problem);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
