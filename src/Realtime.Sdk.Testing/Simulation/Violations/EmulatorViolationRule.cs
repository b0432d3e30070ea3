namespace Realtime.Sdk.Testing;

/// <summary>
/// The values of <see cref="EmulatorViolation.Rule"/> that are not error codes of the service: what the service does not refuse, but what betrays a bug
/// of the client, or of the test.
/// </summary>
public static class EmulatorViolationRule
{
    /// <summary>
    /// Audio was appended after the client committed and before it asked for a response: the model does not hear it in this turn. Only while turn
    /// detection is off.
    /// </summary>
    public const string AudioAfterCommit = "audio_after_commit";

    /// <summary>
    /// While turn detection is on, the client has sent more than 30 seconds of audio ahead of the clock: no microphone is that fast. Turn detection
    /// takes the length of the audio for the time that passes, so speech that comes all at once ends turns and interrupts answers that nobody has
    /// heard yet. A recording of up to 30 seconds, or what was held back during a pause, may be sent at once; while turn detection is off, anything
    /// may. The clock is <see cref="RealtimeEmulatorOptions.TimeProvider"/>. Reported once in a session.
    /// </summary>
    public const string AudioFasterThanRealTime = "audio_faster_than_real_time";

    /// <summary>The handshake has an <c>OpenAI-Beta: realtime=v1</c> header, which ends the session.</summary>
    public const string BetaHeader = "beta_header";

    /// <summary>The output of a function call was sent again: the model reads both, and acts on the result twice.</summary>
    public const string DuplicateFunctionCallOutput = "duplicate_function_call_output";

    /// <summary>The client committed audio while turn detection is on: the server commits by itself, and the buffer may be empty.</summary>
    public const string NeedlessCommit = "needless_commit";

    /// <summary>
    /// All calls of a completed response were answered, and the client asked for no response to that before the user's next turn, or the end of the
    /// session: the service does not go on by itself. Not reported while the client could not ask, because a response was active or the user spoke.
    /// </summary>
    public const string NoResponseAfterFunctionCallOutput = "no_response_after_function_call_output";

    /// <summary>
    /// PCM audio in an append or an item ends in the middle of a sample: from there on, what follows it is noise. Reported once in a session.
    /// </summary>
    public const string PartialAudioSample = "partial_audio_sample";

    /// <summary>A response was asked for, or the session ended, before a function call was answered.</summary>
    public const string UnansweredFunctionCall = "unanswered_function_call";

    /// <summary>A rule of <see cref="EmulatorModelRule"/> calls a function that neither the session nor an MCP server that it has listed declares.</summary>
    public const string UndeclaredFunction = "undeclared_function";

    /// <summary>
    /// Audio in an append or an item begins with the header of a WAV file: the service takes it for sound, and knows nothing of the format that the
    /// header names. Reported once in a session.
    /// </summary>
    public const string WavHeader = "wav_header";
}
