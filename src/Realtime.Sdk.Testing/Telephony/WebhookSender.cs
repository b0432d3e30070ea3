using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Delivers the webhooks of a call as the service does: signed, and acknowledged by an HTTP status.</summary>
internal static class WebhookSender
{
    public static async Task DeliverAsync(EmulatedCaller caller, EmulatedWebhookOptions options, EmulatorState state, CancellationToken cancellationToken)
    {
        // Each call has its own handler, so that no pooled connection outlives the deliveries.
        using var defaultHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        using var http = new HttpMessageInvoker(options.Handler ?? defaultHandler, disposeHandler: false);
        foreach (var body in CreateBodies(caller, options, state))
        {
            var id = state.Ids.Next("wh_");
            for (var i = 0; i <= options.Repetitions; i++)
                caller.Add(await SendAsync(http, options, id, body, state, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Creates the webhook member by member and not from the SDK's records, so that a wrong wire name in the SDK is noticed.</summary>
    public static JsonObject CreateBody(string type, string id, DateTimeOffset createdAt, (string Name, string Value) subject, EmulatedCallerOptions call, IEnumerable<SipHeader> headers)
    {
        var data = new JsonObject
        {
            [subject.Name] = subject.Value,
            ["sip_headers"] = new JsonArray([.. headers.Select(header => new JsonObject { ["name"] = header.Name, ["value"] = header.Value })]),
        };
        if (call.MediaSecurity is { } security)
            data["sip_media_security"] = security.Value;
        return new() { ["object"] = "event", ["id"] = id, ["type"] = type, ["created_at"] = createdAt.ToUnixTimeSeconds(), ["data"] = data };
    }

    private static IEnumerable<JsonObject> CreateBodies(EmulatedCaller caller, EmulatedWebhookOptions options, EmulatorState state)
    {
        yield return caller.WebhookJson;
        if (options.IncludesLiveWebhook)
            yield return CreateBody("live.call.incoming", state.Ids.Next("evt_"), state.Now, ("session_id", state.Ids.Next("live_")), caller.Options, caller.Webhook.Data.SipHeaders);
    }

    private static async Task<EmulatedWebhookDelivery> SendAsync(
        HttpMessageInvoker http, EmulatedWebhookOptions options, string id, JsonObject json, EmulatorState state, CancellationToken cancellationToken)
    {
        var delivery = new EmulatedWebhookDelivery { WebhookId = id, Type = json.Text("type")! };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, state.Stopping);
        timeout.CancelAfter(state.Options.ExpectTimeout);
        using var request = CreateRequest(options, id, WireJson.Bytes(json), state.Now - options.TimestampAge);
        try
        {
            using var response = await http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            return delivery with { StatusCode = (int)response.StatusCode };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return delivery with { Exception = e };
        }
    }

    private static HttpRequestMessage CreateRequest(EmulatedWebhookOptions options, string id, ReadOnlyMemory<byte> body, DateTimeOffset timestamp)
    {
        ReadOnlySpan<byte> signed = options.HasInvalidSignature ? [.. body.Span, (byte)' '] : body.Span;
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ReadOnlyMemoryContent(body), Version = HttpVersion.Version11 };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(RealtimeWebhookSecret.IdHeader, id);
        request.Headers.Add(RealtimeWebhookSecret.TimestampHeader, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(RealtimeWebhookSecret.SignatureHeader, options.Secret.Sign(id, timestamp, signed));
        return request;
    }
}
