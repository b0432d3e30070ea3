namespace Realtime.Sdk.Testing;

/// <summary>An action of a client that the service would refuse, or that shows a bug.</summary>
/// <param name="SessionId">The session it happened in.</param>
/// <param name="Rule">
/// The rule that was violated: the error code with which the service refuses the event, or a constant of <see cref="EmulatorViolationRule"/> for what the
/// service does not refuse.
/// </param>
/// <param name="Message">What happened. It contains no payload except IDs and names; keys are masked and control characters replaced.</param>
/// <param name="EventType">The type of the client event that caused it; empty if there is none.</param>
/// <param name="EventId">The ID of that event; null if it has none.</param>
public sealed record EmulatorViolation(string SessionId, string Rule, string Message, string EventType, string? EventId)
{
    /// <summary>One line: rule, event and message. Keys are masked and control characters replaced.</summary>
    public override string ToString() => PeerText.Sanitize($"{Rule}{(EventType.Length == 0 ? "" : $" by {EventType}")}: {Message}");
}
