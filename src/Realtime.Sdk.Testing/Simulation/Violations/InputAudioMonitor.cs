namespace Realtime.Sdk.Testing.Internal;

/// <summary>Checks the audio of one session for bugs of the client. It is called for every append, so it allocates only to report.</summary>
internal sealed class InputAudioMonitor(SimulationContext context)
{
    /// <summary>The maximum time by which audio may be ahead of the clock: longer than a spoken question, shorter than a call that is sent from a file.</summary>
    private static readonly TimeSpan MaxLead = TimeSpan.FromSeconds(30);

    private bool _hasReportedSample;
    private bool _hasReportedHeader;
    private bool _hasReportedLead;
    private TimeSpan _lead;
    private long _measuredAt;

    /// <summary>Checks the audio of an append or an item.</summary>
    public void Check(ReadOnlySpan<byte> audio, SampleFormat format, string type, string? eventId)
    {
        if (!_hasReportedSample && audio.Length % format.BytesPerSample != 0)
        {
            _hasReportedSample = true;
            context.Report(EmulatorViolationRule.PartialAudioSample, $"{audio.Length} bytes are not a whole number of samples of {format.BytesPerSample} bytes.", type, eventId);
        }
        if (!_hasReportedHeader && audio.Length >= 12 && audio.StartsWith("RIFF"u8) && audio[8..].StartsWith("WAVE"u8))
        {
            _hasReportedHeader = true;
            context.Report(EmulatorViolationRule.WavHeader, "The audio begins with the header of a WAV file, which the service treats as sound: send only the data after it.", type, eventId);
        }
    }

    /// <summary>Checks that audio that is appended while turn detection is on is not too far ahead of the clock.</summary>
    public void CheckPace(TimeSpan audio, string type, string? eventId)
    {
        var now = context.Time.GetTimestamp();
        var passed = context.Time.GetElapsedTime(_measuredAt, now);
        _lead = (passed < _lead ? _lead - passed : TimeSpan.Zero) + audio;
        _measuredAt = now;
        if (_hasReportedLead || _lead <= MaxLead)
            return;
        _hasReportedLead = true;
        context.Report(
            EmulatorViolationRule.AudioFasterThanRealTime,
            $"The audio is more than {MaxLead.TotalSeconds:0} seconds ahead of the clock. Turn detection measures time by the length of the audio: send it no faster than it plays.",
            type,
            eventId);
    }
}
