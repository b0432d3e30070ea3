namespace Realtime.Sdk;

/// <summary>Something was rejected or failed; the session normally stays open. Wire: <c>error</c>.</summary>
[WireType("error")]
public sealed partial record ErrorEvent : ServerEvent
{
    /// <summary>What went wrong; its <see cref="RealtimeError.EventId"/> names the client event to blame.</summary>
    /// <remarks>
    /// Compatible servers send a string in place of the object, or its members at the top level of the event. The words are found in each of
    /// these shapes, and the event is written back as it came.
    /// </remarks>
    [JsonIgnore]
    public RealtimeError Error { get => ErrorWords.Complete(ErrorOnWire, AdditionalProperties); init => ErrorOnWire = value ?? new(); }

    [JsonPropertyName("error")]
    internal RealtimeError? ErrorOnWire { get; init; }
}
