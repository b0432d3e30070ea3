namespace Realtime.Sdk.Internal;

/// <summary>Converts an error response to an exception.</summary>
internal static class ApiErrorReader
{
    /// <summary>Reads the error. If the body stalls, ends early or is too large, the exception has the status but no error object.</summary>
    /// <param name="response">The response, whose body is read.</param>
    /// <param name="operation">The name of the operation, as in "The server refused …".</param>
    /// <param name="address">The requested address.</param>
    /// <param name="secret">The credential that was sent, to mask it in text of the server.</param>
    /// <param name="maxBytes">The maximum size of the body.</param>
    /// <param name="now">The current time, to which dates in the response are relative.</param>
    /// <param name="attempts">The number of attempts so far.</param>
    /// <param name="cancellationToken">Cancels reading the body.</param>
    /// <param name="abandoned">Canceled by the caller or the disposal, but not by a deadline.</param>
    public static async Task<RealtimeApiException> ReadAsync(
        HttpResponseMessage response, string operation, Uri address, string secret, int maxBytes, DateTimeOffset now, int attempts,
        CancellationToken cancellationToken, CancellationToken abandoned)
    {
        var status = response.StatusCode;
        var error = await ReadBodyAsync(response, secret, maxBytes, cancellationToken, abandoned).ConfigureAwait(false);
        var requestId = ErrorBody.ReadRequestId(response, secret);
        var kind = ErrorKinds.FromStatus(status, error);
        var message = kind is RealtimeApiErrorKind.Redirect
            ? $"The server responded to {operation} with {(int)status} and a redirect to {FormatHost(response.Headers.Location, secret)}; redirects are not followed."
            : ErrorBody.FormatMessage(operation, status, PeerText.Sanitize(address.AbsolutePath, secret), error, requestId, attempts);
        return new(status, kind, message)
        {
            Error = error,
            RequestId = requestId,
            RetryAfter = RetryAfterHeader.Read(response.Headers, now),
            ShouldRetry = ShouldRetryHeader.Read(response),
            Attempts = attempts,
        };
    }

    /// <summary>Returns the host of a redirect target for a message.</summary>
    public static string FormatHost(Uri? location, string secret) => location is { IsAbsoluteUri: true } ? PeerText.Sanitize(location.Host, secret) : "another path";

    private static async Task<RealtimeError?> ReadBodyAsync(
        HttpResponseMessage response, string secret, int maxBytes, CancellationToken cancellationToken, CancellationToken abandoned)
    {
        try
        {
            var body = await BodyReader.ReadAsync(response.Content, maxBytes, cancellationToken).ConfigureAwait(false);
            return ErrorBody.Read(body, secret);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException
            || (e is OperationCanceledException && !abandoned.IsCancellationRequested))
        {
            return null;
        }
    }
}
