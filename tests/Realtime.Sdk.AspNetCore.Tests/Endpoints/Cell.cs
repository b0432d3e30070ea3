namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

internal enum Origin
{
    Same,
    Allowed,
    Absent,
    AbsentSameOrigin,
    AbsentCrossSite,
    Other,
    Null,
    Twice,
}

internal enum Access
{
    User,
    RequiredWithoutUser,
    Anonymous,
    FallbackWithUser,
    FallbackWithoutUser,
}

internal enum Quota
{
    Left,
    Exhausted,
}

internal enum BodyType
{
    Right,
    WithCharset,
    Wrong,
    Absent,
}

internal enum Size
{
    Valid,
    Limit,
    Empty,
    OverWithLength,
    OverChunked,
}

internal enum Verb
{
    Post,
    Get,
    Put,
    Delete,
    Options,
}

internal enum HostName
{
    Allowed,
    Other,
}

/// <summary>One request of the access matrix. The first value of each dimension belongs to a valid request.</summary>
internal sealed record Cell(Origin Origin, Access Access, Quota Quota, BodyType Type, Size Size, Verb Verb, HostName Host)
{
    /// <summary>All requests that differ from a valid request in at most three dimensions.</summary>
    public static IReadOnlyList<Cell> All { get; } =
    [
        .. from origin in Enum.GetValues<Origin>()
           from access in Enum.GetValues<Access>()
           from quota in Enum.GetValues<Quota>()
           from type in Enum.GetValues<BodyType>()
           from size in Enum.GetValues<Size>()
           from verb in Enum.GetValues<Verb>()
           from host in Enum.GetValues<HostName>()
           let differences = new[] { (int)origin, (int)access, (int)quota, (int)type, (int)size, (int)verb, (int)host }.Count(value => value != 0)
           where differences <= 3
           select new Cell(origin, access, quota, type, size, verb, host),
    ];

    public bool HasUser => Access is Access.User or Access.FallbackWithUser;

    private bool HasFallback => Access is Access.FallbackWithUser or Access.FallbackWithoutUser;

    /// <summary>The documented order of the checks: first those of the framework, then those of the endpoint.</summary>
    /// <returns>The status, and whether the endpoint's own code answers.</returns>
    public (int Status, bool IsOurs) Expect(Door door)
    {
        // The framework: host filter, route, authorization. A fallback policy also protects the answers of the router.
        if (Host == HostName.Other)
            return (400, false);
        var routed = Verb != Verb.Post ? 405 : RouterRefusesType(door) ? 415 : 200;
        if (routed != 200)
            return (HasFallback && !HasUser ? 401 : routed, false);
        if (Access is Access.RequiredWithoutUser or Access.FallbackWithoutUser)
            return (401, false);

        // The endpoint: origin, quota, content type, size, content.
        if (Origin is Origin.AbsentCrossSite or Origin.Other or Origin.Null or Origin.Twice)
            return (403, true);
        if (Quota == Quota.Exhausted)
            return (429, true);
        if (door == Door.ClientSecrets && Size == Size.Empty)
            return (200, true);
        if (Type is BodyType.Wrong or BodyType.Absent)
            return (415, true);
        return Size switch
        {
            Size.OverWithLength or Size.OverChunked => (413, true),
            Size.Empty => (400, true),
            _ => ((int)door.Success, true),
        };
    }

    /// <summary>Routes know the content type of offers. The body of a client secret is optional, so its endpoint checks the type.</summary>
    private bool RouterRefusesType(Door door) => door == Door.WebRtc && Type == BodyType.Wrong;
}
