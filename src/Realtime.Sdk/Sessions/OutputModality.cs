namespace Realtime.Sdk;

/// <summary>What the model answers in. Wire: <c>output_modalities</c>, legacy <c>modalities</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
[JsonConverter(typeof(WireStringConverter<OutputModality>))]
public readonly record struct OutputModality(string Value) : IWireString<OutputModality>
{
    /// <summary>Text only.</summary>
    public static OutputModality Text { get; } = new("text");

    /// <summary>Speech, which comes with its transcript; the server's default.</summary>
    public static OutputModality Audio { get; } = new("audio");

    /// <summary>Takes any string as it stands on the wire.</summary>
    public static implicit operator OutputModality(string value) => new(value);

    static OutputModality IWireString<OutputModality>.Create(string value) => new(value);

    /// <summary>The string as it stands on the wire.</summary>
    public override string ToString() => Value;
}
