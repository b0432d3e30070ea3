namespace Realtime.Sdk;

/// <summary>Handles a piece of audio of a conversation; see <see cref="RealtimeConversation.OnAudio"/>.</summary>
/// <param name="audio">The audio, valid only during the call. Copy it to keep it.</param>
public delegate void ConversationAudioHandler(in ConversationAudio audio);

/// <summary>Which way audio goes.</summary>
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

    /// <summary>Which way it goes.</summary>
    public AudioDirection Direction { get; }

    /// <summary>The format of the audio, that of the session.</summary>
    public SampleFormat Format { get; }

    /// <summary>When it was sent or received, from the start of the conversation. Audio is received faster than it is played.</summary>
    public TimeSpan Time { get; }

    /// <summary>The audio.</summary>
    public ReadOnlySpan<byte> Audio { get; }
}
