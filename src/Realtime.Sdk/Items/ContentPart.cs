namespace Realtime.Sdk;

/// <summary>One part of a message. Wire: the elements of <c>content</c>, and <c>part</c>.</summary>
public abstract partial record ContentPart : WireObject
{
    private protected ContentPart(string type) => Type = type;

    /// <summary>What stands for a part that the server left out or sent as <c>null</c>.</summary>
    [WireValue(null)]
    internal static UnknownContentPart Missing { get; } = new("", JsonElement.Parse("null"u8));

    /// <summary>The wire discriminator, in the spelling it came with: servers also write <c>text</c> and <c>audio</c> for output.</summary>
    [JsonPropertyName("type")]
    public string Type { get; private protected init; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Text of the user or the application. Wire: <c>input_text</c>.</summary>
[WireType("input_text")]
public sealed partial record InputTextPart : ContentPart
{
    private readonly string? _text;

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public required string Text { get => _text ?? ""; init => _text = value; }

    internal override void Check(Constraints constraints) => constraints.Present(_text, "text");
}

/// <summary>Audio of the user. Wire: <c>input_audio</c>.</summary>
[WireType("input_audio")]
public sealed partial record InputAudioPart : ContentPart
{
    /// <summary>The audio in the session's input format; empty when the server left it out, which it does except on retrieval.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <summary>What is wrong with audio that is not valid base64: its text is kept and written back. Null when all is well.</summary>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    /// <summary>What was said. Sent with audio it is kept beside it, and the model does not read it.</summary>
    [JsonPropertyName("transcript")]
    public string? Transcript { get; init; }

    [JsonPropertyName("audio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal WireAudio AudioOnWire { get; init; }

    internal override void Check(Constraints constraints)
    {
        AudioOnWire.CheckSent(constraints, "audio");
        constraints.ValidText(Transcript, "transcript");
    }
}

/// <summary>A picture of the user. Wire: <c>input_image</c>.</summary>
[WireType("input_image")]
public sealed partial record InputImagePart : ContentPart
{
    /// <summary>The picture as a <c>data:</c> URI of a PNG or JPEG in base64. More than 1 MiB is a warning: scale the picture down.</summary>
    [JsonPropertyName("image_url")]
    public required string ImageUrl { get; init => field = value ?? ""; }

    /// <summary>How closely the model looks. The server's default is <c>auto</c>, the same as <c>high</c>.</summary>
    [JsonPropertyName("detail")]
    public ImageDetail? Detail { get; init; }

    internal override void Check(Constraints constraints)
    {
        ImageRules.Check(constraints, ImageUrl, "image_url");
        constraints.Known(Detail, [ImageDetail.Auto, ImageDetail.Low, ImageDetail.High], "detail");
    }
}

/// <summary>Text of the model. Wire: <c>output_text</c>, also seen as <c>text</c>.</summary>
[WireType("output_text", "text")]
public sealed partial record OutputTextPart : ContentPart
{
    private readonly string? _text;

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public required string Text { get => _text ?? ""; init => _text = value; }

    internal override void Check(Constraints constraints) => constraints.Present(_text, "text");
}

/// <summary>Audio of the model; a client cannot create it. Wire: <c>output_audio</c>, also seen as <c>audio</c>.</summary>
[WireType("output_audio", "audio")]
public sealed partial record OutputAudioPart : ContentPart
{
    /// <summary>The audio in the session's output format; empty when the server left it out, which it does except on retrieval.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    /// <summary>What is said in the audio; null when the server left it out.</summary>
    [JsonPropertyName("transcript")]
    public string? Transcript { get; init; }

    [JsonPropertyName("audio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal WireAudio AudioOnWire { get; init; }

    internal override void Check(Constraints constraints) => constraints.ValidText(Transcript, "transcript");
}

/// <summary>A part of a kind this version does not know, kept as it came.</summary>
public sealed partial record UnknownContentPart : ContentPart, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownKind(Type, "should be a known type of content part");
}

/// <summary>How closely the model looks at a picture. Wire: <c>detail</c>.</summary>
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct ImageDetail(string Value) : IWireString<ImageDetail>
{
    /// <summary>The same as <see cref="High"/>; the server's default.</summary>
    public static ImageDetail Auto { get; } = new("auto");

    /// <summary>At a glance; fewer tokens.</summary>
    public static ImageDetail Low { get; } = new("low");

    /// <summary>In detail.</summary>
    public static ImageDetail High { get; } = new("high");
}
