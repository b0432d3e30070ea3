using System.Text;
using System.Text.Encodings.Web;

namespace Realtime.Sdk;

/// <summary>
/// Handles calls: WebRTC offers, and telephone calls (SIP). A request is retried only if no part of it can have reached the server, so that no call is answered or
/// transferred twice; otherwise <c>IsDeliveryUncertain</c> of the exception is <see langword="true"/>. Null arguments throw immediately; all other failures are
/// thrown by the task. Thread-safe.
/// </summary>
public sealed class RealtimeCalls
{
    private const string AnyAnswer = "*/*", Json = "application/json", Sdp = "application/sdp";

    private const string Calls = nameof(RealtimeClient.Calls);

    private readonly RealtimeClient _client;

    internal RealtimeCalls(RealtimeClient client) => _client = client;

    /// <summary>
    /// Answers a WebRTC offer that is authorized by an ephemeral key, which determines the session. Wire: <c>POST /realtime/calls</c> with the SDP as the body.
    /// </summary>
    /// <param name="offer">The SDP offer, which is sent unchanged.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="RealtimeValidationException">The request violates rules of the API. Nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">The server rejected the request, or its response contained no SDP.</exception>
    /// <exception cref="RealtimeConnectionException">
    /// The connection failed. <see cref="RealtimeConnectionException.IsDeliveryUncertain"/> states whether the server may have processed the request.
    /// </exception>
    /// <exception cref="RealtimeTimeoutException">
    /// A timeout of the options has expired. <see cref="RealtimeTimeoutException.IsDeliveryUncertain"/> states whether the server may have processed the
    /// request.
    /// </exception>
    /// <exception cref="RealtimeCredentialException">The token callback returned no token. Nothing was sent.</exception>
    public Task<CallAnswer> CreateAsync(string offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var constraints = new Constraints();
        constraints.Required(offer, "sdp");
        return AnswerAsync(constraints, null, () => (Sdp, Encoding.UTF8.GetBytes(offer)), cancellationToken);
    }

    /// <summary>Answers a WebRTC offer with the given session. Wire: <c>POST /realtime/calls</c> with the parts <c>sdp</c> and <c>session</c>.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="offer">The SDP offer, which is sent unchanged.</param>
    /// <param name="session">The realtime session of the call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<CallAnswer> CreateAsync(string offer, SessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(session);
        var constraints = new Constraints();
        constraints.Required(offer, "sdp");
        EndpointRules.Call(constraints, session, "session");
        constraints.ValidateMember("session", session);
        return AnswerAsync(constraints, session, CreateForm, cancellationToken);

