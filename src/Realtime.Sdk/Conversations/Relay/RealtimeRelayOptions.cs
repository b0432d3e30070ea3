namespace Realtime.Sdk;

/// <summary>The policy and the limits of a <see cref="RealtimeRelay"/>. Immutable.</summary>
public sealed record RealtimeRelayOptions
{
    /// <summary>The events that the client may send. The default is <see cref="RealtimeRelayPolicy"/> with its defaults.</summary>
    public RealtimeRelayPolicy Policy { get; init => field = value ?? new(); } = new();

    /// <summary>
    /// Whether the client gets the events of functions that the server runs, with their arguments. The default is <see langword="false"/>: to the client, the agent only
    /// pauses. Functions that the server does not run always reach the client.
    /// </summary>
    public bool ForwardFunctionCalls { get; init; }

    /// <summary>
    /// The maximum size of a message of the client, in bytes. With a larger one the relay ends (close code 1009). From 1,024 to 16 MiB; the default is 1 MiB.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The maximum rate of the client's messages, in bytes per second; each message counts 256 bytes more than its size. Faster messages wait, and nothing is lost. At least
    /// 1,024; the default is 1 MiB, which is 16 times the rate of speech as PCM. Null sets no limit.
    /// </summary>
    public int? MaxBytesPerSecond { get; init; } = 1024 * 1024;

    /// <summary>
    /// The maximum number of the client's events that are refused; with one more, the relay ends (close code 1008). At least 0; the default is 100.
    /// </summary>
    public int MaxRefusedEvents { get; init; } = 100;

    /// <summary>
    /// The maximum size of the service's messages that wait for a slow client, in bytes. When it is reached, the service has to wait; a single message that is larger ends the
    /// session. At least 64 KiB; the default is 8 MiB, which is about 2 minutes of speech as PCM.
    /// </summary>
    public int MaxBufferedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// The maximum time in which the client accepts no data while messages wait for it; then the relay ends (close code 1008). From 100 milliseconds to a day; the default is
    /// 10 seconds. When <see cref="MaxBufferedBytes"/> is reached, it is at most about 10 seconds: a service that has to wait cannot show that it is still there.
    /// </summary>
    public TimeSpan SlowClientTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum time without a message of the service; then the relay ends (close code 1008). More than zero, at most a day; the default is 5 minutes. Null sets no limit.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The maximum duration of the relay; then it ends (close code 1008). More than zero, at most a day. Null, the default, sets no limit: the service ends a session after an hour.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Checks the options, which is also done when a relay is opened.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message lists all of them.</exception>
    public void ThrowIfInvalid() => RelayRules.ThrowIfInvalid(this);

    /// <summary>Copies the options, so that later changes of their collections have no effect.</summary>
    internal RealtimeRelayOptions Copy() => this with { Policy = Policy.Copy() };
}
