using System.Net;

namespace Realtime.Sdk.Internal;

/// <summary>One request and its whole answer within one deadline; every way it can fail becomes one of the SDK's exceptions.</summary>
internal sealed class RestAttempt(HttpClient http, RealtimeEndpoint endpoint, RealtimeClientOptions options, TimeProvider time)
{
    public async Task<RestAnswer> SendAsync(RestExchange exchange, CancellationToken cancellationToken)
    {
        var operation = exchange.Operation;
        exchange.Attempts++;
        exchange.DeliveryUncertain = false;
        using var deadline = new CancellationTokenSource(options.AttemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var content = new TrackedContent(operation.Body, operation.ContentType);
        try
        {
            var headers = await endpoint.HeadersAsync(operation.SafetyIdentifier, linked.Token).ConfigureAwait(false);
            using var request = Request(operation, content, headers);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
            ThrowIfMoved(response, exchange);
            return response.IsSuccessStatusCode
                ? await AnswerAsync(response, exchange, linked.Token).ConfigureAwait(false)
                : throw await Refusal.ReadAsync(response, operation.Name, headers.Secret, options.MaxResponseBytes, time.GetUtcNow(), exchange.Attempts,
                    linked.Token, exchange.Abandoned).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(RealtimeDeadline.Attempt, options.AttemptTimeout, operation, content.Begun);
        }
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !linked.IsCancellationRequested)
        {
            throw TimedOut(RealtimeDeadline.HttpClient, http.Timeout, operation, content.Begun);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Lost(operation, e, content.Begun);
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

    private async Task<RestAnswer> AnswerAsync(HttpResponseMessage response, RestExchange exchange, CancellationToken cancellationToken)
    {
        var answer = new RestAnswer(response.StatusCode, [], response.Headers.Location, ErrorBody.RequestId(response), exchange.Attempts);
        try
        {
            var body = await BodyReader.ReadAsync(response.Content, options.MaxResponseBytes, cancellationToken).ConfigureAwait(false);
            return answer with
            {
                Body = body ?? throw answer.Invalid(exchange.Operation.Name, $"its body is larger than {options.MaxResponseBytes} bytes"),
            };
        }
        catch (InvalidDataException e)
        {
            throw answer.Invalid(exchange.Operation.Name, "its body could not be decompressed", e);
        }
    }

    private static void ThrowIfMoved(HttpResponseMessage response, RestExchange exchange)
    {
        if (response.RequestMessage?.RequestUri is { } reached && reached != exchange.Operation.Uri)
        {
            throw new RealtimeApiException(response.StatusCode, RealtimeApiErrorKind.Redirect,
                $"The HttpClient followed a redirect of {exchange.Operation.Name} to {Refusal.Host(reached)}; turn AllowAutoRedirect off in its handler.")
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
            ? RealtimeConnectionPhase.Connect
            : RealtimeConnectionPhase.Request;
        var final = error is HttpRequestError.SecureConnectionError || status is HttpStatusCode.ProxyAuthenticationRequired;
        var message = $"{operation.Name} lost its connection to {endpoint.BaseUrl.Host} ({error}); {Delivery(begun)}.";
        return new(phase, message, cause, isTransient: !final) { StatusCode = status, IsDeliveryUncertain = begun };
    }

    private static string Delivery(bool begun) => begun ? "it may have reached the server all the same" : "nothing was sent";
}
