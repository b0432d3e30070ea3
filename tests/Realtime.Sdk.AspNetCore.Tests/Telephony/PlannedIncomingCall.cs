using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Tests.Hosting;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>How a telephone call is meant to end.</summary>
internal enum PlannedIncomingEnd
{
    VanishesWhileItRings,
    VanishesInPrepare,
    VanishesBeforeTheReject,
    VanishesBeforeTheAccept,
    VanishesAfterTheAccept,
    VanishesBeforeTheSideband,
    VanishesAfterTheSideband,
    CallerHangsUp,
    Rejected,
    RejectedWithAStatus,
    RejectFailsOnce,
    RejectIsLost,
    DecidedElsewhere,
    PrepareThrowsOnce,
    PrepareThrowsAlways,
    ClaimFailsOnce,
    ClaimFailsAlways,
    ClaimIsSlow,
    AcceptIsSlow,
    AcceptRefused,
    AcceptLimitedOnce,
    AcceptLimitedAlways,
    AcceptFails,
    AcceptIsLost,
    AcceptAndOneRejectFail,
    SidebandNotFoundAtFirst,
    SidebandNeverFound,
    SessionRefused,
    SidebandReset,
    SidebandClosed,
    RunReturns,
    RunThrows,
    RunTransfers,
    RunReturnsWhileTheCallerHangsUp,
    BudgetSpent,
    HangUpFailsOnce,
    StaysUntilShutdown,
}

/// <summary>How the service announces a call.</summary>
internal enum Announcement
{
    Once,
    Repeated,
    WithASecondId,
    LiveFirst,
    LiveLast,
    AllAtOnce,
}

/// <summary>One telephone call of a random mix: the caller, the deliveries of the service, the code of the app, and what goes wrong.</summary>
internal sealed class PlannedIncomingCall(int number, PlannedIncomingEnd end, int seed)
{
    /// <summary>The header of a delivery that names its plan, for code of the app that has nothing else of the call.</summary>
    public const string Header = "X-Test-Plan";

    private const string Manager = "tel:+14155550199";
    private const int MaxDeliveries = 5;

    private readonly Random _random = new(seed);
    private readonly ConcurrentDictionary<string, int> _counts = [];
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EmulatorSession> _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<int> _statuses = [];
    private EmulatedCaller? _caller;
    private EmulatorSession? _session;
    private Announcement _announcement;

    public PlannedIncomingEnd End => end;

    public string CallId => _caller!.CallId;

    public EmulatedCall Call => _caller!.Call;

    public string Name => $"call{number}";

    /// <summary>The statuses of the answers to deliveries about the Realtime API; 0 for a delivery that was not answered.</summary>
    public IReadOnlyList<int> Statuses => [.. _statuses];

    public bool IsAcknowledged => _statuses.Any(status => status is >= 200 and < 300);

    /// <summary>The number of requests that have accepted the call.</summary>
    public int Accepts => Count("accepted");

    /// <summary>Whether the code of the app has its conversation.</summary>
    public bool IsAttached => _attached.Task.IsCompleted;

    /// <summary>The reasons that are possible if the application has a place and does not stop before; none for a call that the app never decides on.</summary>
    public string[] Reasons => end switch
    {
        PlannedIncomingEnd.PrepareThrowsAlways or PlannedIncomingEnd.ClaimFailsAlways => [],
        PlannedIncomingEnd.VanishesWhileItRings or PlannedIncomingEnd.VanishesInPrepare or PlannedIncomingEnd.VanishesBeforeTheReject or PlannedIncomingEnd.VanishesBeforeTheAccept => ["vanished"],

        // The service still answers the request that accepts the call, or attaches the conversation.
        PlannedIncomingEnd.VanishesAfterTheAccept or PlannedIncomingEnd.VanishesBeforeTheSideband => ["not_attached"],
        PlannedIncomingEnd.VanishesAfterTheSideband => ["not_attached", "hung_up"],
        PlannedIncomingEnd.Rejected or PlannedIncomingEnd.RejectedWithAStatus or PlannedIncomingEnd.RejectFailsOnce => ["rejected"],

        // The delivery is repeated, and its call is rejected already.
        PlannedIncomingEnd.RejectIsLost or PlannedIncomingEnd.DecidedElsewhere => ["decided_elsewhere"],
        PlannedIncomingEnd.AcceptRefused or PlannedIncomingEnd.AcceptLimitedAlways or PlannedIncomingEnd.AcceptFails or PlannedIncomingEnd.AcceptIsLost
            or PlannedIncomingEnd.AcceptAndOneRejectFail => ["not_accepted"],
        PlannedIncomingEnd.SidebandNeverFound or PlannedIncomingEnd.SessionRefused => ["not_attached"],
        PlannedIncomingEnd.SidebandReset => ["connection_lost"],
        PlannedIncomingEnd.SidebandClosed => ["failed"],
        PlannedIncomingEnd.RunReturns or PlannedIncomingEnd.HangUpFailsOnce => ["completed"],
        PlannedIncomingEnd.RunThrows => ["app_failed"],
        PlannedIncomingEnd.RunTransfers => ["transferred"],
        PlannedIncomingEnd.RunReturnsWhileTheCallerHangsUp => ["completed", "hung_up"],

        // So short a budget can be spent while the conversation is being attached.
        PlannedIncomingEnd.BudgetSpent => ["budget_spent", "not_attached"],
        PlannedIncomingEnd.StaysUntilShutdown => ["stopped"],
        _ => ["hung_up"],
    };

