namespace Realtime.Sdk.Internal;

/// <summary>Determines how much silence turn detection needs after the end of the audio.</summary>
internal static class TrailingSilence
{
    /// <summary>The margin that is added, because turn detection counts silence in frames and from the end of the speech.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan DefaultSilence = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LowEagerness = TimeSpan.FromSeconds(8), MediumEagerness = TimeSpan.FromSeconds(4), HighEagerness = TimeSpan.FromSeconds(2);

    /// <summary>Returns the maximum duration of the silence, which also ends when the turn of the user ends.</summary>
    /// <param name="detection">The effective turn detection. Null and unknown kinds are treated as the server's default.</param>
    /// <param name="wasSpeaking">
    /// Whether the user was speaking at the end of the audio or later. If not, silence is needed only for speech that was sent but not yet
    /// detected.
    /// </param>
    public static TimeSpan GetMaxDuration(TurnDetection? detection, bool wasSpeaking) => detection switch
    {
        SemanticVad semantic when wasSpeaking => GetMaxWait(semantic) + Margin,
        UnknownTurnDetection when wasSpeaking => MediumEagerness + Margin,
        ServerVad { SilenceDuration: { } silence } => silence + Margin,
        _ when detection == TurnDetection.Disabled => TimeSpan.Zero,
        _ => DefaultSilence + Margin,
    };

    private static TimeSpan GetMaxWait(SemanticVad detection)
    {
        if (detection.Eagerness == VadEagerness.Low)
            return LowEagerness;
        return detection.Eagerness == VadEagerness.High ? HighEagerness : MediumEagerness;
    }
}
