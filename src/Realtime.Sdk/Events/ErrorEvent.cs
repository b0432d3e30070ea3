namespace Realtime.Sdk;

/// <summary>Something was rejected or failed; the session normally stays open. Wire: <c>error</c>.</summary>
[WireType("error")]
public sealed partial record ErrorEvent : ServerEvent
{
    /// <summary>What went wrong; its <see cref="RealtimeError.EventId"/> names the client event to blame.</summary>
    [JsonPropertyName("error")]
    public RealtimeError Error { get; init => field = value ?? new(); } = new();
}
