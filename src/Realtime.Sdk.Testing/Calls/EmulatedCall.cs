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

    /// <summary>The SIP status it was rejected with; null unless it was rejected.</summary>
    public int? RejectedWith { get; internal init; }

    /// <summary>The target that it was transferred to; null unless it was transferred.</summary>
    public string? ReferredTo { get; internal init; }

    /// <summary>The rules of the model for this call only. They take precedence over <see cref="RealtimeEmulator.Model"/>.</summary>
    public EmulatorModel Model { get; } = new();

    /// <summary>Who ended it; null while it is not <see cref="EmulatedCallState.Ended"/>.</summary>
    public EmulatedCallParty? EndedBy { get; internal init; }

    internal JsonObject? SessionJson { get; init; }

    /// <summary>Whether the application has accepted or rejected it.</summary>
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

    /// <summary>It was rejected.</summary>
    Rejected,

    /// <summary>It was hung up, or transferred.</summary>
    Ended,
}

/// <summary>Who ended a call.</summary>
public enum EmulatedCallParty
{
    /// <summary>The other side: the caller on the telephone, or the WebRTC peer.</summary>
    Caller,

    /// <summary>The application, by a request: it hung up, or transferred the call.</summary>
    Application,

    /// <summary>The service: the session reached its maximum duration, or failed.</summary>
    Service,
}
