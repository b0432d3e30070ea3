using System.Text;
using System.Text.Encodings.Web;

namespace Realtime.Sdk;

/// <summary>
/// Calls: WebRTC offers, and telephone calls by SIP. A request is sent again only when nothing of it can have reached the server;
/// otherwise the exception says that delivery is uncertain, so that no call is placed or transferred twice. Any number of threads at once.
/// Null arguments throw at once; every other failure comes through the task.
/// </summary>
public sealed class RealtimeCalls
{
    private const string AnyAnswer = "*/*", Json = "application/json", Sdp = "application/sdp";

    private const string Calls = nameof(RealtimeClient.Calls);

    private readonly RealtimeClient _client;

    internal RealtimeCalls(RealtimeClient client) => _client = client;

    /// <summary>Answers a WebRTC offer whose session stands in the ephemeral key that authorizes it. Wire: <c>POST /realtime/calls</c> with the bare SDP.</summary>
    /// <param name="offer">The SDP offer, sent as it is.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="RealtimeValidationException">The request breaks rules of the API; nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">The server refused, or answered without SDP.</exception>
    /// <exception cref="RealtimeConnectionException">
    /// The connection failed; <see cref="RealtimeConnectionException.IsDeliveryUncertain"/> says whether a call may stand.
    /// </exception>
    /// <exception cref="RealtimeTimeoutException">A deadline of the options passed; <see cref="RealtimeTimeoutException.IsDeliveryUncertain"/> likewise.</exception>
    /// <exception cref="RealtimeCredentialException">The token callback gave no token; nothing was sent.</exception>
    public Task<CallAnswer> CreateAsync(string offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var constraints = new Constraints();
        constraints.Required(offer, "sdp");
        return AnswerAsync(constraints, null, () => (Sdp, Encoding.UTF8.GetBytes(offer)), cancellationToken);
    }

    /// <summary>Answers a WebRTC offer with a session of your choice. Wire: <c>POST /realtime/calls</c> with the parts <c>sdp</c> and <c>session</c>.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="offer">The SDP offer, sent as it is.</param>
    /// <param name="session">The realtime session the call begins with.</param>
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
    /// Accepts a telephone call that rings. Wire: <c>POST /realtime/calls/{call_id}/accept</c> with the session as the body. The service is
    /// known to accept a faulty session too and to fail the call afterwards.
    /// </summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The call, from <see cref="IncomingCallData.CallId"/>.</param>
    /// <param name="session">The realtime session it begins with; Azure wants model and instructions in it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AcceptAsync(string callId, SessionConfiguration session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        var violations = Constraints.Of(session, constraints =>
        {
            EndpointRules.Call(constraints, session, "");
            EndpointRules.Telephone(constraints, session);
        });
        return SendAsync(
            new($"{Calls}.{nameof(AcceptAsync)}", "accept_call"), callId, "accept", _client.WithModelEnds(violations, "", session),
            () => WireWriter.ToUtf8(session), session, cancellationToken);
    }

    /// <summary>Rejects a telephone call that rings, with the server's default SIP status, 603. Wire: <c>POST /realtime/calls/{call_id}/reject</c>.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task RejectAsync(string callId, CancellationToken cancellationToken = default) =>
        SendAsync(new($"{Calls}.{nameof(RejectAsync)}", "reject_call"), callId, "reject", [], null, null, cancellationToken);

    /// <summary>Rejects a telephone call that rings. Wire: <c>POST /realtime/calls/{call_id}/reject</c>.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The call.</param>
    /// <param name="statusCode">The SIP status the caller gets, 300 to 699, for example 486 (busy).</param>
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

    /// <summary>Transfers a telephone call. Wire: <c>POST /realtime/calls/{call_id}/refer</c>. Success does not prove that the transfer happened.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The call.</param>
    /// <param name="targetUri">
    /// Where to, as a <c>tel:</c>, <c>sip:</c> or <c>sips:</c> URI, for example <c>tel:+14155550123</c> or <c>sip:agent@example.com</c>. One with control
    /// characters is refused even when requests are not validated.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task ReferAsync(string callId, string targetUri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targetUri);
        var (constraints, protective) = (new Constraints(), new Constraints());
        EndpointRules.ReferTarget(constraints, targetUri);
        EndpointRules.NoControlCharacters(protective, targetUri);
        return SendAsync(
            new($"{Calls}.{nameof(ReferAsync)}", "refer_call"), callId, "refer", constraints.Violations,
            () => Member("target_uri", json => json.WriteStringValue(targetUri)), null, cancellationToken, protective.Violations);
    }

    /// <summary>Ends a call, by telephone or WebRTC. Wire: <c>POST /realtime/calls/{call_id}/hangup</c>.</summary>
    /// <inheritdoc cref="CreateAsync(string, CancellationToken)" path="/exception"/>
    /// <param name="callId">The call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task HangUpAsync(string callId, CancellationToken cancellationToken = default) =>
        SendAsync(new($"{Calls}.{nameof(HangUpAsync)}", "hang_up_call"), callId, "hangup", [], null, null, cancellationToken);

    /// <param name="constraints">What the request breaks.</param>
    /// <param name="session">The session that the call begins with; null when it stands in the key.</param>
    /// <param name="createBody">Called once the request has been checked: JSON cannot hold everything that is refused.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    private Task<CallAnswer> AnswerAsync(
        Constraints constraints, SessionConfiguration? session, Func<(string ContentType, byte[] Body)> createBody, CancellationToken cancellationToken)
    {
        var name = new OperationName($"{Calls}.{nameof(CreateAsync)}", "create_call");
        if (_client.Refuse(name.Telemetry, _client.WithModelEnds(constraints.Violations, "session", session)) is { } refused)
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
        if (_client.Refuse(name.Telemetry, violations, [.. CallIdFaults(callId), .. protective]) is { } refused)
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
            },
            cancellationToken);
    }

    /// <summary>
    /// C82. An ID that would change the path is refused even when requests are not validated, and so is one of the Live API: a telephone call
    /// may raise webhooks of both, and the service would only answer that the call is unknown.
    /// </summary>
    private static IReadOnlyList<ConstraintViolation> CallIdFaults(string callId)
    {
        var constraints = new Constraints();
        constraints.Required(callId, "call_id");
        if (callId is "." or "..")
            constraints.Error("call_id", Constraints.Quote(callId), "must not be a segment of a path");
        if (EndpointRules.IsLiveSession(callId))
            constraints.Error("call_id", Constraints.Quote(callId), EndpointRules.LiveSessionRule);
        return constraints.Violations;
    }

    /// <summary>The last segment of the path in <c>Location</c>, which is mostly relative.</summary>
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
