namespace Realtime.Sdk;

/// <summary>A modality of the model's output. Wire: <c>output_modalities</c>, legacy <c>modalities</c>.</summary>
/// <param name="Value">The value on the wire.</param>
[WireSet]
public readonly partial record struct OutputModality(string Value) : IWireString<OutputModality>
{
    /// <summary>Text only.</summary>
    public static OutputModality Text { get; } = new("text");

    /// <summary>Audio with its transcript, which is the server's default.</summary>
    public static OutputModality Audio { get; } = new("audio");

    /// <summary>Checks that there is exactly one modality, as the API requires.</summary>
    internal static void CheckOne(Constraints constraints, IReadOnlyList<OutputModality>? modalities, string name)
    {
        constraints.EachKnown(modalities, [Text, Audio], name);
        if (modalities is not null && modalities.Count + WireList.GetNullIndexes(modalities).Count != 1)
            constraints.Error(name, Constraints.Join(modalities), "must be exactly one of text, audio");
    }

    /// <summary>Checks modalities for a beta server, which supports text, or text and audio.</summary>
    internal static void CheckLegacy(Constraints constraints, IReadOnlyList<OutputModality>? modalities, string name)
    {
        constraints.EachKnown(modalities, [Text, Audio], name);
        if (modalities is not null && !modalities.Contains(Text))
            constraints.Warning(name, Constraints.Join(modalities), "should be [text] or [audio, text]");
    }
}
