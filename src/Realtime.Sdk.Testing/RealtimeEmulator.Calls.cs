namespace Realtime.Sdk.Testing;

/// <content>Calls: those that clients make over WebRTC, and those that reach the application by telephone.</content>
public sealed partial class RealtimeEmulator
{
    /// <summary>
    /// The current state of every call so far, in the order in which the calls began. If <see cref="RealtimeEmulatorOptions.KeepsHistory"/> is
    /// <see langword="false"/>, calls that have ended are not included.
    /// </summary>
    public IReadOnlyList<EmulatedCall> Calls => _state.Calls.All;

    /// <summary>
    /// Sets the callback that answers WebRTC offers, for example with a WebRTC stack that is connected to the call's media. Without a callback, an offer
    /// is refused with 501 unless <see cref="RealtimeEmulatorOptions.AnswersWithoutMedia"/> is set. An offer that is not a valid SDP offer for WebRTC is
    /// refused before the callback is called.
    /// </summary>
    /// <param name="answer">
    /// Returns the SDP answer, which is sent unchanged. The token is canceled after <see cref="RealtimeEmulatorOptions.ExpectTimeout"/> and when the
    /// emulator stops. If the callback throws, the call ends, the offer is answered with 500, and <see cref="DisposeAsync"/> throws the exception.
    /// </param>
    public void OnOffer(Func<EmulatedOffer, CancellationToken, Task<string>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _state.AnswerOffer = answer;
    }

    /// <summary>
    /// Places a telephone call to the application. If <see cref="EmulatedCallerOptions.Webhook"/> is set, the signed webhook <c>realtime.call.incoming</c>
    /// is delivered; otherwise, the test passes <see cref="EmulatedCaller.Webhook"/> to its handler.
    /// </summary>
    /// <param name="options">The call; null uses the defaults, which deliver no webhook.</param>
    /// <param name="cancellationToken">Cancels the deliveries; the call keeps ringing.</param>
    /// <returns>
    /// The caller, after every delivery was answered or has failed (<see cref="EmulatedCaller.Deliveries"/>). The call rings until it is accepted or
    /// rejected, which may already have happened.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The URL of the webhook is not an absolute HTTP or HTTPS URL, or it is not a loopback address and
    /// <see cref="EmulatedWebhookOptions.AllowRemoteUrl"/> is <see langword="false"/>.
    /// </exception>
    public async Task<EmulatedCaller> PlaceCallAsync(EmulatedCallerOptions? options = null, CancellationToken cancellationToken = default)
    {
        var copy = (options ?? new()).Copy();
        copy.Webhook?.Validate();
        var entry = _state.Begin(new(_state.Ids.Next("rtc_"), EmulatedCallState.Ringing));
        var caller = new EmulatedCaller(_state, entry, copy);
        if (copy.Webhook is { } webhook)
            await WebhookSender.DeliverAsync(caller, webhook, _state, cancellationToken).ConfigureAwait(false);
        return caller;
    }
}