        (string ContentType, byte[] Body) CreateForm()
        {
            var form = new MultipartForm();
            form.Add("sdp", Sdp, Encoding.UTF8.GetBytes(offer));
            form.Add("session", Json, WireWriter.ToUtf8(session));
            return (form.ContentType, form.ToArray());
        }
    }

    /// <summary>
    /// Accepts an incoming telephone call. Wire: <c>POST /realtime/calls/{call_id}/accept</c> with the session as the body. The service may accept an invalid
    /// session, and then fail the call.
    /// </summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The ID of the call, from <see cref="IncomingCallData.CallId"/>.</param>
    /// <param name="session">The realtime session of the call. Azure requires its model and instructions.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AcceptAsync(string callId, SessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        var violations = Constraints.Validate(session, constraints =>
        {
            EndpointRules.Call(constraints, session, "");
            EndpointRules.CheckTelephoneSession(constraints, session);
        });
        return SendAsync(
            new($"{Calls}.{nameof(AcceptAsync)}", "accept_call"), callId, "accept", _client.AddModelNotices(violations, "", session),
            () => WireWriter.ToUtf8(session), session, cancellationToken);
    }

    /// <summary>
    /// Rejects an incoming telephone call with the server's default SIP status, which is 603. Wire: <c>POST /realtime/calls/{call_id}/reject</c>.
    /// </summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task RejectAsync(string callId, CancellationToken cancellationToken = default) =>
        SendAsync(new($"{Calls}.{nameof(RejectAsync)}", "reject_call"), callId, "reject", [], null, null, cancellationToken);

    /// <summary>Rejects an incoming telephone call. Wire: <c>POST /realtime/calls/{call_id}/reject</c>.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="statusCode">The SIP status for the caller, 300 to 699, for example 486 (busy). Other values cause only a validation warning.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task RejectAsync(string callId, int statusCode, CancellationToken cancellationToken = default)
    {
        var constraints = new Constraints();
        if (statusCode is < Limits.MinRejectStatus or > Limits.MaxRejectStatus)
            constraints.Warning("status_code", Constraints.Text(statusCode), $"should be {Limits.MinRejectStatus} to {Limits.MaxRejectStatus}");
        return SendAsync(
            new($"{Calls}.{nameof(RejectAsync)}", "reject_call"), callId, "reject", constraints.Violations,
            () => Member("status_code", json => json.WriteNumberValue(statusCode)), null, cancellationToken);
    }

    /// <summary>
    /// Transfers a telephone call. Success does not guarantee that the transfer has taken place. Wire: <c>POST /realtime/calls/{call_id}/refer</c>.
    /// </summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="targetUri">
    /// The target as a <c>tel:</c>, <c>sip:</c> or <c>sips:</c> URI, for example <c>tel:+14155550123</c> or <c>sip:agent@example.com</c>. A URI that contains
    /// control characters is rejected even if validation is off.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ReferAsync(string callId, string targetUri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targetUri);
        var (constraints, protective) = (new Constraints(), new Constraints());
        EndpointRules.ReferTarget(constraints, targetUri);
        EndpointRules.CheckControlCharacters(protective, targetUri);
        return SendAsync(
            new($"{Calls}.{nameof(ReferAsync)}", "refer_call"), callId, "refer", constraints.Violations,
            () => Member("target_uri", json => json.WriteStringValue(targetUri)), null, cancellationToken, protective.Violations);
    }

    /// <summary>
    /// Ends a telephone or WebRTC call. Wire: <c>POST /realtime/calls/{call_id}/hangup</c>. For a call that has ended already, the exception has the kind
    /// <see cref="RealtimeApiErrorKind.NotFound"/>.
    /// </summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task HangUpAsync(string callId, CancellationToken cancellationToken = default) =>
        SendAsync(new($"{Calls}.{nameof(HangUpAsync)}", "hang_up_call"), callId, "hangup", [], null, null, cancellationToken);

    /// <param name="constraints">The violations of the request.</param>
    /// <param name="session">The session of the call; null if the key determines it.</param>
    /// <param name="createBody">Creates the body. Called only after validation, because invalid values may not be writable as JSON.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    private Task<CallAnswer> AnswerAsync(
        Constraints constraints, SessionConfiguration? session, Func<(string ContentType, byte[] Body)> createBody, CancellationToken cancellationToken)
    {
        var name = new OperationName($"{Calls}.{nameof(CreateAsync)}", "create_call");
        if (_client.CreateValidationException(name.Telemetry, _client.AddModelNotices(constraints.Violations, "session", session)) is { } refused)
            return Task.FromException<CallAnswer>(refused);
        var (contentType, body) = createBody();
        return SendAsync(new()
        {
            Name = name,
            Uri = _client.Endpoint.GetHttpUri("realtime/calls"),
            Body = body,
            ContentType = contentType,
            Accept = Sdp,
            Model = session?.ModelName,
        });

        async Task<CallAnswer> SendAsync(HttpOperation operation)
        {
            var answer = await _client.Http.SendAsync(operation, cancellationToken).ConfigureAwait(false);
            return answer.Body.Length > 0
                ? new(CallId(answer.Location), Encoding.UTF8.GetString(answer.Body))
                : throw answer.CreateException(name, "its SDP is empty");
        }
    }

    private Task SendAsync(
        OperationName name, string callId, string verb, IReadOnlyList<ConstraintViolation> violations, Func<byte[]>? createBody,
        SessionConfiguration? session, CancellationToken cancellationToken, params IReadOnlyList<ConstraintViolation> protective)
    {
        ArgumentNullException.ThrowIfNull(callId);
        if (_client.CreateValidationException(name.Telemetry, violations, [.. CallIdFaults(callId), .. protective]) is { } refused)
            return Task.FromException(refused);
        return _client.Http.SendAsync(
            new()
            {
                Name = name,
                Uri = _client.Endpoint.GetHttpUri($"realtime/calls/{Uri.EscapeDataString(callId)}/{verb}"),
                Body = createBody?.Invoke(),
                ContentType = createBody is null ? null : Json,
                Accept = AnyAnswer,
                Model = session?.ModelName,
                IsNotFoundUsual = verb == "hangup",
            },
            cancellationToken);
    }

    /// <summary>
    /// Validates a call ID. Even if validation is off, an ID that would change the path is rejected, and so is one of the Live API: a telephone call may cause
    /// webhooks of both APIs, and the service would only reply that the call is unknown.
    /// </summary>
    private static IReadOnlyList<ConstraintViolation> CallIdFaults(string callId)
    {
        var constraints = new Constraints();
        constraints.Required(callId, "call_id");
        if (callId is "." or "..")
            constraints.Error("call_id", Constraints.Quote(callId), "must not be a relative path segment");
        if (EndpointRules.IsLiveSession(callId))
            constraints.Error("call_id", Constraints.Quote(callId), EndpointRules.LiveSessionRule);
        return constraints.Violations;
    }

    /// <summary>Returns the last segment of the path in <c>Location</c>, which is usually relative.</summary>
    private static string? CallId(Uri? location)
    {
        var path = (location is { IsAbsoluteUri: true } ? location.AbsolutePath : location?.OriginalString)?.Split('?', '#')[0].TrimEnd('/');
        return path?[(path.LastIndexOf('/') + 1)..] is { Length: > 0 } segment ? Uri.UnescapeDataString(segment) : null;
    }

    private static byte[] Member(string name, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WritePropertyName(name);
            write(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
