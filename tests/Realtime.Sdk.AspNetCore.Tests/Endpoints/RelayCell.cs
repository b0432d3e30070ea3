namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

internal enum RelayOrigin
{
    Same,
    Allowed,
    Absent,
    Other,
    Null,
    Twice,
}

internal enum FetchSite
{
    Absent,
    SameOrigin,
    SameSite,
    CrossSite,
}

internal enum MissingOrigin
{
    Refused,
    Allowed,
}

internal enum RelayAccess
{
    User,
    RequiredWithoutUser,
    PolicyRefuses,
    Anonymous,
    FallbackWithUser,
    FallbackWithoutUser,
}

internal enum RelayVerb
{
    Get,
    Post,
    Put,
    Head,
    Options,
}

internal enum Handshake
{
    Valid,
    NoConnection,
    NoUpgrade,
    OtherUpgrade,
    OldVersion,
    NoVersion,
    NoKey,
    ShortKey,
}

internal enum Preparation
{
    Accepts,
    Refuses,
    Throws,
}

internal enum HostState
{
    Free,
    Full,
    Stopping,
}

internal enum Upstream
{
    Accepts,
    Refuses,
    Unreachable,
}

/// <summary>One handshake of the access matrix. The first value of each dimension belongs to a valid handshake.</summary>
internal sealed record RelayCell(
    RelayOrigin Origin, FetchSite Site, MissingOrigin Missing, RelayAccess Access, HostName Name, RelayVerb Verb, Handshake Handshake, Quota Rate, Preparation Preparation,
    HostState Host, Quota Places, Upstream Upstream)
{
    private static readonly int[] Sizes =
    [
        Enum.GetValues<RelayOrigin>().Length, Enum.GetValues<FetchSite>().Length, Enum.GetValues<MissingOrigin>().Length, Enum.GetValues<RelayAccess>().Length,
        Enum.GetValues<HostName>().Length, Enum.GetValues<RelayVerb>().Length, Enum.GetValues<Handshake>().Length, Enum.GetValues<Quota>().Length,
        Enum.GetValues<Preparation>().Length, Enum.GetValues<HostState>().Length, Enum.GetValues<Quota>().Length, Enum.GetValues<Upstream>().Length,
    ];

    public int Differences => new[]
    {
        (int)Origin, (int)Site, (int)Missing, (int)Access, (int)Name, (int)Verb, (int)Handshake, (int)Rate, (int)Preparation, (int)Host, (int)Places, (int)Upstream,
    }.Count(value => value != 0);

    /// <summary>All handshakes that differ from a valid one in at most three dimensions.</summary>
    public static IReadOnlyList<RelayCell> All { get; } = [.. Choose(differences: 3).Select(Create)];

    public bool HasUser => Access is RelayAccess.User or RelayAccess.FallbackWithUser or RelayAccess.PolicyRefuses;

    public bool HasFallback => Access is RelayAccess.FallbackWithUser or RelayAccess.FallbackWithoutUser;

    /// <summary>The documented order of the checks: first those of the framework, then those of the endpoint, and last the service.</summary>
    /// <returns>The status, and the title of the endpoint's own answer; null if the framework answers, or the relay begins.</returns>
    public (int Status, string? Title) Expect()
    {
        // The framework: host filter, route, authorization. A fallback policy also protects the answers of the router.
        if (Name == HostName.Other)
            return (400, null);
        if (Verb != RelayVerb.Get)
            return (Access == RelayAccess.FallbackWithoutUser ? 401 : 405, null);
        switch (Access)
        {
            case RelayAccess.RequiredWithoutUser or RelayAccess.FallbackWithoutUser:
                return (401, null);
            case RelayAccess.PolicyRefuses:
                return (403, null);
        }

        // The endpoint: before these, nothing is reserved, and nothing is asked of the service.
        if (!IsAllowedSource)
            return (403, "Pages of this origin may not use the endpoint.");
        if (Handshake != Handshake.Valid)
            return (426, "The request must open a WebSocket.");
        if (Rate == Quota.Exhausted)
            return (429, "Too many requests.");
        if (Preparation != Preparation.Accepts)
            return Preparation == Preparation.Refuses ? (403, "The request was refused.") : (500, "The request could not be processed.");
        if (Host != HostState.Free)
            return (503, Host == HostState.Full ? "The server carries as many calls as it can." : "The server is stopping.");
        if (Places == Quota.Exhausted)
            return (429, "Too many calls at the same time.");
        return Upstream switch
        {
            Upstream.Refuses => (502, "The service has refused the request of the server."),
            Upstream.Unreachable => (503, "The service cannot be reached now."),
            _ => (101, null),
        };
    }

    /// <summary>Whether the handshake takes a place, if only until the service has refused the session.</summary>
    public bool TakesPlace => Expect() is (101, _) or (502, _) or (503, "The service cannot be reached now.");

    /// <summary>The number of requests that the service gets.</summary>
    public int ExpectUpstream() => Expect().Status is 101 or 502 ? 1 : 0;

    /// <summary>An origin decides by itself. Without one, the browser's own statement about the source decides, if clients without an origin are allowed at all.</summary>
    private bool IsAllowedSource => Origin switch
    {
        RelayOrigin.Same or RelayOrigin.Allowed => true,
        RelayOrigin.Absent => Missing == MissingOrigin.Allowed && (Site is FetchSite.Absent or FetchSite.SameOrigin),
        _ => false,
    };

    private static RelayCell Create(int[] values) => new(
        (RelayOrigin)values[0], (FetchSite)values[1], (MissingOrigin)values[2], (RelayAccess)values[3], (HostName)values[4], (RelayVerb)values[5], (Handshake)values[6],
        (Quota)values[7], (Preparation)values[8], (HostState)values[9], (Quota)values[10], (Upstream)values[11]);

    /// <summary>Returns the values of all dimensions from one on, of which at most a number is not the first.</summary>
    private static IEnumerable<int[]> Choose(int differences, int dimension = 0)
    {
        if (dimension == Sizes.Length)
            return [[]];
        return from value in Enumerable.Range(0, differences == 0 ? 1 : Sizes[dimension])
               from rest in Choose(differences - (value == 0 ? 0 : 1), dimension + 1)
               select (int[])[value, .. rest];
    }
}
