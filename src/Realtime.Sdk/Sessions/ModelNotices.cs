namespace Realtime.Sdk.Internal;

/// <summary>
/// Warns of the models that end on a known day, once of each. Not a part of <see cref="SessionConfiguration.Validate"/>, whose result does not depend on
/// the calendar. Thread-safe.
/// </summary>
/// <param name="time">Tells whether a last day has passed.</param>
internal sealed class ModelNotices(TimeProvider time)
{
    private const string Nested = "audio.input.transcription.model", Flat = "input_audio_transcription.model";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Adds the models of a request that end and were not reported before; a request that is refused reports none.</summary>
    /// <param name="violations">The other violations of the request.</param>
    /// <param name="path">The path of the session in the request; empty when it is the request.</param>
    /// <param name="session">The session; null when the request has none.</param>
    /// <param name="model">A model that the request names outside the session; null when it names none.</param>
    public IReadOnlyList<ConstraintViolation> AddTo(IReadOnlyList<ConstraintViolation> violations, string path, SessionConfiguration? session, string? model = null)
    {
        foreach (var violation in violations)
        {
            if (violation.Severity == ConstraintSeverity.Error)
                return violations;
        }
        Constraints? found = null;
        Warn(ref found, "", "model", model);
        Warn(ref found, path, "model", session?.ModelName);
        var (name, transcription) = GetTranscription(session);
        Warn(ref found, path, name, (transcription as TranscriptionConfiguration)?.Model);
        return found is null ? violations : [.. violations, .. found.Violations];
    }

    private void Warn(ref Constraints? found, string path, string name, string? model)
    {
        if (model is null || !ModelLifetimes.Contains(model) || !Add(model))
            return;
        found ??= new();
        found.Warning(EndpointRules.Member(path, name), Constraints.Quote(model), ModelLifetimes.GetRule(model, time), ViolationKind.ModelEnd);
    }

    private bool Add(string model)
    {
        lock (_lock)
            return _seen.Add(model);
    }

    private static (string Name, Transcription? Transcription) GetTranscription(SessionConfiguration? session) => session switch
    {
        RealtimeSessionConfiguration realtime => (Nested, realtime.Audio?.Input?.Transcription),
        TranscriptionSessionConfiguration transcription => (Nested, transcription.Audio?.Input?.Transcription),
        TranslationSessionConfiguration translation => (Nested, translation.Audio?.Input?.Transcription),
        LegacySessionConfiguration legacy => (Flat, legacy.InputAudioTranscription),
        LegacyTranscriptionSessionConfiguration legacy => (Flat, legacy.InputAudioTranscription),
        _ => ("", null),
    };
}
