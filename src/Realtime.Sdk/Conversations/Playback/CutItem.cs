namespace Realtime.Sdk.Internal;

/// <summary>An item whose playback was stopped before its end. <c>Played</c> is never more than <c>Received</c>.</summary>
internal readonly record struct CutItem(string ResponseId, string ItemId, TimeSpan Received, TimeSpan Played, bool WasComplete);
