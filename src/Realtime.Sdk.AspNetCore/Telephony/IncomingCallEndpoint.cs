using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// The endpoint of the webhook that announces telephone calls. A delivery is verified, claimed, and answered when it is clear what happens to the call; a call that is accepted
/// belongs to an <see cref="IncomingCall"/> from then on.
/// </summary>
internal sealed class IncomingCallEndpoint(RealtimeEndpoint endpoint)
{
    /// <summary>Deliveries have 1 to 4 KB, most of it SIP headers.</summary>
    private const int MaxBodyBytes = 64 * 1024;

    private readonly EndpointServices _services = endpoint.Services;

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, RealtimeEndpoint endpoint) =>
        endpoints.MapPost(endpoint.Pattern, new IncomingCallEndpoint(endpoint).ReceiveAsync).WithMetadata(endpoint).AllowAnonymous().ExcludeFromDescription();

    private async Task ReceiveAsync(HttpContext context)
    {
        var problem = EndpointGate.CheckSource(context, endpoint) ?? EndpointGate.CheckRate(context, endpoint);
        var body = Array.Empty<byte>();
        if (problem is null)
            (body, problem) = await RequestBody.ReadAsync(context, MaxBodyBytes, endpoint.Options.BodyTimeout, _services.Time).ConfigureAwait(false);
        problem ??= await HandleAsync(context, body).ConfigureAwait(false);
        if (problem is null)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        await endpoint.RefuseAsync(context, problem).ConfigureAwait(false);
    }

    /// <summary>Returns why a delivery is not acknowledged; null if it is.</summary>
    private async Task<EndpointProblem?> HandleAsync(HttpContext context, byte[] body)
    {
        var result = _services.Webhooks!.Verify(body, name => context.Request.Headers[name]);
        if (!result.IsVerified)
        {
            EndpointLog.NotVerified(_services.Logger, endpoint.ToString(), result.Status);
            return EndpointProblem.NotVerified;
        }
        if (result.Status == WebhookStatus.Unreadable)
            EndpointLog.Unreadable(_services.Logger, endpoint.ToString(), PeerText.Sanitize(result.DeliveryId));

        // A call of the Live API is acknowledged without a claim: the same caller may be announced by a call of the Realtime API.
        if (result.Webhook is not IncomingCallWebhook { Data: var data })
            return null;
        CallClaims claims;
        try
        {
            claims = new(endpoint);
            if (!await claims.TryTakeAsync(result.DeliveryId!, data.SipCallId).ConfigureAwait(false))
            {
                EndpointLog.Duplicate(_services.Logger, endpoint.ToString(), PeerText.Sanitize(result.DeliveryId));
                return null;
            }
        }
#pragma warning disable CA1031 // code of the app: the call cannot be answered once without it
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.ClaimFailed(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.GetType().Name), e);
            return EndpointProblem.Slow;
        }
        EndpointProblem? problem = EndpointProblem.Failed;
        try
        {
            return problem = await new IncomingCall(endpoint, data, claims).DecideAsync(context).ConfigureAwait(false);
        }
        finally
        {
            if (problem is not null)
                await claims.ReleaseAsync().ConfigureAwait(false);
        }
    }
}
