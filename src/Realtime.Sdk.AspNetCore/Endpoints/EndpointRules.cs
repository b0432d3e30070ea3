using System.Text;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The rules of endpoint options. All violations are reported at once.</summary>
internal static class EndpointRules
{
    private const string WebRtcMethod = "MapRealtimeWebRtc";

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1), MinExpiry = TimeSpan.FromSeconds(10), MaxExpiry = TimeSpan.FromHours(2);

    /// <summary>Returns the members of an agent that have no effect where the server takes no part in the conversation; null if there are none.</summary>
    public static string? FindServerSideMembers(RealtimeAgent agent)
    {
        var members = new List<string>();
        if (agent.Functions.Count > 0)
            members.Add("functions");
        if (agent.Handoffs.Count > 0)
            members.Add("handoffs");
        if (agent.Guardrails.Count > 0)
            members.Add("guardrails");
        return members.Count == 0 ? null : string.Join(", ", members);
    }

    public static RealtimeEndpointOptions WebRtc(RealtimeEndpointOptions? options)
    {
        options = options?.Copy() ?? new();
        var faults = Check(options);
        CheckCall(faults, options);
        if (options.PingTimeout is { } ping && ping <= TimeSpan.Zero)
            faults.Add($"{nameof(options.PingTimeout)} is {ping}, must be more than zero");
        ForbidSecretOptions(faults, options);
        ForbidRelayOptions(faults, options);
        return ThrowIfAny(faults, options);
    }

    public static RealtimeEndpointOptions Relay(RealtimeEndpointOptions? options)
    {
        options = options?.Copy() ?? new();
        var faults = Check(options);
        CheckCall(faults, options);
        ForbidSecretOptions(faults, options);
        Forbid(
            faults, WebRtcMethod, (nameof(options.OnForeignChange), options.OnForeignChange is not null), (nameof(options.IdleTimeout), options.IdleTimeout is not null),
            (nameof(options.PingTimeout), options.PingTimeout is not null));
        try
        {
            options.Relay?.ThrowIfInvalid();
        }
        catch (ArgumentException e)
        {
            faults.Add($"{nameof(options.Relay)}: {e.Message.TrimEnd('.')}");
        }
        return ThrowIfAny(faults, options);
    }

    public static RealtimeEndpointOptions IncomingCalls(RealtimeEndpointOptions? options)
    {
        options = options?.Copy() ?? new();
        if (ReferenceEquals(options.RateLimit, RealtimeRateLimit.Default))
            options = options with { RateLimit = null };
        var faults = Check(options);
        CheckCall(faults, options);
        Forbid(
            faults, WebRtcMethod, (nameof(options.AllowedOrigins), options.AllowedOrigins.Count > 0), (nameof(options.MaxCallsPerUser), options.MaxCallsPerUser is not null),
            (nameof(options.OnForeignChange), options.OnForeignChange is not null), (nameof(options.PingTimeout), options.PingTimeout is not null));
        ForbidSecretOptions(faults, options);
        ForbidRelayOptions(faults, options);
        return ThrowIfAny(faults, options);
    }

    public static RealtimeEndpointOptions ClientSecrets(RealtimeEndpointOptions? options)
    {
        options = options?.Copy() ?? new();
        var faults = Check(options);
        if (options.ExpiresAfter is { } expiry && (expiry < MinExpiry || expiry > MaxExpiry || expiry.Ticks % TimeSpan.TicksPerSecond != 0))
            faults.Add($"{nameof(options.ExpiresAfter)} is {expiry}, must be whole seconds from {MinExpiry} to {MaxExpiry}");
        Forbid(
            faults, WebRtcMethod, (nameof(options.Run), options.Run is not null), (nameof(options.OnEnded), options.OnEnded is not null), (nameof(options.MaxCallsPerUser), options.MaxCallsPerUser is not null),
            (nameof(options.OnForeignChange), options.OnForeignChange is not null), (nameof(options.IdleTimeout), options.IdleTimeout is not null),
            (nameof(options.PingTimeout), options.PingTimeout is not null));
        ForbidRelayOptions(faults, options);
        return ThrowIfAny(faults, options);
    }

    /// <summary>The members of conversation options that a client secret cannot carry, because the server takes no part in the conversation.</summary>
    public static IEnumerable<string> WithoutConversation(RealtimeConversationOptions options)
    {
        if (options.Budget is not null)
            yield return nameof(options.Budget);
        if (options.History is not null)
            yield return nameof(options.History);
        if (options.Recorder is not null)
            yield return nameof(options.Recorder);
        if (options.Renewal is not null)
            yield return nameof(options.Renewal);
    }

    private static List<string> Check(RealtimeEndpointOptions options)
    {
        var faults = new List<string>();
        CheckTimeout(faults, nameof(options.BodyTimeout), options.BodyTimeout);
        CheckTimeout(faults, nameof(options.PrepareTimeout), options.PrepareTimeout);
        if (options.RateLimit is { Requests: < 1 } limit)
            faults.Add($"{nameof(options.RateLimit)}.{nameof(limit.Requests)} is {limit.Requests}, must be at least 1");
        if (options.RateLimit is { } rate && rate.Period <= TimeSpan.Zero)
            faults.Add($"{nameof(options.RateLimit)}.{nameof(rate.Period)} is {rate.Period}, must be more than zero");
        faults.AddRange(
            from origin in options.AllowedOrigins
            where !IsOrigin(origin)
            select $"{nameof(options.AllowedOrigins)} contains \"{PeerText.Sanitize(origin)}\", must be origins such as https://www.example.com, without path and wildcard");
        return faults;
    }

    private static void CheckTimeout(List<string> faults, string name, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero || timeout > MaxTimeout)
            faults.Add($"{name} is {timeout}, must be more than zero and at most {MaxTimeout}");
    }

    private static void CheckCall(List<string> faults, RealtimeEndpointOptions options)
    {
        if (options.MaxCallsPerUser is < 1)
            faults.Add($"{nameof(options.MaxCallsPerUser)} is {options.MaxCallsPerUser}, must be at least 1");
        if (options.IdleTimeout is { } idle && idle <= TimeSpan.Zero && idle != Timeout.InfiniteTimeSpan)
            faults.Add($"{nameof(options.IdleTimeout)} is {idle}, must be more than zero, or Timeout.InfiniteTimeSpan");
    }

    private static void ForbidSecretOptions(List<string> faults, RealtimeEndpointOptions options) =>
        Forbid(faults, "MapRealtimeClientSecrets", (nameof(options.SessionOnly), options.SessionOnly), (nameof(options.ExpiresAfter), options.ExpiresAfter is not null));

    private static void ForbidRelayOptions(List<string> faults, RealtimeEndpointOptions options) =>
        Forbid(faults, "MapRealtimeRelay", (nameof(options.Relay), options.Relay is not null), (nameof(options.AllowMissingOrigin), options.AllowMissingOrigin));

    /// <summary>Whether a text is an origin as browsers send it: in lower case and ASCII, and without a user, the default port, a path or a wildcard.</summary>
    private static bool IsOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "" } && origin == uri.GetLeftPart(UriPartial.Authority)
        && Ascii.IsValid(origin) && !origin.Contains('*', StringComparison.Ordinal);

    private static void Forbid(List<string> faults, string other, params ReadOnlySpan<(string Name, bool IsSet)> members)
    {
        foreach (var (name, isSet) in members)
        {
            if (isSet)
                faults.Add($"{name} has no meaning here, must not be set: it is an option of {other}");
        }
    }

    private static RealtimeEndpointOptions ThrowIfAny(List<string> faults, RealtimeEndpointOptions options) =>
        faults.Count == 0 ? options : throw new ArgumentException($"The options of the endpoint are not valid: {string.Join("; ", faults)}.", nameof(options));
}
