using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary><c>POST /realtime/calls</c>, and accept, reject, refer and hangup of a call.</summary>
internal static class CallEndpoints
{
    private const int DefaultRejectStatus = 603;

    public static IReadOnlyList<Route> Routes { get; } =
    [
        new("/realtime/calls", CreateAsync, AcceptsClientSecret: true),
        new("/realtime/calls/{call_id}/accept", Accept),
        new("/realtime/calls/{call_id}/reject", Reject),
        new("/realtime/calls/{call_id}/refer", Refer),
        new("/realtime/calls/{call_id}/hangup", HangUp),
    ];

    private static readonly EmulatorHttpResponse Done = new() { StatusCode = 200 };

    private static async ValueTask<EmulatorHttpResponse> CreateAsync(EmulatorRequest request)
    {
        var (sdp, requested) = await CallOffer.ReadAsync(request.Recorded).ConfigureAwait(false);
        var offer = SdpOffer.Parse(sdp);
        var session = requested is null && request.Credential.Secret is { } secret
            ? secret.Session.DeepClone().AsObject()
            : SessionRules.ComputeEffectiveCall(requested, "session", request.Policy);
        if (request.State is { AnswerOffer: null, Options.AnswersWithoutMedia: false })
            throw EmulatorHttpException.MediaNotAvailable();
        var call = new EmulatedCall(request.State.Ids.Next("rtc_"), EmulatedCallState.Active) { SessionJson = AddIds(session, request.State) };
        var entry = request.State.Begin(call, request.Policy);
        var answer = request.State.AnswerOffer is { } respond ? await AnswerAsync(respond, sdp, entry, request.State).ConfigureAwait(false) : SdpAnswer.CreateRejection(offer);
        return new()
        {
            StatusCode = 201,
            ContentType = "text/plain; charset=utf-8",
            Body = Encoding.UTF8.GetBytes(answer),
            Headers = new Dictionary<string, string> { ["Location"] = $"{request.Recorded.Path}/{call.Id}" },
        };
    }

    /// <summary>Calls the test's callback, which answers an offer. Its exception ends the call and is thrown by <see cref="RealtimeEmulator.DisposeAsync"/>.</summary>
    private static async Task<string> AnswerAsync(Func<EmulatedOffer, CancellationToken, Task<string>> respond, string sdp, CallEntry entry, EmulatorState state)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(state.Stopping);
        timeout.CancelAfter(state.Options.ExpectTimeout);
        try
        {
            var answering = respond(new(sdp, new(state, entry)), timeout.Token);

            // A late answer is not awaited, and its exception has already been reported as a timeout.
            _ = answering.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            var answer = await answering.WaitAsync(timeout.Token).ConfigureAwait(false);
            return string.IsNullOrWhiteSpace(answer) ? throw new InvalidOperationException($"The {nameof(RealtimeEmulator.OnOffer)} callback returned no SDP answer.") : answer;
        }
#pragma warning disable CA1031 // the callback is code of the test, which may throw any exception
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (state.Calls.TryEnd(entry.Call.Id, EmulatedCallParty.Service))
                state.SimulatedCalls.End(entry.Call.Id);
            if (!state.Stopping.IsCancellationRequested)
                state.Sessions.Fail(timeout.IsCancellationRequested ? CreateTimeout(state) : e);
            throw new EmulatorHttpException(500, "The callback of the test did not answer the offer.", "offer_not_answered", type: "emulator_error");
        }
    }

    private static EmulatorExpectationException CreateTimeout(EmulatorState state) =>
        new($"The {nameof(RealtimeEmulator.OnOffer)} callback did not answer within {state.Options.ExpectTimeout.TotalSeconds:0.###} seconds.");

    private static ValueTask<EmulatorHttpResponse> Accept(EmulatorRequest request)
    {
        var session = AddIds(SessionRules.ComputeEffectiveCall(request.ReadObject(), "", request.Policy), request.State);
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Ringing, call => call with { State = EmulatedCallState.Active, SessionJson = session });
        return new(Done);
    }

    private static ValueTask<EmulatorHttpResponse> Reject(EmulatorRequest request)
    {
        var body = request.ReadObject();
        CallShapes.Reject.Check(body, new(request.Policy));
        var status = (int?)body.Number("status_code") ?? DefaultRejectStatus;
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Ringing, call => call with { State = EmulatedCallState.Rejected, RejectedWith = status });
        return new(Done);
    }

    private static ValueTask<EmulatorHttpResponse> Refer(EmulatorRequest request)
    {
        var body = request.ReadObject();
        CallShapes.Refer.Check(body, new(request.Policy));
        var target = body.Text("target_uri");
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Active, call => call with { State = EmulatedCallState.Ended, EndedBy = EmulatedCallParty.Application, ReferredTo = target });
        request.State.SimulatedCalls.End(request.Values[0]);
        return new(Done);
    }

    private static ValueTask<EmulatorHttpResponse> HangUp(EmulatorRequest request)
    {
        request.State.Calls.Change(
            request.Values[0], EmulatedCallState.Active, call => call with { State = EmulatedCallState.Ended, EndedBy = EmulatedCallParty.Application });
        request.State.SimulatedCalls.End(request.Values[0]);
        return new(Done);
    }

    private static JsonObject AddIds(JsonObject session, EmulatorState state) =>
        EffectiveSession.Identify(session, state.Ids.Next("sess_"), state.Now + state.Options.Model.SessionDuration);
}
