namespace Realtime.Sdk;

/// <summary>Additional data that the server includes in its events. Wire: <c>include</c>.</summary>
/// <param name="Value">The value on the wire.</param>
[WireSet]
public readonly partial record struct SessionInclude(string Value) : IWireString<SessionInclude>
{
    /// <summary>The log probabilities of input audio transcripts.</summary>
    public static SessionInclude InputAudioTranscriptionLogProbs { get; } = new("item.input_audio_transcription.logprobs");

    internal static void Check(Constraints constraints, IReadOnlyList<SessionInclude>? include) =>
        constraints.EachKnown(include, [InputAudioTranscriptionLogProbs], "include");
}
