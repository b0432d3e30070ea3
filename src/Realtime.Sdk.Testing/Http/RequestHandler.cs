using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Takes every request: records it, lets happen what was scripted for it, and has it answered.</summary>
internal sealed class RequestHandler(EmulatorState state)
{
    public async Task HandleAsync(HttpContext context)
    {
        state.Idleness.Enter();
        try
        {
            var request = await ReadAsync(context).ConfigureAwait(false);
            var scripted = state.Record(request);
            var connection = context.Features.Get<EmulatorConnection>()!;
            await state.Idleness.DelayAsync(scripted.Delay, state.Time, context.RequestAborted).ConfigureAwait(false);
            connection.Arm(scripted.Fault);
            var answer = scripted.StatusCode is null ? await RestEndpoints.AnswerAsync(request, state).ConfigureAwait(false) : scripted;
            await WriteAsync(context.Response, request.RequestId, answer, scripted.Headers).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client left, or sent no HTTP: there is nobody to answer.
        }
        finally
        {
            state.Idleness.Leave();
        }
    }

    private async Task<RecordedRequest> ReadAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        return new()
        {
            Method = context.Request.Method,
            Path = query < 0 ? target : target[..query],
            Query = query < 0 ? "" : target[query..],
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body.ToArray(),
            IsUpgrade = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true },
            ReceivedAt = state.Time.GetUtcNow(),
            RequestId = state.Ids.Next("req_"),
        };
    }

    private async Task WriteAsync(HttpResponse response, string requestId, EmulatorAnswer answer, IReadOnlyDictionary<string, string> more)
    {
        response.StatusCode = answer.StatusCode!.Value;
        response.Headers["x-request-id"] = requestId;
        response.Headers.Date = state.Now.ToString("R");
        if (!answer.Body.IsEmpty)
            response.ContentType = answer.ContentType;
        foreach (var (name, value) in more)
            response.Headers[name] = value;
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body).ConfigureAwait(false);
    }
}
