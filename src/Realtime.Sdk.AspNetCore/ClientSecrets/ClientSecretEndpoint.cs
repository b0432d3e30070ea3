using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The endpoint that creates client secrets. Nothing of the request decides what the session is, except through the code of the app.</summary>
internal sealed class ClientSecretEndpoint(RealtimeEndpoint endpoint)
{
    private const string Json = "application/json";

    private const int MaxBodyBytes = 16 * 1024;

    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromMinutes(1);

    private readonly EndpointServices _services = endpoint.Services;

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, RealtimeEndpoint endpoint)
    {
        var handler = new ClientSecretEndpoint(endpoint);
        var route = endpoints.MapPost(endpoint.Pattern, handler.CreateAsync).WithMetadata(
            endpoint,
            ((RequestDelegate)handler.CreateAsync).Method,
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(ClientSecretResponse), [Json])).WithMetadata(EndpointProblem.Descriptions);
        if (endpoint.Options.AllowedOrigins is { Count: > 0 } origins)
            route.RequireCors(policy => policy.WithOrigins([.. origins]).WithMethods("POST").AllowAnyHeader().WithExposedHeaders("Retry-After").AllowCredentials());
        return route;
    }

    private async Task CreateAsync(HttpContext context)
    {
        var problem = await AdmitAsync(context).ConfigureAwait(false) ?? await AnswerAsync(context).ConfigureAwait(false);
        if (problem is null)
            return;
        await endpoint.RefuseAsync(context, problem).ConfigureAwait(false);
    }

    private async Task<EndpointProblem?> AdmitAsync(HttpContext context)
    {
        if ((EndpointGate.CheckSource(context, endpoint) ?? EndpointGate.CheckRate(context, endpoint)) is { } refusal)
            return refusal;
        if (!RequestBody.Exists(context))
            return null;
        if (!EndpointGate.HasContentType(context, Json))
            return EndpointProblem.MediaType(Json);
        var (body, problem) = await RequestBody.ReadAsync(context, MaxBodyBytes, endpoint.Options.BodyTimeout, _services.Time).ConfigureAwait(false);
        return problem ?? (IsObject(body) ? null : new(StatusCodes.Status400BadRequest, "The body of the request must be a JSON object."));
    }

    private static bool IsObject(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task<EndpointProblem?> AnswerAsync(HttpContext context)
    {
        var (options, problem) = await ConversationPreparation.PrepareAsync(context, endpoint, onForeignChange: null, context.RequestAborted).ConfigureAwait(false);
        if (options is null)
            return problem;
        if (EndpointRules.WithoutConversation(options).FirstOrDefault() is { } member)
        {
            EndpointLog.NoConversation(_services.Logger, endpoint.ToString(), member);
            return EndpointProblem.Failed;
        }
        try
        {
            var factory = _services.GetFactory(endpoint.Agent);
            var agent = await factory.PrepareAgentAsync(options, context.RequestAborted).ConfigureAwait(false);
            if (!endpoint.Options.SessionOnly && EndpointRules.FindServerSideMembers(agent) is { } members)
            {
                EndpointLog.NoServerSideMembers(_services.Logger, endpoint.ToString(), members);
                return EndpointProblem.Failed;
            }
            var request = new ClientSecretRequest { Session = agent.Session, ExpiresAfter = endpoint.Options.ExpiresAfter ?? DefaultExpiry };
            var secret = await factory.Client.CreateClientSecretAsync(request, context.RequestAborted).ConfigureAwait(false);
            await SendAsync(context, secret).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // any failure must become a problem without details
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.SecretFailed(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
            return EndpointProblem.Of(e);
        }
    }

    private static async Task SendAsync(HttpContext context, ClientSecret secret)
    {
        context.Response.ContentType = Json;
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("value", secret.Value);
            json.WriteNumber("expires_at", secret.ExpiresAt.ToUnixTimeSeconds());
            json.WriteEndObject();
        }
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
