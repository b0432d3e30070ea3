namespace Realtime.Sdk.Testing;

/// <content>Calls: those that clients make by WebRTC, and those that reach them by telephone.</content>
public sealed partial class RealtimeEmulator
{
    /// <summary>
    /// Every call so far as it stands now, in the order they began; without <see cref="RealtimeEmulatorOptions.KeepsHistory"/> those that are not over.
    /// </summary>
    public IReadOnlyList<EmulatedCall> Calls => _state.Calls.All;

    /// <summary>
    /// Has WebRTC offers answered by <paramref name="answer"/>, for example by a WebRTC stack that is connected to the call's media. Without it an offer
    /// is refused with 501, or answered as <see cref="RealtimeEmulatorOptions.AnswersWithoutMedia"/> says. What is no offer that WebRTC could answer is
    /// refused before.
    /// </summary>
    /// <param name="answer">
    /// Returns the SDP answer, which is sent as it is. The token is canceled after <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>, and when the
    /// emulator stops. An exception ends the call, is answered with 500, and is thrown by <see cref="DisposeAsync"/>.
    /// </param>
    public void OnOffer(Func<EmulatedOffer, CancellationToken, Task<string>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _state.AnswerOffer = answer;
    }

    /// <summary>Has a person call by telephone, and delivers no webhook: for a test that calls its handler with <see cref="EmulatedCaller.Webhook"/>.</summary>
    /// <param name="options">The telephone call; null takes the defaults.</param>
    /// <returns>The caller, whose call rings until it is accepted or rejected.</returns>
    public EmulatedCaller Ring(EmulatedCallerOptions? options = null)
    {
        var given = (options ?? new()).Copy();
        var line = _state.Begin(new(_state.Ids.Next("rtc_"), EmulatedCallState.Ringing, _state.Now));
        return new(_state, line, given);
    }

    /// <summary>
    /// Has a person call by telephone, and delivers the signed webhook <c>realtime.call.incoming</c> to the application. No redirect is followed.
    /// </summary>
    /// <param name="webhook">The application's webhook endpoint, and how it is delivered to.</param>
    /// <param name="options">The telephone call; null takes the defaults.</param>
    /// <param name="cancellationToken">Cancels the deliveries; the call keeps ringing.</param>
    /// <returns>
    /// The caller, once every delivery was answered or has failed (<see cref="EmulatedCaller.Deliveries"/>). The call may have been accepted by then.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The URL is not an absolute one of http or https, or not one of this machine, and <see cref="EmulatedWebhookOptions.AllowRemoteUrl"/> is
    /// <see langword="false"/>.
    /// </exception>
    public async Task<EmulatedCaller> RingAsync(EmulatedWebhookOptions webhook, EmulatedCallerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        var given = webhook.Copy();
        given.Validate();
        var caller = Ring(options);
        await WebhookSender.DeliverAsync(caller, given, _state, cancellationToken).ConfigureAwait(false);
        return caller;
    }
}