    private bool IsRejecting => end is PlannedIncomingEnd.Rejected or PlannedIncomingEnd.RejectedWithAStatus or PlannedIncomingEnd.RejectFailsOnce or PlannedIncomingEnd.RejectIsLost
        or PlannedIncomingEnd.VanishesBeforeTheReject;

    /// <summary>Whether the deadline for attaching is short, because no conversation can be attached.</summary>
    private bool IsNeverAttached => end is PlannedIncomingEnd.SidebandNeverFound or PlannedIncomingEnd.VanishesAfterTheAccept or PlannedIncomingEnd.VanishesBeforeTheSideband
        or PlannedIncomingEnd.VanishesAfterTheSideband;

    /// <summary>Returns the plan of the call that a request announces.</summary>
    public static PlannedIncomingCall Find(HttpContext http) => http.RequestServices.GetRequiredService<IReadOnlyDictionary<string, PlannedIncomingCall>>()[http.Request.Headers[Header].ToString()];

    public async Task PlaceAsync(RealtimeEmulator emulator)
    {
        var announcements = Enum.GetValues<Announcement>();
        _announcement = announcements[_random.Next(announcements.Length)];
        _caller = await emulator.PlaceCallAsync();
    }

    /// <summary>The store of the app, before it claims something.</summary>
    public async Task ClaimAsync(CancellationToken cancellationToken)
    {
        var count = CountUp("claim");
        if (end == PlannedIncomingEnd.ClaimFailsAlways || (end == PlannedIncomingEnd.ClaimFailsOnce && count == 1))
            throw new TimeZoneNotFoundException("The store is broken.");

        // Another delivery of the same call is faster.
        if (end == PlannedIncomingEnd.ClaimIsSlow && count == 1 && _announcement == Announcement.AllAtOnce)
            await _answered.Task.WaitAsync(cancellationToken);
    }

    public RealtimeConversationOptions? Prepare(HttpContext http, RealtimeConversationOptions options)
    {
        var feature = http.Features.GetRequiredFeature<IRealtimeIncomingCallFeature>();
        feature.Call.CallId.Should().Be(CallId);
        var count = CountUp("prepare");
        if (end == PlannedIncomingEnd.PrepareThrowsAlways || (end == PlannedIncomingEnd.PrepareThrowsOnce && count == 1))
            throw new TimeZoneNotFoundException("The app is broken.");
        if (end == PlannedIncomingEnd.VanishesInPrepare)
            _caller!.HangUp();
        if (end == PlannedIncomingEnd.RejectedWithAStatus)
            feature.RejectionStatus = 400 + number % 200;
        return IsRejecting ? null : options with
        {
            State = this,
            Limits = IsNeverAttached ? new() { AttachTimeout = TimeSpan.FromMilliseconds(600) } : options.Limits,
            Budget = end == PlannedIncomingEnd.BudgetSpent ? new() { Time = TimeSpan.FromMilliseconds(100 + seed % 400), OnSpent = WhenSpent.EndImmediately } : null,
        };
    }

