namespace Realtime.Sdk;

/// <summary>
/// Carries the conversations of calls that endpoints answer, after the request has ended: a bounded number, each until it has ended in one way or another, and none after
/// the host has stopped. The package Realtime.Sdk.AspNetCore registers one that carries calls in its own process. Implementations are thread-safe.
/// </summary>
public interface IRealtimeCallHost
{
    /// <summary>Reserves a place for a call, before the service is asked for it. Does not wait for a place.</summary>
    /// <param name="request">The agent and the user of the call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The reservation, or the refusal. Dispose it in any case.</returns>
    ValueTask<CallReservation> ReserveAsync(CallReservationRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reports that the caller's side of a call is alive: see <see cref="HostedCall.PingTimeout"/>.</summary>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether the host carries the call.</returns>
    ValueTask<bool> PingAsync(string callId, CancellationToken cancellationToken = default);

    /// <summary>Ends a call, as its caller asked for it, and hangs it up.</summary>
    /// <param name="callId">The ID of the call.</param>
    /// <param name="cancellationToken">Cancels the waiting for the end.</param>
    /// <returns>Whether the host carried the call.</returns>
    ValueTask<bool> EndAsync(string callId, CancellationToken cancellationToken = default);
}

/// <summary>The call for which a place is reserved.</summary>
public sealed record CallReservationRequest
{
    /// <summary>The name of the agent.</summary>
    public required string Agent { get; init => field = value ?? ""; }

    /// <summary>The user by whom the calls are counted, in any form that identifies the user. Null, the default, counts the call for no user.</summary>
    public string? User { get; init; }

    /// <summary>The maximum number of calls of the user at the same time; at least 1. Null, the default, sets no limit.</summary>
    public int? MaxCallsPerUser { get; init; }

    /// <summary>Returns the name of the agent, not the user.</summary>
    public override string ToString() => PeerText.Sanitize($"{nameof(CallReservationRequest)} {{ Agent = {Agent}, MaxCallsPerUser = {MaxCallsPerUser} }}");
}

/// <summary>A place for a call, or the reason why there is none.</summary>
public abstract class CallReservation : IAsyncDisposable
{
    /// <summary>Why the call is refused; null if a place is reserved.</summary>
    public abstract CallRefusal? Refusal { get; }

    /// <summary>
    /// Canceled when the conversation that holds the place must end, for example because the host stops. For conversations that the host does not carry, such as those of a
    /// relay; the host ends a call that it carries by itself. The default is never canceled.
    /// </summary>
    public virtual CancellationToken Ending => CancellationToken.None;

    /// <summary>
    /// Hands a call over to the host, which carries it from now on and releases the place when it has ended. Returns at once.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <exception cref="InvalidOperationException">No place is reserved, or it is used already.</exception>
    public abstract void Carry(HostedCall call);

    /// <summary>Releases the place if no call was handed over.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Why a call host refuses a call.</summary>
public enum CallRefusal
{
    /// <summary>The host carries as many calls as it may.</summary>
    Full,

    /// <summary>The user has as many calls as permitted.</summary>
    UserLimit,

    /// <summary>The host is stopping.</summary>
    Stopping,
}

/// <summary>A call that a host carries.</summary>
public sealed record HostedCall
{
    /// <summary>The call.</summary>
    public required AnsweredCall Call { get; init; }

    /// <summary>
    /// The code of the app for the life of the conversation, for example the loop over its updates. When it returns, or throws, the conversation ends and the call is hung
    /// up. The token is canceled when the call must end. Null, the default, runs no code: the conversation ends by itself.
    /// </summary>
    public Func<RealtimeConversation, CancellationToken, Task>? Run { get; init; }

    /// <summary>
    /// The maximum time without an event of the service; then the call is hung up. More than zero. Null, the default, sets no limit.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// The maximum time without <see cref="IRealtimeCallHost.PingAsync"/>; then the call is hung up. More than zero. Null, the default, expects no pings.
    /// </summary>
    public TimeSpan? PingTimeout { get; init; }

    /// <summary>
    /// Called once, when the call has ended in every way, before its place is released. An exception is logged. The host waits at most 5 seconds; then the token is canceled.
    /// Null, the default, calls nothing.
    /// </summary>
    public Func<CallRecord, CancellationToken, ValueTask>? OnEnded { get; init; }

    /// <summary>Returns the call and the timeouts.</summary>
    public override string ToString() => $"{nameof(HostedCall)} {{ Call = {Call}, IdleTimeout = {IdleTimeout}, PingTimeout = {PingTimeout} }}";
}
