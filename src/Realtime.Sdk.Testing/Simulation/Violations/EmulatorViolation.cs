namespace Realtime.Sdk.Testing;

/// <summary>Something a client did that the service would punish, or that betrays a bug.</summary>
/// <param name="SessionId">The session it happened in.</param>
/// <param name="Rule">
/// What was broken: the error code with which the service refuses it, or one of <see cref="EmulatorViolationRule"/> for what it does not refuse.
/// </param>
/// <param name="Message">What happened, in words; no payload but ids and names, with keys masked and control characters replaced.</param>
/// <param name="EventType">The client event to blame; empty when it is none.</param>
/// <param name="EventId">The id the client gave that event; null when it gave none.</param>
public sealed record EmulatorViolation(string SessionId, string Rule, string Message, string EventType, string? EventId)
{
    /// <summary>One line: rule, event, words. Keys are masked and control characters replaced.</summary>
    public override string ToString() => PeerText.Sanitize($"{Rule}{(EventType.Length == 0 ? "" : $" by {EventType}")}: {Message}");
}
