namespace Realtime.Sdk.Internal;

/// <summary>The decision about an event of a client: it is forwarded as this event, or refused.</summary>
/// <param name="Event">The event, with the relay's event ID; null if it is refused.</param>
/// <param name="Refusal">Why it is refused, without content of the event; null if it is not.</param>
/// <param name="Type">The type if it is one that relays know; otherwise null.</param>
/// <param name="EventId">The client's event ID; null if it has none that can be returned.</param>
internal readonly record struct RelayDecision(ClientEvent? Event, string? Refusal, string? Type = null, string? EventId = null);
