using System.Collections.Concurrent;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>What stands between an application and the service, and does to the requests of each call what its plan says.</summary>
internal sealed class TelephoneFaults : DelegatingHandler
{
    private readonly ConcurrentDictionary<string, PlannedIncomingCall> _plans = [];

    public void Add(PlannedIncomingCall plan) => _plans[plan.CallId] = plan;

    /// <summary>Returns the plan of a call; null if the call is not planned.</summary>
    public PlannedIncomingCall? Find(string callId) => _plans.GetValueOrDefault(callId);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        var (callId, verb) = uri.Query.Contains("call_id=", StringComparison.Ordinal)
            ? (uri.Query.Split("call_id=")[^1], "sideband")
            : (uri.AbsolutePath.Split('/')[^2], uri.AbsolutePath.Split('/')[^1]);
        if (Find(callId) is not { } plan)
            return await base.SendAsync(request, cancellationToken);
        if (await plan.BeforeAsync(verb, cancellationToken) is { } refusal)
            return refusal;
        var response = await base.SendAsync(request, cancellationToken);
        plan.After(verb, response);
        return response;
    }
}
