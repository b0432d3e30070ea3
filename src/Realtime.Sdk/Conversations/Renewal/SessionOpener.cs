namespace Realtime.Sdk.Internal;

/// <summary>Opens the next session of a conversation. Credentials are requested again.</summary>
/// <param name="OpenAsync">Opens a connection with the session of an agent, or to the same call.</param>
/// <param name="Random">Returns a random number from 0 to 1.</param>
internal sealed record SessionOpener(Func<RealtimeAgent, CancellationToken, Task<RealtimeConnection>> OpenAsync, Func<double> Random);
