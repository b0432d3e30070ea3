namespace Realtime.Sdk;

/// <summary>A part of the content of a message: text, audio or an image. Wire: an element of <c>content</c>, and <c>part</c>.</summary>
public abstract partial record ContentPart : WireObject
{
    private protected ContentPart(string type) => Type = type;

    /// <summary>The placeholder for a part that the server omitted or sent as <c>null</c>.</summary>
    [WireValue(null)]
    internal static UnknownContentPart Missing { get; } = new("", JsonElement.Parse("null"u8));

    /// <summary>The value of <c>type</c> on the wire, as received. For output parts, some servers write <c>text</c> and <c>audio</c>.</summary>
    [JsonPropertyName("type")]
    public string Type { get; private protected init; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Text from the user or the application. Wire: <c>input_text</c>.</summary>
[WireType("input_text")]
public sealed partial record InputTextPart : ContentPart
{
    // Null if the server omitted it or it was set to null, which validation reports. The property never returns null.
    private readonly string? _text;

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public required string Text { get => _text ?? ""; init => _text = value; }

    internal override void Check(Constraints constraints) => constraints.Present(_text, "text");
}

/// <summary>Audio from the user. Wire: <c>input_audio</c>.</summary>
[WireType("input_audio")]
public sealed partial record InputAudioPart : ContentPart
{
    /// <summary>The audio, in the session's input format. Empty if the server omitted it; servers send audio only when an item is retrieved.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <summary>
    /// A description of the error if the received audio is not valid base64; otherwise null. Invalid audio is kept and written back as received.
    /// </summary>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    /// <summary>The transcript of the audio. If it is sent with audio, the server stores it, but the model does not read it.</summary>
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

/// <summary>An image from the user. Wire: <c>input_image</c>.</summary>
[WireType("input_image")]
public sealed partial record InputImagePart : ContentPart
{
    /// <summary>The image, as a <c>data:</c> URI of a base64-encoded PNG or JPEG. An image of more than 1 MiB causes a validation warning.</summary>
    [JsonPropertyName("image_url")]
    public required string ImageUrl { get; init => field = value ?? ""; }

    /// <summary>The level of detail at which the model processes the image. The server's default is <c>auto</c>, which is the same as <c>high</c>.</summary>
    [JsonPropertyName("detail")]
    public ImageDetail? Detail { get; init; }

    internal override void Check(Constraints constraints)
    {
        ImageRules.Check(constraints, ImageUrl, "image_url");
        constraints.Known(Detail, [ImageDetail.Auto, ImageDetail.Low, ImageDetail.High], "detail");
    }
}

/// <summary>Text from the model. Wire: <c>output_text</c>; some servers write <c>text</c>.</summary>
[WireType("output_text", "text")]
public sealed partial record OutputTextPart : ContentPart
{
    private readonly string? _text;

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public required string Text { get => _text ?? ""; init => _text = value; }

    internal override void Check(Constraints constraints) => constraints.Present(_text, "text");
}

/// <summary>Audio from the model, which a client cannot create. Wire: <c>output_audio</c>; some servers write <c>audio</c>.</summary>
[WireType("output_audio", "audio")]
public sealed partial record OutputAudioPart : ContentPart
{
    /// <summary>The audio, in the session's output format. Empty if the server omitted it; servers send audio only when an item is retrieved.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Audio { get => AudioOnWire.Bytes; init => AudioOnWire = new(value); }

    /// <inheritdoc cref="InputAudioPart.AudioError"/>
    [JsonIgnore]
    public string? AudioError => AudioOnWire.Error;

    /// <summary>The transcript of the audio; null if the server omitted it.</summary>
    [JsonPropertyName("transcript")]
    public string? Transcript { get; init; }

    [JsonPropertyName("audio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal WireAudio AudioOnWire { get; init; }

    internal override void Check(Constraints constraints) => constraints.ValidText(Transcript, "transcript");
}

/// <summary>A content part of an unrecognized type, kept unchanged.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownContentPart : ContentPart, IUnknownVariant
{
    internal override void Check(Constraints constraints) => constraints.UnknownKind(Type, "should be a known type of content part");
}

/// <summary>The level of detail at which the model processes an image. Wire: <c>detail</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct ImageDetail(string Value) : IWireString<ImageDetail>
{
    /// <summary>The server's default, which is the same as <see cref="High"/>.</summary>
    public static ImageDetail Auto { get; } = new("auto");

    /// <summary>Low detail, which uses fewer tokens.</summary>
    public static ImageDetail Low { get; } = new("low");

    /// <summary>High detail.</summary>
    public static ImageDetail High { get; } = new("high");
}
