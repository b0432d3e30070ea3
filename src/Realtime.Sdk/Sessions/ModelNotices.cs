namespace Realtime.Sdk.Internal;

/// <summary>
/// Warns once of each model that the service discontinues on a known day. Not a part of <see cref="SessionConfiguration.Validate"/>, whose result must not
/// depend on the date. Thread-safe.
/// </summary>
/// <param name="time">The clock, which determines whether a model has already been discontinued.</param>
internal sealed class ModelNotices(TimeProvider time)
{
    private const string Nested = "audio.input.transcription.model", Flat = "input_audio_transcription.model";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds a warning for each discontinued model of a request that was not reported before. A request that has errors gets no warnings, because it is not
    /// sent.
    /// </summary>
    /// <param name="violations">The other violations of the request.</param>
    /// <param name="path">The path of the session in the request; empty if the session is the request.</param>
    /// <param name="session">The session; null if the request has none.</param>
    /// <param name="model">The model that the request contains outside the session; null if there is none.</param>
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
        found.Warning(EndpointRules.Member(path, name), Constraints.Quote(model), ModelLifetimes.GetRule(model, time), ViolationKind.ModelShutdown);
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
