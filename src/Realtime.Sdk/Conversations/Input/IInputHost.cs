namespace Realtime.Sdk.Internal;

/// <summary>The operations of a conversation that its input uses. Thread-safe.</summary>
internal interface IInputHost
{
    /// <summary>The current input format of the session. It may change between two chunks.</summary>
    SampleFormat InputFormat { get; }

    /// <summary>
    /// The effective turn detection. With <see cref="Realtime.Sdk.TurnDetection.Disabled"/>, the client commits. Null if it is not known, so that the server's default applies.
    /// </summary>
    TurnDetection? TurnDetection { get; }

    /// <summary>Whether the user is speaking: from <c>speech_started</c> to the end of the turn.</summary>
    bool IsUserSpeaking { get; }

    /// <summary>Whether the server gets silence in place of the audio, for example while the conversation is muted.</summary>
    bool SendsSilence { get; }

    /// <summary>Canceled when the conversation has ended.</summary>
    CancellationToken Ended { get; }

    /// <summary>Appends whole samples in <see cref="InputFormat"/> to the server's input buffer.</summary>
    ValueTask AppendAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken);

    /// <summary>Commits the server's input buffer. <see cref="InputBufferTracker.RecordCommit"/> is called by the pump.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);

    /// <summary>Reports a failure of the source as a warning. Must not throw.</summary>
    void OnSourceFailed(Exception exception);
}
