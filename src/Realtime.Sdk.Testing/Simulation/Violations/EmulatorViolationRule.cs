namespace Realtime.Sdk.Testing;

/// <summary>
/// The values of <see cref="EmulatorViolation.Rule"/> that are not error codes of the service. They report actions that the service does not refuse, but
/// that indicate a bug in the client or in the test.
/// </summary>
public static class EmulatorViolationRule
{
    /// <summary>
    /// Audio was appended after the client's commit and before its <c>response.create</c>: the model does not hear it in this turn. Reported only while turn
    /// detection is off.
    /// </summary>
    public const string AudioAfterCommit = "audio_after_commit";

    /// <summary>
    /// While turn detection is on, the client has sent audio more than 30 seconds ahead of the clock (<see cref="RealtimeEmulatorOptions.TimeProvider"/>).
    /// Turn detection measures time by the length of the audio, so audio that is sent too fast ends turns and interrupts answers before they are heard. A
    /// recording of up to 30 seconds may be sent at once. While turn detection is off, there is no limit. Reported once per session.
    /// </summary>
    public const string AudioFasterThanRealTime = "audio_faster_than_real_time";

    /// <summary>The handshake has an <c>OpenAI-Beta: realtime=v1</c> header, which ends the session.</summary>
    public const string BetaHeader = "beta_header";

    /// <summary>The output of a function call was sent more than once: the model reads all of them, and may act on the result twice.</summary>
    public const string DuplicateFunctionCallOutput = "duplicate_function_call_output";

    /// <summary>The client committed audio while turn detection is on. The server commits the audio then, so the buffer may be empty, and the commit may fail.</summary>
    public const string NeedlessCommit = "needless_commit";

    /// <summary>
    /// All calls of a completed response were answered, but the client requested no response before the user's next turn or the end of the session. The
    /// service does not start one itself. Not reported if the client could not request one because a response was active or the user was speaking.
    /// </summary>
    public const string NoResponseAfterFunctionCallOutput = "no_response_after_function_call_output";

    /// <summary>
    /// PCM audio in an append or an item ends inside a sample: the audio after it is noise. Reported once per session.
    /// </summary>
    public const string PartialAudioSample = "partial_audio_sample";

    /// <summary>The session ended before a function call was answered.</summary>
    public const string UnansweredFunctionCall = "unanswered_function_call";

    /// <summary>An <see cref="EmulatorModelRule"/> calls a function that neither the session nor one of its listed MCP servers declares.</summary>
    public const string UndeclaredFunction = "undeclared_function";

    /// <summary>
    /// Audio in an append or an item begins with the header of a WAV file: the service treats it as sound and ignores the format that it specifies.
    /// Reported once per session.
    /// </summary>
    public const string WavHeader = "wav_header";
}
