namespace Realtime.Sdk;

/// <summary>What one placeholder of a stored prompt stands for. Wire: <c>prompt.variables.*</c>; a string or an object.</summary>
public abstract partial record PromptVariable : WireObject
{
    private protected PromptVariable() { }

    /// <summary>The wire discriminator; empty for a plain string.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>A plain string.</summary>
    public static implicit operator PromptVariable(string text) => new StringPromptVariable(text);

    internal abstract override void Check(Constraints constraints);

    private sealed partial class Reader
    {
        protected override PromptVariable ReadToken(ref WireReader reader) =>
            reader.TokenType == JsonTokenType.String ? new StringPromptVariable(reader.GetText()!) : base.ReadToken(ref reader);
    }
}

/// <summary>A placeholder that stands for a plain string. Wire: a string.</summary>
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

/// <summary>A placeholder that stands for text. Wire: <c>input_text</c>.</summary>
[WireType("input_text")]
public sealed partial record InputTextPromptVariable : PromptVariable
{
    private readonly string? _text;

    /// <summary>The text.</summary>
    [JsonPropertyName("text")]
    public required string Text { get => _text ?? ""; init => _text = value; }

    internal override void Check(Constraints constraints) => constraints.Present(_text, "text");
}

/// <summary>A placeholder that stands for an image. Wire: <c>input_image</c>.</summary>
[WireType("input_image")]
public sealed partial record InputImagePromptVariable : PromptVariable
{
    /// <summary>The image as an address or a <c>data:</c> URI.</summary>
    [JsonPropertyName("image_url")]
    public string? ImageUrl { get; init; }

    /// <summary>The image as an uploaded file's id.</summary>
    [JsonPropertyName("file_id")]
    public string? FileId { get; init; }

    /// <summary>How closely the model looks: <c>auto</c>, <c>low</c>, <c>high</c>, on some models <c>original</c>.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.NotBlank(ImageUrl, "image_url");
        constraints.NotBlank(FileId, "file_id");
        constraints.NotBlank(Detail, "detail");
    }
}

/// <summary>A placeholder that stands for a file. Wire: <c>input_file</c>.</summary>
[WireType("input_file")]
public sealed partial record InputFilePromptVariable : PromptVariable
{
    /// <summary>The file as an uploaded file's id.</summary>
    [JsonPropertyName("file_id")]
    public string? FileId { get; init; }

    /// <summary>The file's name.</summary>
    [JsonPropertyName("filename")]
    public string? Filename { get; init; }

    /// <summary>The file's content as the wire takes it: a <c>data:</c> URI or base64.</summary>
    [JsonPropertyName("file_data")]
    public string? FileData { get; init; }

    /// <summary>The file's address.</summary>
    [JsonPropertyName("file_url")]
    public string? FileUrl { get; init; }

    /// <summary>How closely the model looks: <c>low</c> or <c>high</c>.</summary>
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

/// <summary>A prompt variable of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownPromptVariable(string Type, JsonElement Json) : PromptVariable, IUnknownVariant;
