namespace Realtime.Sdk.Internal;

/// <summary>Reads a response that reports an error into the exception it becomes.</summary>
internal static class ApiErrorReader
{
    /// <summary>Reads the error. A body that stalls, ends early or is too large never hides the status.</summary>
    /// <param name="response">The response; its body is read.</param>
    /// <param name="what">What was refused, as in "The server refused …".</param>
    /// <param name="address">The address that was asked for.</param>
    /// <param name="secret">The credential that was sent, to be masked in the server's words.</param>
    /// <param name="maxBytes">The largest body that is read.</param>
    /// <param name="now">The time that a date in the response is relative to.</param>
    /// <param name="attempts">The number of attempts made.</param>
    /// <param name="cancellationToken">Cancels reading the body.</param>
    /// <param name="abandoned">Canceled by the caller or the disposal, but not by a deadline.</param>
    public static async Task<RealtimeApiException> ReadAsync(
        HttpResponseMessage response, string what, Uri address, string secret, int maxBytes, DateTimeOffset now, int attempts,
        CancellationToken cancellationToken, CancellationToken abandoned)
    {
        var status = response.StatusCode;
        var error = await ReadBodyAsync(response, secret, maxBytes, cancellationToken, abandoned).ConfigureAwait(false);
        var requestId = ErrorBody.ReadRequestId(response, secret);
        var kind = ErrorKinds.FromStatus(status, error);
        var message = kind is RealtimeApiErrorKind.Redirect
            ? $"The server answered {what} with {(int)status} and points to {FormatHost(response.Headers.Location, secret)}; redirects are not followed."
            : ErrorBody.FormatMessage(what, status, PeerText.Sanitize(address.AbsolutePath, secret), error, requestId, attempts);
        return new(status, kind, message)
        {
            Error = error,
            RequestId = requestId,
            RetryAfter = RetryAfterHeader.Read(response.Headers, now),
            ShouldRetry = ShouldRetryHeader.Read(response),
            Attempts = attempts,
        };
    }

    /// <summary>Formats the host that a redirect points to for a message.</summary>
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
