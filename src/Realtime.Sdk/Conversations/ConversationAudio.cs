namespace Realtime.Sdk;

/// <summary>Handles a piece of audio of a conversation; see <see cref="RealtimeConversation.OnAudio"/>.</summary>
/// <param name="audio">The audio, valid only during the call. Copy it to keep it.</param>
public delegate void ConversationAudioHandler(in ConversationAudio audio);

/// <summary>The direction of audio.</summary>
public enum AudioDirection
{
    /// <summary>From the user to the server.</summary>
    Input,

    /// <summary>From the server to the user.</summary>
    Output,
}

/// <summary>A piece of audio of a conversation, valid only during the call of the handler.</summary>
public readonly ref struct ConversationAudio
{
    internal ConversationAudio(AudioDirection direction, SampleFormat format, TimeSpan time, ReadOnlySpan<byte> audio)
    {
        (Direction, Format, Time) = (direction, format, time);
        Audio = audio;
    }

    /// <summary>The direction of the audio.</summary>
    public AudioDirection Direction { get; }

    /// <summary>The format of the audio, which is that of the session.</summary>
    public SampleFormat Format { get; }

    /// <summary>The time at which the audio was sent or received, since the start of the conversation. Audio is received faster than it is played.</summary>
    public TimeSpan Time { get; }

    /// <summary>The bytes of the audio, in <see cref="Format"/>.</summary>
    public ReadOnlySpan<byte> Audio { get; }
}
