namespace Realtime.Sdk;

/// <summary>A client event was rejected, or something failed. The session usually stays open. Wire: <c>error</c>.</summary>
[WireType("error")]
public sealed partial record ErrorEvent : ServerEvent
{
    /// <summary>The error. Its <see cref="RealtimeError.EventId"/> is the ID of the client event that caused it.</summary>
    /// <remarks>
    /// Some compatible servers send a string in place of the object, or its members at the top level of the event. All of these shapes are read, and the event
    /// is written back unchanged.
    /// </remarks>
    [JsonIgnore]
    public RealtimeError Error { get => ServerErrorParser.Complete(ErrorOnWire, AdditionalProperties); init => ErrorOnWire = value ?? new(); }

    [JsonPropertyName("error")]
    internal RealtimeError? ErrorOnWire { get; init; }
}
