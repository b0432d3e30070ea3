using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>Reads bounded bodies.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Reads a body to its end, and puts a copy in its place, which the app can read again. Returns the problem if it is too large, arrives too slowly, or breaks off.
    /// </summary>
    public static async Task<(byte[] Body, EndpointProblem? Problem)> ReadAsync(HttpContext context, int maxBytes, TimeSpan timeout, TimeProvider time)
    {
        if (context.Request.ContentLength > maxBytes)
            return ([], EndpointProblem.TooLarge(maxBytes));
        var reader = context.Request.BodyReader;
        using var deadline = new CancellationTokenSource(timeout, time);

        // Not with the token of the deadline: the server could not use its reader after that, and would log an error.
        using var canceling = deadline.Token.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
                var isTooLarge = result.Buffer.Length > maxBytes;
                var body = result.IsCompleted && !isTooLarge ? result.Buffer.ToArray() : null;
                reader.AdvanceTo(isTooLarge || body is not null ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
                if (isTooLarge)
                    return ([], EndpointProblem.TooLarge(maxBytes));
                if (body is not null)
                {
                    context.Request.Body = new MemoryStream(body, writable: false);
                    return (body, null);
                }
                if (deadline.IsCancellationRequested)
                    return ([], EndpointProblem.SlowBody);
            }
        }
        catch (BadHttpRequestException e)
        {
            // The server's own limits: 408 for a body that is too slow, 413 for one that is too large, 400 for broken framing.
            return ([], EndpointProblem.Unreadable(e.StatusCode));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client has left. Without this, the server may not have noticed yet, tries to read the rest of the body, and logs an error.
            context.Abort();
            return ([], EndpointProblem.Unreadable(StatusCodes.Status400BadRequest));
        }
    }

    /// <summary>Whether a request has a body, so that its content type matters.</summary>
    public static bool Exists(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false && context.Request.ContentLength is not 0;
}
