using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary><c>POST /realtime/calls</c>, and accept, reject, refer and hangup of a call.</summary>
internal static class CallEndpoints
{
    private const int DefaultRejectStatus = 603;

    public static IReadOnlyList<Route> Routes { get; } =
    [
        new("/realtime/calls", CreateAsync, TakesClientSecret: true),
        new("/realtime/calls/{call_id}/accept", Accept),
        new("/realtime/calls/{call_id}/reject", Reject),
        new("/realtime/calls/{call_id}/refer", Refer),
        new("/realtime/calls/{call_id}/hangup", HangUp),
    ];

    private static readonly EmulatorAnswer Done = new() { StatusCode = 200 };

    private static async ValueTask<EmulatorAnswer> CreateAsync(EmulatorRequest request)
    {
        var (sdp, asked) = await CallOffer.ReadAsync(request.Recorded).ConfigureAwait(false);
        if (!sdp.StartsWith("v=0", StringComparison.Ordinal))
            throw EmulatorHttpException.InvalidValue("sdp", "an SDP offer begins with v=0");
        var session = asked is null && request.Credential.Secret is { } secret
            ? secret.Session.DeepClone().AsObject()
            : SessionRules.EffectiveCall(asked, "session");
        var call = new EmulatedCall(request.State.Ids.Next("rtc_"), EmulatedCallState.Active, request.State.Now) { SessionJson = Identified(session, request.State) };
        request.State.Begin(call);
        return new()
        {
            StatusCode = 201,
            ContentType = "application/sdp",
            Body = Encoding.UTF8.GetBytes(SdpAnswer.To(sdp)),
            Headers = new Dictionary<string, string> { ["Location"] = $"{request.Recorded.Path}/{call.Id}" },
        };
    }

    private static ValueTask<EmulatorAnswer> Accept(EmulatorRequest request)
    {
        var session = Identified(SessionRules.EffectiveCall(request.ReadObject(), ""), request.State);
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Ringing, call => call with { State = EmulatedCallState.Active, SessionJson = session });
        return new(Done);
    }

    private static ValueTask<EmulatorAnswer> Reject(EmulatorRequest request)
    {
        var status = request.ReadObject() switch
        {
            { Count: 0 } => DefaultRejectStatus,
            var body => body["status_code"] is JsonValue value && value.TryGetValue(out int code)
                ? Only(body, "status_code", code)
                : throw EmulatorHttpException.WrongType("status_code", "an integer was expected"),
        };
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Ringing, call => call with { State = EmulatedCallState.Rejected, RejectedWith = status });
        return new(Done);
    }

    private static ValueTask<EmulatorAnswer> Refer(EmulatorRequest request)
    {
        var body = request.ReadObject();
        if (body["target_uri"] is not JsonValue given || !given.TryGetValue(out string? target) || string.IsNullOrWhiteSpace(target))
            throw EmulatorHttpException.MissingParameter("target_uri");
        Only(body, "target_uri", target);
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Active, call => call with { State = EmulatedCallState.Ended, ReferredTo = target });
        request.State.SimulatedCalls.End(request.Values[0]);
        return new(Done);
    }

    private static ValueTask<EmulatorAnswer> HangUp(EmulatorRequest request)
    {
        request.State.Calls.Change(request.Values[0], EmulatedCallState.Active, call => call with { State = EmulatedCallState.Ended });
        request.State.SimulatedCalls.End(request.Values[0]);
        return new(Done);
    }

    private static JsonObject Identified(JsonObject session, EmulatorState state) =>
        EffectiveSession.Identify(session, state.Ids.Next("sess_"), state.Now + state.Options.Model.SessionDuration);

    private static T Only<T>(JsonObject body, string member, T value)
    {
        var other = body.FirstOrDefault(pair => pair.Key != member).Key;
        return other is null ? value : throw EmulatorHttpException.UnknownParameter(other);
    }
}
