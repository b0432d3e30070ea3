using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>What OpenAPI documents say about the endpoints.</summary>
public sealed class DescriptionTests
{
    private const string Refusals = "400 ProblemDetails application/problem+json; 403 ProblemDetails application/problem+json; 408 ProblemDetails application/problem+json; "
        + "413 ProblemDetails application/problem+json; 415 ProblemDetails application/problem+json; 429 ProblemDetails application/problem+json; "
        + "502 ProblemDetails application/problem+json; 503 ProblemDetails application/problem+json";

    private const string TicketRefusals = "403 ProblemDetails application/problem+json; 404 ProblemDetails application/problem+json";

    [Fact]
    public async Task Endpoints_are_described_with_media_types_and_statuses_except_a_relay()
    {
        await using var app = await TestApp.StartAsync(
            app =>
            {
                app.MapRealtimeWebRtc("/call", "waiter").RequireAuthorization();
                app.MapRealtimeClientSecrets("/token", "waiter").RequireAuthorization();

                // A WebSocket is not an operation that a description can contain.
                app.MapRealtimeRelay("/relay", "waiter").RequireAuthorization();
            },
            builder => builder.Services.AddEndpointsApiExplorer());

        var groups = app.App.Services.GetRequiredService<IApiDescriptionGroupCollectionProvider>().ApiDescriptionGroups.Items;

        groups.SelectMany(group => group.Items).Select(Describe).Should().BeEquivalentTo(
            $"POST call (application/sdp): 201 String application/sdp; {Refusals}",
            $"DELETE call/{{ticket}} (): 204 Void ; {TicketRefusals}",
            $"POST call/{{ticket}}/hangup (): 204 Void ; {TicketRefusals}",
            $"POST call/{{ticket}}/ping (): 204 Void ; {TicketRefusals}",
            $"POST token (): 200 ClientSecretResponse application/json; {Refusals}");
    }

    private static string Describe(ApiDescription description) =>
        $"{description.HttpMethod} {description.RelativePath} ({string.Join(", ", description.SupportedRequestFormats.Select(format => format.MediaType))}): "
        + string.Join("; ", description.SupportedResponseTypes.OrderBy(type => type.StatusCode).Select(type =>
            $"{type.StatusCode} {type.Type?.Name} {string.Join(", ", type.ApiResponseFormats.Select(format => format.MediaType))}"));
}
