namespace Realtime.Sdk;

/// <summary>What the server adds to its events on request. Wire: <c>include</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
[JsonConverter(typeof(WireStringConverter<SessionInclude>))]
public readonly record struct SessionInclude(string Value) : IWireString<SessionInclude>
{
    /// <summary>Log probabilities of input audio transcripts.</summary>
    public static SessionInclude InputAudioTranscriptionLogprobs { get; } = new("item.input_audio_transcription.logprobs");

    /// <summary>Takes any string as it stands on the wire.</summary>
    public static implicit operator SessionInclude(string value) => new(value);

    static SessionInclude IWireString<SessionInclude>.Create(string value) => new(value);

    internal static void Check(Constraints constraints, IReadOnlyList<SessionInclude>? include) =>
        constraints.EachKnown(include, [InputAudioTranscriptionLogprobs], "include");

    /// <summary>The string as it stands on the wire.</summary>
    public override string ToString() => Value;
}
