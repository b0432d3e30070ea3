namespace Realtime.Sdk.Testing.Internal;

/// <summary>What a stretch of audio means for the turn.</summary>
internal enum TurnChange
{
    None,
    Started,
    Stopped,
}

/// <summary>Tells speech from silence, frame by frame.</summary>
internal sealed class TurnDetector
{
    /// <summary>How much audio is judged at a time.</summary>
    public static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Click = TimeSpan.FromMilliseconds(60);

    private TimeSpan _loud;
    private TimeSpan _quiet;
    private TimeSpan _speech;

    public bool IsSpeaking { get; private set; }

    /// <summary>How long it has been loud without a pause: where speech began, when it has just been found.</summary>
    public TimeSpan Loud => _loud;

    /// <summary>Judges the next frame.</summary>
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
        if (!IsSpeaking && _loud >= Click)
        {
            (IsSpeaking, _speech) = (true, _loud);
            return TurnChange.Started;
        }
        if (!IsSpeaking || _quiet < settings.SilenceAfter(_speech) || _quiet == TimeSpan.Zero)
            return TurnChange.None;
        Reset();
        return TurnChange.Stopped;
    }

    public void Reset() => (IsSpeaking, _loud, _quiet, _speech) = (false, default, default, default);
}
