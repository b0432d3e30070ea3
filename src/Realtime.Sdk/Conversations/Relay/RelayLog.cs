using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>The log of a relay. It never contains anything that the client has sent.</summary>
internal sealed class RelayLog(ILoggerFactory? factory)
{
    private readonly ILogger _logger = GuardedLogger.Create(factory, "Realtime.Sdk.RealtimeRelay");

    public void Refused(RelayDecision decision) => RealtimeLog.RelayRefused(_logger, PeerText.Sanitize(decision.Type ?? "an unknown type"), PeerText.Sanitize(decision.Refusal));
}
