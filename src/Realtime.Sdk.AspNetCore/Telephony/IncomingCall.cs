namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// A telephone call from its announcement until the call host carries it, or until it is rejected or missed. It ends exactly once, with one record. It does not keep the request.
/// </summary>
internal sealed class IncomingCall(RealtimeEndpoint endpoint, IncomingCallData data, CallClaims claims)
{
    /// <summary>SIP statuses: the first lets the caller's telephone system try another destination.</summary>
    private const int Unavailable = 503, Busy = 486;

    private const int MaxAccepts = 3;

    /// <summary>The service waits for the answer to its webhook. After an error, it delivers it again.</summary>
    private static readonly TimeSpan MaxRejection = TimeSpan.FromSeconds(5);

    /// <summary>No caller waits longer.</summary>
    private static readonly TimeSpan MaxAccept = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(500), MaxAcceptDelay = TimeSpan.FromSeconds(2);

    private readonly EndpointServices _services = endpoint.Services;
    private readonly RealtimeConversationFactory _factory = endpoint.Services.GetFactory(endpoint.Agent);
    private readonly DateTimeOffset _announcedAt = endpoint.Services.Time.GetUtcNow();

    /// <summary>
    /// Decides what happens to the call, also if the service has abandoned the delivery: another one may have been acknowledged in the meantime. The call was rejected when this
    /// returns; it is accepted in the background. Returns why that is not possible now; null if the delivery can be acknowledged.
    /// </summary>
    public async Task<EndpointProblem?> DecideAsync(HttpContext context)
    {
        var reservation = await _services.Host.ReserveAsync(new() { Agent = endpoint.Agent }, CancellationToken.None).ConfigureAwait(false);
        var isHandedOver = false;
        try
        {
            if (reservation.Refusal is { } refusal)
                return refusal == CallRefusal.Stopping ? EndpointProblem.Of(refusal) : await RejectAsync(Busy, CallEndReason.Busy).ConfigureAwait(false);
            var feature = new IncomingCallFeature(data);
            context.Features.Set<IRealtimeIncomingCallFeature>(feature);
            var (options, problem) = await ConversationPreparation.PrepareAsync(context, endpoint, onForeignChange: null, CancellationToken.None).ConfigureAwait(false);
            if (options is null)
                return problem == EndpointProblem.Refused ? await RejectAsync(feature.RejectionStatus, CallEndReason.Rejected).ConfigureAwait(false) : problem ?? EndpointProblem.Slow;
            isHandedOver = true;
            using (ExecutionContext.SuppressFlow())
                _ = Task.Run(() => AcceptAsync(reservation, options));
            return null;
        }
        finally
        {
            if (!isHandedOver)
                await reservation.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Rejects the call. Returns why its delivery cannot be acknowledged; null if it can.</summary>
    private async Task<EndpointProblem?> RejectAsync(int status, CallEndReason reason)
    {
        using var deadline = new CancellationTokenSource(MaxRejection, _services.Time);
        try
        {
            await _factory.Client.Calls.RejectAsync(data.CallId, status, deadline.Token).ConfigureAwait(false);
        }
        catch (RealtimeApiException e) when (FindEnd(e) is { } end)
        {
            reason = end;
        }
#pragma warning disable CA1031 // HTTP handlers of the app can throw anything; the delivery is refused in any case
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.NotRejected(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
            return EndpointProblem.Slow;
        }
        await ReportAsync(reason, state: null).ConfigureAwait(false);
        return null;
    }

    /// <summary>Accepts the call and hands it over to the call host, which has a place for it. Never fails.</summary>
    private async Task AcceptAsync(CallReservation reservation, RealtimeConversationOptions options)
    {
        await using (reservation.ConfigureAwait(false))
        {
            var reason = CallEndReason.NotAccepted;
            try
            {
                var call = await AcceptAsync(options, reservation.Ending).ConfigureAwait(false);
                reservation.Carry(new()
                {
                    Call = call,
                    Run = endpoint.Options.Run ?? GreetAsync,
                    IdleTimeout = endpoint.IdleTimeout,
                    OnEnded = endpoint.Options.OnEnded,
                });
                return;
            }
            catch (RealtimeApiException e) when (FindEnd(e) is { } end)
            {
                reason = end;
            }
#pragma warning disable CA1031 // nothing awaits this; after any failure, the caller must not hear the ringing tone any longer
            catch (Exception e)
#pragma warning restore CA1031
            {
                EndpointLog.NotAccepted(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
                if (!await AbandonAsync(reservation.Ending).ConfigureAwait(false))
                    await claims.ReleaseAsync().ConfigureAwait(false);
            }
            await ReportAsync(reason, options.State).ConfigureAwait(false);
        }
    }

    /// <summary>Accepts the call; again if the service has certainly not processed it, because there were too many requests.</summary>
    private async Task<AnsweredCall> AcceptAsync(RealtimeConversationOptions options, CancellationToken ending)
    {
        using var deadline = new CancellationTokenSource(MaxAccept, _services.Time);
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ending);
        var token = canceled.Token;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // It calls Prepare of the agent.
                return await AppCode.RunAsync(() => _factory.AcceptCallAsync(data.CallId, options, token), token).ConfigureAwait(false);
            }
            catch (RealtimeApiException e) when (e is { Kind: RealtimeApiErrorKind.RateLimited, IsTransient: true } && attempt < MaxAccepts)
            {
                var delay = e.RetryAfter is { Ticks: > 0 } requested ? requested : attempt * AcceptDelay;
                await Task.Delay(delay < MaxAcceptDelay ? delay : MaxAcceptDelay, _services.Time, token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Ends a call that could not be accepted. If it was accepted, because only the answer was lost, it is hung up. Returns false if it may still ring. The requests are not
    /// canceled when the host stops: the caller would continue to hear the ringing tone.
    /// </summary>
    private async Task<bool> AbandonAsync(CancellationToken ending)
    {
        var calls = _factory.Client.Calls;
        try
        {
            await CallRequest.SendAsync(_ => calls.RejectAsync(data.CallId, Unavailable, CancellationToken.None), _services.Time, ending).ConfigureAwait(false);
            return true;
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
        {
            return true;
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.AlreadyDecided)
        {
            await HangUpAsync(ending).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // HTTP handlers of the app can throw anything, and the call must be reported in any case
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.NotRejected(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
            return false;
        }
    }

    private async Task HangUpAsync(CancellationToken ending)
    {
        try
        {
            await CallRequest.SendAsync(_ => _factory.Client.Calls.HangUpAsync(data.CallId, CancellationToken.None), _services.Time, ending).ConfigureAwait(false);
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
        {
            // The caller has hung up.
        }
#pragma warning disable CA1031 // as above
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.HangUpFailed(_services.Logger, endpoint.ToString(), PeerText.Sanitize(e.Message), e);
        }
    }

    private async Task ReportAsync(CallEndReason reason, object? state)
    {
        var record = new CallRecord { Id = data.CallId, Agent = endpoint.Agent, EndReason = reason, StartedAt = _announcedAt, Duration = TimeSpan.Zero, State = state };
        EndpointLog.CallEnded(_services.CallLogger, record);
        await CallReport.SendAsync(record, endpoint.Options.OnEnded, _services.CallLogger, _services.Time, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Returns how the call has ended already, according to the service; null if it has not.</summary>
    private static CallEndReason? FindEnd(RealtimeApiException exception) => exception.Kind switch
    {
        RealtimeApiErrorKind.NotFound when exception.Error?.Code != "model_not_found" => CallEndReason.Vanished,
        RealtimeApiErrorKind.AlreadyDecided => CallEndReason.DecidedElsewhere,
        _ => null,
    };

    /// <summary>The code of a call without code of the app: callers expect that the called party speaks first.</summary>
    private static async Task GreetAsync(RealtimeConversation conversation, CancellationToken cancellationToken)
    {
        _ = conversation.Respond();
        await ((Task)conversation.Completion).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