    public async Task RunAsync(RealtimeConversation conversation, CancellationToken stop)
    {
        _attached.SetResult(_session!);
        switch (end)
        {
            case PlannedIncomingEnd.RunReturns or PlannedIncomingEnd.HangUpFailsOnce:
                return;
            case PlannedIncomingEnd.RunThrows:
                throw new TimeZoneNotFoundException("The app is broken.");
            case PlannedIncomingEnd.RunReturnsWhileTheCallerHangsUp:
                await _ending.Task.WaitAsync(stop);
                return;
            default:
                await foreach (var update in conversation.ReadUpdatesAsync(stop))
                {
                    if (update is KeyUpdate { Key: "0" })
                        await conversation.TransferAsync(Manager, stop);
                }
                return;
        }
    }

    /// <summary>The callback of the app for the record.</summary>
    public void OnEnded() => _over.TrySetResult();

    /// <summary>Drives the sideband of the call.</summary>
    public async Task ServeAsync(EmulatorSession session)
    {
        if (end == PlannedIncomingEnd.SessionRefused)
        {
            await PlannedCall.RefuseAsync(session);
            return;
        }
        _session = session;
        await session.RunModelAsync();
    }

    /// <summary>What happens to a request of the app before it reaches the service: null lets it pass.</summary>
    public async Task<HttpResponseMessage?> BeforeAsync(string verb, CancellationToken cancellationToken)
    {
        var count = CountUp(verb);
        switch (end, verb)
        {
            case (PlannedIncomingEnd.VanishesBeforeTheReject, "reject") or (PlannedIncomingEnd.VanishesBeforeTheAccept, "accept") or (PlannedIncomingEnd.VanishesBeforeTheSideband, "sideband"):
                _caller!.HangUp();
                return null;
            case (PlannedIncomingEnd.AcceptIsSlow, "accept"):
                await _answered.Task.WaitAsync(cancellationToken);
                return null;
            case (PlannedIncomingEnd.AcceptRefused, "accept"):
                return ServiceFaults.Error(HttpStatusCode.BadRequest);
            case (PlannedIncomingEnd.AcceptLimitedAlways, "accept"):
            case (PlannedIncomingEnd.AcceptLimitedOnce, "accept") when count == 1:
                return Limited();
            case (PlannedIncomingEnd.AcceptFails or PlannedIncomingEnd.AcceptAndOneRejectFail, "accept"):
                return ServiceFaults.Error(HttpStatusCode.InternalServerError);
            case (PlannedIncomingEnd.RejectFailsOnce or PlannedIncomingEnd.AcceptAndOneRejectFail, "reject") when count == 1:
            case (PlannedIncomingEnd.HangUpFailsOnce, "hangup") when count == 1:
                return ServiceFaults.Error(HttpStatusCode.ServiceUnavailable);
            case (PlannedIncomingEnd.SidebandNeverFound, "sideband"):
            case (PlannedIncomingEnd.SidebandNotFoundAtFirst, "sideband") when count <= 1 + seed % 2:
                return ServiceFaults.Error(HttpStatusCode.NotFound);
            default:
                return null;
        }
    }

    /// <summary>What happens to the answer of the service before it reaches the app.</summary>
    public void After(string verb, HttpResponseMessage response)
    {
        if (verb == "accept" && response.IsSuccessStatusCode)
            CountUp("accepted");
        if ((end, verb) is (PlannedIncomingEnd.VanishesAfterTheAccept, "accept") or (PlannedIncomingEnd.VanishesAfterTheSideband, "sideband"))
            _caller!.HangUp();
        if ((end, verb) is not ((PlannedIncomingEnd.AcceptIsLost, "accept") or (PlannedIncomingEnd.RejectIsLost, "reject")) || !response.IsSuccessStatusCode)
            return;
        response.Dispose();
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was lost.");
    }

