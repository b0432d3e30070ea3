namespace Realtime.Sdk.Internal;

/// <summary>
/// Completes the session of an agent with the values that the server reported first. An update changes only the members that are present, so without them, members of
/// the previous agent would remain in effect.
/// </summary>
internal static class SessionDefaults
{
    /// <param name="session">The session of the new agent.</param>
    /// <param name="first">The session as the server first reported it; null if it has not reported one.</param>
    public static RealtimeSessionConfiguration Apply(RealtimeSessionConfiguration session, RealtimeSession? first)
    {
        var defaults = first?.ToConfiguration() as RealtimeSessionConfiguration ?? new();
        return session with
        {
            // The model of a session cannot change.
            Model = null,
            OutputModalities = session.OutputModalities ?? defaults.OutputModalities,

            // Empty or off if the server has not reported a value: null would keep that of the previous agent.
            Instructions = session.Instructions ?? defaults.Instructions ?? "",
            Audio = Audio(session.Audio, defaults.Audio),
            Include = session.Include ?? defaults.Include,
            Tracing = session.Tracing ?? defaults.Tracing,
            Tools = session.Tools ?? [],
            ToolChoice = session.ToolChoice ?? defaults.ToolChoice,
            ParallelToolCalls = session.ParallelToolCalls ?? defaults.ParallelToolCalls,
            Reasoning = session.Reasoning ?? defaults.Reasoning,
            MaxOutputTokens = session.MaxOutputTokens ?? defaults.MaxOutputTokens,
            Truncation = session.Truncation ?? defaults.Truncation,
            Prompt = session.Prompt ?? defaults.Prompt,
        };
    }

    private static AudioConfiguration Audio(AudioConfiguration? audio, AudioConfiguration? defaults)
    {
        var (input, output) = (audio?.Input ?? new(), audio?.Output ?? new());
        var (defaultInput, defaultOutput) = (defaults?.Input ?? new(), defaults?.Output ?? new());
        return (audio ?? new()) with
        {
            Input = input with
            {
                Format = input.Format ?? defaultInput.Format,
                Transcription = input.Transcription ?? defaultInput.Transcription ?? Transcription.Off,
                NoiseReduction = input.NoiseReduction ?? defaultInput.NoiseReduction,
                TurnDetection = input.TurnDetection ?? defaultInput.TurnDetection,
            },
            Output = output with
            {
                Format = output.Format ?? defaultOutput.Format,
                Voice = output.Voice ?? defaultOutput.Voice,
                Speed = output.Speed ?? defaultOutput.Speed,
            },
        };
    }
}
