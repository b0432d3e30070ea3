namespace Realtime.Sdk.Internal;

/// <summary>An item whose playback was stopped before its end. <c>Played</c> never exceeds <c>Received</c>.</summary>
internal readonly record struct StoppedItem(string ResponseId, string ItemId, TimeSpan Received, TimeSpan Played, bool WasComplete);
