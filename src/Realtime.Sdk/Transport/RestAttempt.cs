using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>One request and its whole answer within one deadline; every way it can fail becomes one of the SDK's exceptions.</summary>
internal sealed class RestAttempt(HttpMessageInvoker http, RealtimeEndpoint endpoint, RealtimeClientOptions options, TimeProvider time)
{
    public async Task<RestAnswer> SendAsync(RestExchange exchange)
    {
        var operation = exchange.Operation;
        using var limit = exchange.Begin(out var isLast);
        using var content = new TrackedContent(operation.Body, operation.ContentType);
        string? secret = null;
        try
        {
            var headers = await endpoint.HeadersAsync(operation.SafetyIdentifier, limit.Token).ConfigureAwait(false);
            secret = headers.Secret;
            using var request = Request(operation, content, headers);
            using var response = await ResponseAsync(request, limit.Token).ConfigureAwait(false);
            ThrowIfMoved(response, exchange, secret);
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(response, exchange, secret, limit.Token).ConfigureAwait(false);
            try
            {
                var body = await BodyReader.ReadAsync(response.Content, options.MaxResponseBytes, limit.Token).ConfigureAwait(false);
                return body is null
                    ? throw Answer(response, exchange, [], secret).Invalid(operation.Name, $"its body is larger than {options.MaxResponseBytes} bytes")
                    : Answer(response, exchange, body, secret);
            }
            catch (InvalidDataException e)
            {
                throw Answer(response, exchange, [], secret).Invalid(operation.Name, "its body could not be decompressed", e);
            }
        }
        catch (OperationCanceledException) when (limit.Passed && isLast)
        {
            exchange.OutOfTime = true;
            throw;
        }
        catch (OperationCanceledException) when (limit.Passed)
        {
            throw TimedOut(RealtimeDeadline.Attempt, options.AttemptTimeout, operation, content.Begun);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !limit.IsCancellationRequested
            && http is HttpClient client && client.Timeout != Timeout.InfiniteTimeSpan)
        {
            throw TimedOut(RealtimeDeadline.HttpClient, client.Timeout, operation, content.Begun);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !limit.IsCancellationRequested))
        {
            // A handler has deadlines of its own, for example SocketsHttpHandler.ConnectTimeout: the caller has canceled nothing.
            throw Lost(operation, InnerExceptions.Sanitize(e, secret)!, content.Begun);
        }
        finally
        {
            exchange.DeliveryUncertain = content.Begun;
        }
    }

    private static HttpRequestMessage Request(RestOperation operation, TrackedContent content, RequestHeaders headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, operation.Uri) { Content = content, Version = HttpVersion.Version11 };
        foreach (var (name, value) in headers.All)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Accept", operation.Accept);
        return request;
    }

    /// <summary>An HttpClient would read the whole body by itself, without our limit.</summary>
    private Task<HttpResponseMessage> ResponseAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : http.SendAsync(request, cancellationToken);

    private static RestAnswer Answer(HttpResponseMessage response, RestExchange exchange, byte[] body, string secret) =>
        new(response.StatusCode, body, response.Headers.Location, ErrorBody.RequestId(response, secret), exchange.Attempts);

    private async Task<RealtimeApiException> RefusalAsync(
        HttpResponseMessage response, RestExchange exchange, string secret, CancellationToken cancellationToken)
    {
        using var abandonment = exchange.Abandonment();
        return await Refusal.ReadAsync(
            response, exchange.Operation.Name, secret, options.MaxResponseBytes, time.GetUtcNow(), exchange.Attempts, cancellationToken, abandonment.Token)
            .ConfigureAwait(false);
    }

    private static void ThrowIfMoved(HttpResponseMessage response, RestExchange exchange, string secret)
    {
        if (response.RequestMessage?.RequestUri is { } reached && reached != exchange.Operation.Uri)
        {
            throw new RealtimeApiException(response.StatusCode, RealtimeApiErrorKind.Redirect,
                $"The HttpClient followed a redirect of {exchange.Operation.Name} to {Refusal.Host(reached, secret)}; turn AllowAutoRedirect off in its handler.")
            {
                Attempts = exchange.Attempts,
            };
        }
    }

    private static RealtimeTimeoutException TimedOut(RealtimeDeadline deadline, TimeSpan after, RestOperation operation, bool begun) =>
        new(deadline, after, $"{operation.Name} got no whole answer within {after.TotalSeconds} s ({deadline}); {Delivery(begun)}.") { IsDeliveryUncertain = begun };

    private RealtimeConnectionException Lost(RestOperation operation, Exception cause, bool begun)
    {
        var error = (cause as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        var status = (cause as HttpRequestException)?.StatusCode;
        var phase = error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
            || (cause is OperationCanceledException && !begun)
            ? RealtimeConnectionPhase.Connect
            : RealtimeConnectionPhase.Request;
        var why = cause is OperationCanceledException ? "canceled by its handler" : error.ToString();
        var message = $"{operation.Name} lost its connection to {endpoint.BaseUrl.Host} ({why}); {Delivery(begun)}.";
        return new(phase, message, cause, TransientFailures.Contains(cause)) { StatusCode = status, IsDeliveryUncertain = begun };
    }

    private static string Delivery(bool begun) => begun ? "it may have reached the server all the same" : "nothing was sent";
}
