using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The WebSocket endpoints <c>/realtime</c> and <c>/realtime/translations</c>: performs the handshake and serves the session.</summary>
internal static class SocketEndpoint
{
    private const string HandshakeSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", Subprotocol = "realtime", AzurePreview = "/openai/realtime";

    public static bool CanServe(RecordedRequest request) =>
        request.Method == "GET" && (request.Path == AzurePreview || Route.RemovePrefix(request.Path) is "/realtime" or "/realtime/translations");

    /// <summary>Upgrades a request and serves its session until it ends, or throws an <see cref="EmulatorHttpException"/>.</summary>
    public static async Task ServeAsync(HttpContext context, RecordedRequest request, EmulatorState state, IReadOnlyDictionary<string, string> headers)
    {
        var (target, refusal) = Admit(request, state);
        var upgrade = context.Features.Get<IHttpUpgradeFeature>()!;
        var answer = context.Response.Headers;
        answer["x-request-id"] = request.RequestId;
        answer.Connection = "Upgrade";
        answer.Upgrade = "websocket";
        answer["Sec-WebSocket-Accept"] = ComputeAccept(request.Headers.GetValueOrDefault("Sec-WebSocket-Key", ""));
        if (Credential.Subprotocols(request).Contains(Subprotocol))
            answer["Sec-WebSocket-Protocol"] = Subprotocol;
        foreach (var (name, value) in headers)
            answer[name] = value;

        var stream = await upgrade.UpgradeAsync().ConfigureAwait(false);

        // Sends the response to the handshake now. A script may wait for the client first, and send nothing.
        await stream.FlushAsync(state.Stopping).ConfigureAwait(false);
        var session = new EmulatorSession(state, context.Features.Get<EmulatorConnection>()!, stream, request, target);
        if (HasBetaHeader(request))
            state.Violations.Add(new(session.Id, EmulatorViolationRule.BetaHeader, "The handshake has the header OpenAI-Beta: realtime=v1, which ends the session.", "", null));
        var running = state.Sessions.RunAsync(session, refusal is null ? null : Scripts.CreateRefusal(refusal));
        try
        {
            await running.ConfigureAwait(false);
        }
        finally
        {
            state.Sessions.End(session, running);
        }
    }

    /// <summary>Returns the target of a request, and the refusal with which its connection is closed after the handshake; null if it is accepted.</summary>
    private static (SessionTarget Target, EmulatorHttpException? Refusal) Admit(RecordedRequest request, EmulatorState state)
    {
        try
        {
            if (request.Path == AzurePreview)
            {
                // The preview accepts only the beta's event shapes, and has been deprecated since April 2026.
                Credential.Read(request, state);
                return (SessionTarget.CreateRefused(request, state), EmulatorHttpException.BetaShape());
            }
            return (SessionTarget.Read(request, state), HasBetaHeader(request) ? EmulatorHttpException.BetaShape() : null);
        }
        catch (EmulatorHttpException refusal) when (refusal.CloseCode is not null && request.IsUpgrade && !RefusesAtHandshake(request, state))
        {
            return (SessionTarget.CreateRefused(request, state), refusal);
        }
    }

    /// <summary>Azure's gateway checks keys before the upgrade.</summary>
    private static bool RefusesAtHandshake(RecordedRequest request, EmulatorState state) => state.Options.RefusesAtHandshake || Route.IsAzure(request.Path);

    private static bool HasBetaHeader(RecordedRequest request) =>
        request.Headers.TryGetValue("OpenAI-Beta", out var beta) && beta.Contains("realtime=v1", StringComparison.OrdinalIgnoreCase);

#pragma warning disable CA5350 // the handshake of RFC 6455 requires SHA-1, which protects nothing there
    private static string ComputeAccept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeSuffix)));
#pragma warning restore CA5350
}
