namespace Realtime.Sdk.Internal;

/// <summary>An answer of the server that is no success, read into the exception it becomes.</summary>
internal static class Refusal
{
    /// <summary>Reads what the server says; a body that hangs, breaks off or is too large never hides the status.</summary>
    /// <param name="response">The answer; its body is read.</param>
    /// <param name="what">What was refused, as in "The server refused …".</param>
    /// <param name="secret">The credential that was sent, to be masked in the server's words.</param>
    /// <param name="mostBytes">The largest body that is read.</param>
    /// <param name="now">The time that a date in the answer counts from.</param>
    /// <param name="attempts">How many times it was tried.</param>
    /// <param name="cancellationToken">Ends the reading of the body.</param>
    /// <param name="abandoned">Cancelled when nobody wants the answer any more.</param>
    public static async Task<RealtimeApiException> ReadAsync(
        HttpResponseMessage response, string what, string secret, int mostBytes, DateTimeOffset now, int attempts,
        CancellationToken cancellationToken, CancellationToken abandoned)
    {
        var status = response.StatusCode;
        var error = await ErrorAsync(response, secret, mostBytes, cancellationToken, abandoned).ConfigureAwait(false);
        var requestId = ErrorBody.RequestId(response, secret);
        var kind = ErrorKinds.FromStatus(status, error);
        var message = kind is RealtimeApiErrorKind.Redirect
            ? $"The server answered {what} with {(int)status} and points to {Host(response.Headers.Location, secret)}; redirects are not followed."
            : ErrorBody.Sentence(what, status, error, requestId, attempts);
        return new(status, kind, message)
        {
            Error = error,
            RequestId = requestId,
            RetryAfter = RetryAfterHeader.Of(response.Headers, now),
            ShouldRetry = ShouldRetryHeader.Of(response),
            Attempts = attempts,
        };
    }

    /// <summary>The name of a host that a peer pointed to, as it may stand in a message.</summary>
    public static string Host(Uri? location, string secret) => location is { IsAbsoluteUri: true } ? PeerText.Sanitize(location.Host, secret) : "another path";

    private static async Task<RealtimeError?> ErrorAsync(
        HttpResponseMessage response, string secret, int mostBytes, CancellationToken cancellationToken, CancellationToken abandoned)
    {
        try
        {
            var body = await BodyReader.ReadAsync(response.Content, mostBytes, cancellationToken).ConfigureAwait(false);
            return ErrorBody.Read(body, secret);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException
            || (e is OperationCanceledException && !abandoned.IsCancellationRequested))
        {
            return null;
        }
    }
}
