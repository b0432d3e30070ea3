namespace Realtime.Sdk.Testing.Internal;

/// <summary>The effect of a frame of audio on the user's turn.</summary>
internal enum TurnChange
{
    None,
    Started,
    Stopped,
}

/// <summary>Distinguishes speech from silence, frame by frame.</summary>
internal sealed class TurnDetector
{
    /// <summary>The duration of a frame.</summary>
    public static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan MinSpeech = TimeSpan.FromMilliseconds(60);

    private TimeSpan _loud;
    private TimeSpan _quiet;
    private TimeSpan _speech;

    public bool IsSpeaking { get; private set; }

    /// <summary>The duration of the loud audio since the last quiet frame. When a turn starts, the speech began that long ago.</summary>
    public TimeSpan Loud => _loud;

    /// <summary>Evaluates the level of the next frame.</summary>
    public TurnChange Next(double level, TurnSettings settings)
    {
        if (level >= settings.Level)
        {
            _loud += Frame;
            _quiet = TimeSpan.Zero;
            _speech += Frame;
        }
        else
        {
            _loud = TimeSpan.Zero;
            _quiet += Frame;
        }
        if (!IsSpeaking && _loud >= MinSpeech)
        {
            (IsSpeaking, _speech) = (true, _loud);
            return TurnChange.Started;
        }
        if (!IsSpeaking || _quiet < settings.GetSilenceDuration(_speech) || _quiet == TimeSpan.Zero)
            return TurnChange.None;
        Reset();
        return TurnChange.Stopped;
    }

    public void Reset() => (IsSpeaking, _loud, _quiet, _speech) = (false, default, default, default);
}
