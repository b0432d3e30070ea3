namespace Realtime.Sdk.Testing;

/// <summary>An action of a client that the service would refuse or that indicates a bug.</summary>
/// <param name="SessionId">The ID of the session.</param>
/// <param name="Rule">
/// The rule that was violated: the error code with which the service refuses the event, or a constant of <see cref="EmulatorViolationRule"/> for an action
/// that the service does not refuse.
/// </param>
/// <param name="Message">The description of the violation. It contains no payload except IDs and names; keys are masked, and control characters are replaced.</param>
/// <param name="EventType">The type of the client event that caused the violation; empty if there is none.</param>
/// <param name="EventId">The ID of that event; null if it has none.</param>
public sealed record EmulatorViolation(string SessionId, string Rule, string Message, string EventType, string? EventId)
{
    /// <summary>Returns the rule, the event type and the message in one line. Keys are masked, and control characters are replaced.</summary>
    public override string ToString() => PeerText.Sanitize($"{Rule}{(EventType.Length == 0 ? "" : $" by {EventType}")}: {Message}");
}
