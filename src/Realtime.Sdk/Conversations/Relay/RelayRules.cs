namespace Realtime.Sdk.Internal;

/// <summary>The rules of relay options. All violations are reported at once.</summary>
internal static class RelayRules
{
    private const int MinBytes = 1_024, MinBufferedBytes = 64 * 1024, MaxMessageBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan MinSlowTimeout = TimeSpan.FromMilliseconds(100), MaxTimeout = TimeSpan.FromDays(1);

    /// <exception cref="ArgumentException">An option is out of range. The message lists all of them.</exception>
    public static void ThrowIfInvalid(RealtimeRelayOptions options)
    {
        var faults = new List<string>();
        if (options.MaxMessageBytes is < MinBytes or > MaxMessageBytes)
            faults.Add($"{nameof(options.MaxMessageBytes)} is {options.MaxMessageBytes}, must be from {MinBytes} to {MaxMessageBytes}");
        if (options.MaxBytesPerSecond is < MinBytes)
            faults.Add($"{nameof(options.MaxBytesPerSecond)} is {options.MaxBytesPerSecond}, must be at least {MinBytes}");
        if (options.MaxRefusedEvents < 0)
            faults.Add($"{nameof(options.MaxRefusedEvents)} is {options.MaxRefusedEvents}, must be at least 0");
        if (options.MaxBufferedBytes < MinBufferedBytes)
            faults.Add($"{nameof(options.MaxBufferedBytes)} is {options.MaxBufferedBytes}, must be at least {MinBufferedBytes}");
        if (options.SlowClientTimeout < MinSlowTimeout || options.SlowClientTimeout > MaxTimeout)
            faults.Add($"{nameof(options.SlowClientTimeout)} is {options.SlowClientTimeout}, must be from {MinSlowTimeout} to {MaxTimeout}");
        CheckTimeout(faults, nameof(options.IdleTimeout), options.IdleTimeout);
        CheckTimeout(faults, nameof(options.MaxDuration), options.MaxDuration);
        foreach (var type in options.Policy.ClientEvents)
        {
            if (RelayClientEvents.Find(type) is null)
                faults.Add($"{nameof(options.Policy)}.{nameof(options.Policy.ClientEvents)} contains \"{PeerText.Sanitize(type)}\", must be types of events that a relay can forward");
        }
        CheckMembers(faults, nameof(options.Policy.SessionMembers), options.Policy.SessionMembers);
        CheckMembers(faults, nameof(options.Policy.ResponseMembers), options.Policy.ResponseMembers);
        if (faults.Count > 0)
            throw new ArgumentException($"The options of the relay are not valid: {string.Join("; ", faults)}.");
    }

    /// <summary>Throws if an option of the conversation has no meaning for a relay.</summary>
    /// <exception cref="ArgumentException">An option has no meaning for a relay. The message lists all of them.</exception>
    public static void ThrowIfUnsupported(RealtimeConversationOptions options)
    {
        string[] members = [.. new[] { options.Renewal is null ? null : nameof(options.Renewal), options.OnForeignChange is null ? null : nameof(options.OnForeignChange) }.OfType<string>()];
        if (members.Length > 0)
            throw new ArgumentException($"{string.Join(" and ", members)} must be null for a relay: its client sees the items of one session, and is the only other client of it.", nameof(options));
    }

    private static void CheckTimeout(List<string> faults, string name, TimeSpan? timeout)
    {
        if (timeout is { } set && (set <= TimeSpan.Zero || set > MaxTimeout))
            faults.Add($"{name} is {set}, must be more than zero and at most {MaxTimeout}");
    }

    private static void CheckMembers(List<string> faults, string name, IReadOnlyList<string> members)
    {
        foreach (var member in members)
        {
            // "session.voice" instead of "voice" would allow nothing, and would not be noticed.
            if (string.IsNullOrWhiteSpace(member) || member.Split('.').Any(string.IsNullOrWhiteSpace) || member.StartsWith("session.", StringComparison.Ordinal) || member.StartsWith("response.", StringComparison.Ordinal))
                faults.Add($"{name} contains \"{PeerText.Sanitize(member)}\", must be names of members, separated by dots, such as audio.output.voice");
        }
    }
}
