namespace Realtime.Sdk;

/// <summary>The value of a variable in a stored prompt. Wire: an element of <c>prompt.variables</c>; a string or an object.</summary>
public abstract partial record PromptVariable : WireObject
{
    private protected PromptVariable() { }

    /// <summary>The value of <c>type</c> on the wire; empty for a string.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>Creates a string variable.</summary>
    public static implicit operator PromptVariable(string text) => new StringPromptVariable(text);

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        protected override PromptVariable ReadToken(ref WireReader reader) =>
            reader.TokenType == JsonTokenType.String ? new StringPromptVariable(reader.GetText()!) : base.ReadToken(ref reader);
    }
}

/// <summary>A variable whose value is a string. Wire: a string.</summary>
/// <param name="Text">The text.</param>
public sealed partial record StringPromptVariable(string Text) : PromptVariable
{
    /// <inheritdoc/>
    public override string Type => "";

    internal static new StringPromptVariable Read(ref WireReader reader) => PromptVariable.Read(ref reader) as StringPromptVariable ?? throw new JsonException("The JSON is not a StringPromptVariable.");

    internal override void Write(Utf8JsonWriter writer) => writer.WriteStringValue(Text);

    internal override void Check(Constraints constraints)
    {
        constraints.Present(Text, "");
    }
}

/// <summary>A variable whose value is text. Wire: <c>input_text</c>.</summary>
/// <remarks>Schema: <c>InputTextContent</c>.</remarks>
[WireType("input_text")]
public sealed partial record InputTextPromptVariable : PromptVariable
{
    private readonly string? _text;

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public required string Text { get => _text ?? ""; init => _text = value; }

    internal override void Check(Constraints constraints) => constraints.Present(_text, "text");
}

/// <summary>A variable whose value is an image. Wire: <c>input_image</c>.</summary>
/// <remarks>Schema: <c>InputImageContent</c>.</remarks>
[WireType("input_image")]
public sealed partial record InputImagePromptVariable : PromptVariable
{
    /// <summary>The URL of the image, or a <c>data:</c> URI.</summary>
    [JsonPropertyName("image_url")]
    public string? ImageUrl { get; init; }

    /// <summary>The ID of the image as an uploaded file.</summary>
    [JsonPropertyName("file_id")]
    public string? FileId { get; init; }

    /// <summary>The level of detail at which the model processes the image: <c>auto</c>, <c>low</c>, <c>high</c>, or on some models <c>original</c>.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(ImageUrl, "image_url");
        constraints.NotBlank(FileId, "file_id");
        constraints.NotBlank(Detail, "detail");
    }
}

/// <summary>A variable whose value is a file. Wire: <c>input_file</c>.</summary>
/// <remarks>Schema: <c>InputFileContent</c>.</remarks>
[WireType("input_file")]
public sealed partial record InputFilePromptVariable : PromptVariable
{
    /// <summary>The ID of an uploaded file.</summary>
    [JsonPropertyName("file_id")]
    public string? FileId { get; init; }

    /// <summary>The name of the file.</summary>
    [JsonPropertyName("filename")]
    public string? Filename { get; init; }

    /// <summary>The content of the file, as a <c>data:</c> URI or base64.</summary>
    [JsonPropertyName("file_data")]
    public string? FileData { get; init; }

    /// <summary>The URL of the file.</summary>
    [JsonPropertyName("file_url")]
    public string? FileUrl { get; init; }

    /// <summary>The level of detail at which the model processes the file: <c>low</c> or <c>high</c>.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(FileId, "file_id");
        constraints.NotBlank(Filename, "filename");
        constraints.NotBlank(FileData, "file_data");
        constraints.NotBlank(FileUrl, "file_url");
        constraints.NotBlank(Detail, "detail");
    }
}

/// <summary>A prompt variable of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownPromptVariable(string Type, JsonElement Json) : PromptVariable, IUnknownVariant;
