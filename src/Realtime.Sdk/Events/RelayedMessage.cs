namespace Realtime.Sdk.Internal;

/// <summary>A message of the server that a relay forwards, valid until the next one is requested.</summary>
/// <param name="Utf8Json">The whole message.</param>
/// <param name="Event">The event; null if the message is output audio.</param>
internal readonly record struct RelayedMessage<TServerEvent>(ReadOnlyMemory<byte> Utf8Json, TServerEvent? Event) where TServerEvent : class;
