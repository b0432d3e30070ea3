namespace Realtime.Sdk.Testing;

/// <content>Calls: those that clients make by WebRTC, and those that reach them by telephone.</content>
public sealed partial class RealtimeEmulator
{
    /// <summary>
    /// Every call so far as it stands now, in the order they began; without <see cref="RealtimeEmulatorOptions.KeepsHistory"/> those that are not over.
    /// </summary>
    public IReadOnlyList<EmulatedCall> Calls => _state.Calls.All;

    /// <summary>Lets a telephone ring: a call that waits to be accepted or rejected.</summary>
    /// <param name="sipHeaders">The headers of the SIP invitation; none by default.</param>
    /// <returns>What the service would deliver to a webhook.</returns>
    public IncomingCallWebhook Ring(params IReadOnlyList<SipHeader> sipHeaders)
    {
        var call = new EmulatedCall(_state.Ids.Next("rtc_"), EmulatedCallState.Ringing, _state.Now);
        _state.Begin(call);
        return new()
        {
            Object = "event",
            Id = _state.Ids.Next("evt_"),
            CreatedAt = _state.Now,
            Data = new() { CallId = call.Id, SipHeaders = sipHeaders },
        };
    }
}
