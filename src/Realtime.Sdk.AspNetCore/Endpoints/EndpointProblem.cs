using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Why a request is refused. Its text is for the page, and contains nothing of the service's answer.</summary>
internal sealed record EndpointProblem(int Status, string Title, TimeSpan? RetryAfter = null)
{
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(10);

    public static EndpointProblem Host { get; } = new(StatusCodes.Status400BadRequest, "The host name of the request is not allowed.");

    public static EndpointProblem Origin { get; } = new(StatusCodes.Status403Forbidden, "Pages of this origin may not use the endpoint.");

    public static EndpointProblem Refused { get; } = new(StatusCodes.Status403Forbidden, "The request was refused.");

    public static EndpointProblem NoWebSocket { get; } = new(StatusCodes.Status426UpgradeRequired, "The request must open a WebSocket.");

    public static EndpointProblem NotFound { get; } = new(StatusCodes.Status404NotFound, "There is no such call.");

    public static EndpointProblem SlowBody { get; } = new(StatusCodes.Status408RequestTimeout, "The body of the request did not arrive in time.");

    public static EndpointProblem Failed { get; } = new(StatusCodes.Status500InternalServerError, "The request could not be processed.");

    public static EndpointProblem Slow { get; } = new(StatusCodes.Status503ServiceUnavailable, "The request could not be processed in time.", TimeSpan.FromSeconds(1));

    public static EndpointProblem NotVerified { get; } = new(StatusCodes.Status400BadRequest, "The delivery could not be verified.");

    public static EndpointProblem InvalidOffer { get; } = new(StatusCodes.Status400BadRequest, "The body is not an SDP offer that the service accepts.");

    /// <summary>The refusals of a request with a body, for descriptions of the API.</summary>
    public static object[] Descriptions { get; } =
    [
        Describe(StatusCodes.Status400BadRequest),
        Describe(StatusCodes.Status403Forbidden),
        Describe(StatusCodes.Status408RequestTimeout),
        Describe(StatusCodes.Status413PayloadTooLarge),
        Describe(StatusCodes.Status415UnsupportedMediaType),
        Describe(StatusCodes.Status429TooManyRequests),
        Describe(StatusCodes.Status502BadGateway),
        Describe(StatusCodes.Status503ServiceUnavailable),
    ];

    public static ProducesResponseTypeMetadata Describe(int status) => new(status, typeof(ProblemDetails), ["application/problem+json"]);

    public static EndpointProblem TooLarge(int maxBytes) => new(StatusCodes.Status413PayloadTooLarge, $"The body of the request is larger than {maxBytes} bytes.");

    public static EndpointProblem Unreadable(int status) => new(status, "The body of the request could not be read.");

    public static EndpointProblem MediaType(string expected) => new(StatusCodes.Status415UnsupportedMediaType, $"The body of the request must be {expected}.");

    public static EndpointProblem TooManyRequests(TimeSpan? retryAfter) => new(StatusCodes.Status429TooManyRequests, "Too many requests.", retryAfter ?? TimeSpan.FromSeconds(1));

    public static EndpointProblem Of(CallRefusal refusal) => refusal switch
    {
        CallRefusal.UserLimit => new(StatusCodes.Status429TooManyRequests, "Too many calls at the same time.", TimeSpan.FromSeconds(10)),
        CallRefusal.Stopping => new(StatusCodes.Status503ServiceUnavailable, "The server is stopping.", TimeSpan.FromSeconds(1)),
        _ => new(StatusCodes.Status503ServiceUnavailable, "The server carries as many calls as it can.", TimeSpan.FromSeconds(10)),
    };

    /// <summary>Converts a failure of a request to the service. A failure that is transient becomes 503, any other 502.</summary>
    public static EndpointProblem Of(Exception exception) => exception switch
    {
        RealtimeApiException { StatusCode: System.Net.HttpStatusCode.BadRequest, Error.Code: "invalid_offer" } => InvalidOffer,
        RealtimeException { IsTransient: true } e => new(
            StatusCodes.Status503ServiceUnavailable, "The service cannot be reached now.", (e as RealtimeApiException)?.RetryAfter ?? TimeSpan.FromSeconds(1)),
        RealtimeTimeoutException => new(StatusCodes.Status503ServiceUnavailable, "The service cannot be reached now.", TimeSpan.FromSeconds(1)),
        RealtimeValidationException or not RealtimeException => Failed,
        _ => new(StatusCodes.Status502BadGateway, "The service has refused the request of the server."),
    };

    public Task WriteAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
            return Task.CompletedTask;
        NoStore(context);
        if (RetryAfter is { } delay)
        {
            // Rounded up, and bounded: a service can ask for any time.
            var seconds = Math.Ceiling(Math.Clamp(delay.TotalSeconds, 1, MaxRetryAfter.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // Later versions of HTTP have neither header: their WebSockets are streams of a connection.
        if (Status == StatusCodes.Status426UpgradeRequired && HttpProtocol.IsHttp11(context.Request.Protocol))
            (context.Response.Headers.Upgrade, context.Response.Headers.Connection) = ("websocket", "Upgrade");
        ProblemHttpResult problem = TypedResults.Problem(statusCode: Status, title: Title);
        return problem.ExecuteAsync(context);
    }

    public static void NoStore(HttpContext context) => context.Response.Headers.CacheControl = "no-store";
}
