using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A snapshot of a call.</summary>
public sealed record EmulatedCall
{
    internal EmulatedCall(string id, EmulatedCallState state)
    {
        Id = id;
        State = state;
    }

    /// <summary>The call's ID, <c>rtc_…</c>.</summary>
    public string Id { get; }

    /// <summary>The state of the call.</summary>
    public EmulatedCallState State { get; internal init; }

    /// <summary>The effective session; null until the call is accepted.</summary>
    public RealtimeSession? Session => SessionJson is null ? null : RealtimeJson.Deserialize<RealtimeSession>(WireJson.Bytes(SessionJson).Span);

    /// <summary>The SIP status with which the call was rejected; null unless it was rejected.</summary>
    public int? RejectedWith { get; internal init; }

    /// <summary>The target to which the call was transferred; null unless it was transferred.</summary>
    public string? ReferredTo { get; internal init; }

    /// <summary>The rules of the model for this call only. They take precedence over <see cref="RealtimeEmulator.Model"/>.</summary>
    public EmulatorModel Model { get; } = new();

    /// <summary>The party that ended the call; null unless the call is <see cref="EmulatedCallState.Ended"/>.</summary>
    public EmulatedCallParty? EndedBy { get; internal init; }

    internal JsonObject? SessionJson { get; init; }

    /// <summary>Whether the application has accepted or rejected the call.</summary>
    internal bool IsDecided => SessionJson is not null || State == EmulatedCallState.Rejected;

    internal bool IsOver => State is EmulatedCallState.Rejected or EmulatedCallState.Ended;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Id = {PeerText.Sanitize(Id)}, State = {State}");
        return true;
    }
}

/// <summary>The state of a call.</summary>
public enum EmulatedCallState
{
    /// <summary>A telephone call that has not been accepted or rejected.</summary>
    Ringing,

    /// <summary>The call has a session, which connections may join by the call's ID.</summary>
    Active,

    /// <summary>The call was rejected.</summary>
    Rejected,

    /// <summary>The call was hung up or transferred, or it expired.</summary>
    Ended,
}

/// <summary>The party that ended a call.</summary>
public enum EmulatedCallParty
{
    /// <summary>The remote side: the telephone caller or the WebRTC peer.</summary>
    Caller,

    /// <summary>The application, with a request to hang up or to transfer the call.</summary>
    Application,

    /// <summary>The service, because the session reached its maximum duration or failed.</summary>
    Service,
}