    /// <summary>Announces the call, and does what the caller does in it.</summary>
    public async Task PlayAsync(TelephoneApp app)
    {
        using var other = app.Emulator.CreateClient();
        if (end == PlannedIncomingEnd.VanishesWhileItRings)
            _caller!.HangUp();
        if (end == PlannedIncomingEnd.DecidedElsewhere)
            await other.Calls.AcceptAsync(CallId, new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1" }).WithTimeout();
        await AnnounceAsync(app);
        if (end == PlannedIncomingEnd.DecidedElsewhere)
            await HangUpAsync(other);

        // A call that is not decided on has no end.
        if (!IsAcknowledged || Reasons is [])
            return;
        await Task.WhenAny(_attached.Task, _over.Task, Task.Delay(Timeout.InfiniteTimeSpan, app.App.App.Lifetime.ApplicationStopped)).WithTimeout();
        if (!_attached.Task.IsCompleted)
            return;
        try
        {
            await ActAsync(await _attached.Task);
        }
        catch (EmulatorSessionEndedException)
        {
            // The application has stopped before.
        }
    }

    public override string ToString() => $"{Name}: {end}, {_announcement}, deliveries {string.Join(' ', _statuses)}, {_caller?.Call}, requests {string.Join(' ', _counts)}";

    private async Task AnnounceAsync(TelephoneApp app)
    {
        var body = RealtimeJson.Serialize(_caller!.Webhook);
        var live = $$$"""{"type":"live.call.incoming","data":{"session_id":"live_{{{number}}}","sip_headers":[{"name":"Call-ID","value":"{{{_caller.Webhook.Data.SipCallId}}}"}]}}""";
        Task FirstAsync() => DeliverAsync(app, body, $"wh_{number}");
        Task SecondAsync() => DeliverAsync(app, body, $"wh_{number}_other");
        Task LiveAsync() => DeliverAsync(app, live, $"wh_{number}_live");
        Func<Task>[] announcements = _announcement switch
        {
            Announcement.Repeated => [FirstAsync, FirstAsync, FirstAsync],
            Announcement.WithASecondId => [FirstAsync, SecondAsync],
            Announcement.LiveFirst => [LiveAsync, FirstAsync],
            Announcement.LiveLast => [FirstAsync, LiveAsync],
            Announcement.AllAtOnce => [FirstAsync, LiveAsync, SecondAsync, FirstAsync],
            _ => [FirstAsync],
        };
        if (_announcement == Announcement.AllAtOnce)
            await Task.WhenAll(announcements.Select(announce => Task.Run(announce)));
        foreach (var announce in announcements)
            await announce();
    }

    /// <summary>Delivers until the app acknowledges, as the service does.</summary>
    private async Task DeliverAsync(TelephoneApp app, string body, string id)
    {
        for (var i = 0; i < MaxDeliveries; i++)
        {
            var status = 0;
            try
            {
                status = (int)await app.DeliverAsync(body, id, request => request.Headers.Add(Header, Name));
            }
            catch (HttpRequestException)
            {
                // The application has stopped.
            }
            if (!id.EndsWith("live", StringComparison.Ordinal))
                _statuses.Enqueue(status);
            if (status is >= 200 and < 300)
            {
                _answered.TrySetResult();
                return;
            }
        }
    }

    private async Task ActAsync(EmulatorSession session)
    {
        switch (end)
        {
            case PlannedIncomingEnd.SidebandReset:
                session.End(ConnectionFailure.Reset);
                break;
            case PlannedIncomingEnd.SidebandClosed:
                await session.CloseAsync(1011, "broken").WithTimeout();
                break;
            case PlannedIncomingEnd.RunTransfers:
                await session.WhenReceivedAsync<SessionUpdateEvent>(_ => true).WithTimeout();
                _caller!.Press("0");
                break;
            case PlannedIncomingEnd.RunReturnsWhileTheCallerHangsUp:
                _ending.SetResult();
                _caller!.HangUp();
                break;
            case PlannedIncomingEnd.RunReturns or PlannedIncomingEnd.RunThrows or PlannedIncomingEnd.BudgetSpent or PlannedIncomingEnd.HangUpFailsOnce or PlannedIncomingEnd.StaysUntilShutdown:
                break;
            default:
                _caller!.HangUp();
                break;
        }
    }

    private async Task HangUpAsync(RealtimeClient other)
    {
        try
        {
            await other.Calls.HangUpAsync(CallId).WithTimeout();
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
        {
            // An application that stops hangs up a call that it may have accepted.
        }
    }

    private static HttpResponseMessage Limited()
    {
        var response = ServiceFaults.Error(HttpStatusCode.TooManyRequests, """{"error":{"message":"No.","type":"rate_limit_error"}}""");
        response.Headers.Add("retry-after-ms", "1");
        return response;
    }

    private int CountUp(string what) => _counts.AddOrUpdate(what, 1, static (_, count) => count + 1);

    private int Count(string what) => _counts.GetValueOrDefault(what);
}
