using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Handles every request: records it, applies its scripted response, and answers it.</summary>
internal sealed class RequestHandler(EmulatorState state)
{
    public async Task HandleAsync(HttpContext context)
    {
        state.ActivityTracker.Enter();
        ConnectionTracker? tracker = null;
        try
        {
            var request = await ReadAsync(context).ConfigureAwait(false);
            var connection = context.Features.Get<EmulatorConnection>()!;
            connection.Tracker = tracker = ConnectionTracker.Begin(state.Time, request);
            var scripted = state.Record(request);
            if (scripted.Delay != TimeSpan.Zero)
                await DelayAsync(scripted.Delay, context).ConfigureAwait(false);
            tracker?.Answer();
            connection.SetFault(scripted.Fault);
            await AnswerAsync(context, request, scripted).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // code of the test may fail here, for example its clock, and its exception must not be lost
        catch (Exception e)
#pragma warning restore CA1031
        {
            // The client disconnected or did not send HTTP, or the emulator stops: no response is possible. DisposeAsync throws any other exception.
            if (!ConnectionLoss.Matches(e) || (e is InvalidOperationException && !IsOver(context)))
                state.Sessions.Fail(e);
            context.Abort();
        }
        finally
        {
            tracker?.End();
            state.ActivityTracker.Leave();
        }
    }

    private async Task DelayAsync(TimeSpan delay, HttpContext context)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, state.Stopping);
        await state.ActivityTracker.DelayAsync(delay, state.Time, over.Token).ConfigureAwait(false);
    }

    /// <summary>Whether the connection has ended, which explains why Kestrel refuses a write.</summary>
    private bool IsOver(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested || state.Stopping.IsCancellationRequested || context.Features.Get<EmulatorConnection>()!.IsOver;

    private async Task AnswerAsync(HttpContext context, RecordedRequest request, EmulatorHttpResponse scripted)
    {
        var response = scripted;
        try
        {
            if (scripted.StatusCode is null && SocketEndpoint.CanServe(request))
            {
                await SocketEndpoint.ServeAsync(context, request, state, scripted.Headers).ConfigureAwait(false);
                return;
            }
            if (scripted.StatusCode is null)
                response = await RestEndpoints.AnswerAsync(request, state).ConfigureAwait(false);
        }
        catch (EmulatorHttpException refusal)
        {
            response = EmulatorRequest.Json(refusal.Status, refusal.Body);
        }
        await WriteAsync(context.Response, request.RequestId, response, scripted.Headers).ConfigureAwait(false);
    }

    private async Task<RecordedRequest> ReadAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var isUpgrade = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
        using var body = new MemoryStream();

        // The body of an upgrade request is the WebSocket itself, which begins only after the response.
        if (!isUpgrade)
            await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
        return new()
        {
            Method = context.Request.Method,
            Path = query < 0 ? target : target[..query],
            Query = query < 0 ? "" : target[query..],
            Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body.ToArray(),
            IsUpgrade = isUpgrade,
            ReceivedAt = state.Time.GetUtcNow(),
            RequestId = state.Ids.Next("req_"),
        };
    }

    private async Task WriteAsync(HttpResponse output, string requestId, EmulatorHttpResponse response, IReadOnlyDictionary<string, string> additionalHeaders)
    {
        output.StatusCode = response.StatusCode!.Value;
        output.Headers["x-request-id"] = requestId;
        output.Headers.Date = state.Now.ToString("R");
        if (!response.Body.IsEmpty)
            output.ContentType = response.ContentType;
        foreach (var (name, value) in response.Headers.Concat(additionalHeaders))
            output.Headers[name] = value;

        // Kestrel refuses a length or a body for statuses that have none.
        if (response.StatusCode is 204 or 205 or 304)
            return;
        output.ContentLength = response.Body.Length;
        await output.Body.WriteAsync(response.Body).ConfigureAwait(false);
    }
}
