using System.Globalization;

namespace Realtime.Sdk;

/// <summary>
/// The maximum number of output tokens of one response, including tool calls: 1 to 4096, or <see cref="Unlimited"/>. Wire: <c>max_output_tokens</c>, legacy
/// <c>max_response_output_tokens</c>; a number or the string <c>inf</c>.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct TokenLimit
{
    private readonly string? _text;

    /// <summary>Creates a limit.</summary>
    /// <param name="tokens">The number of tokens, 1 to 4096. It is validated when the request is sent.</param>
    public TokenLimit(int tokens) => Tokens = tokens;

    private TokenLimit(string text) => _text = text;

    /// <summary>No limit other than that of the model, which is the server's default. Wire: <c>inf</c>.</summary>
    public static TokenLimit Unlimited { get; } = new("inf");

    /// <summary>The number of tokens; null if the limit is a string such as <c>inf</c>.</summary>
    public int? Tokens => _text is null ? field.GetValueOrDefault() : null;

    /// <summary>Creates a limit.</summary>
    public static implicit operator TokenLimit(int tokens) => new(tokens);

    internal static void Check(Constraints constraints, TokenLimit? limit, string name)
    {
        if (limit is not { } given)
            return;
        constraints.InRange(given.Tokens, Limits.MinOutputTokens, Limits.MaxOutputTokens, name);
        if (given._text is { } text && given != Unlimited)
            CheckText(constraints, text, name);
    }

    /// <summary>
    /// Checks a limit that is a string. One that can only mean a number or <c>inf</c> is an error. Others are a warning, because the service may add values
    /// before this SDK.
    /// </summary>
    private static void CheckText(Constraints constraints, string text, string name)
    {
        if (text.Trim().Equals(Unlimited._text, StringComparison.OrdinalIgnoreCase))
            constraints.Error(name, Constraints.Quote(text), "must be \"inf\" in lowercase (TokenLimit.Unlimited)");
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            constraints.Error(name, Constraints.Quote(text), "must be a number from 1 to 4096 without quotes, or \"inf\"");
        else
            constraints.UnknownValue(text, name, "1 to 4096", "inf");
    }

    /// <summary>Returns the limit as written on the wire.</summary>
    public override string ToString() => _text ?? Tokens.GetValueOrDefault().ToString(CultureInfo.InvariantCulture);

    internal static TokenLimit Read(ref WireReader reader) =>
        reader.TokenType == JsonTokenType.String ? new(reader.GetText()!) : new(reader.GetInt32());

    internal void Write(Utf8JsonWriter writer)
    {
        if (Tokens is { } tokens)
            writer.WriteNumberValue(tokens);
        else
            writer.WriteStringValue(_text);
    }

    /// <summary>Reads and writes a limit as a number or a string.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : JsonConverter<TokenLimit>
    {
        /// <inheritdoc/>
        public override TokenLimit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializerReader.Read(ref reader, TokenLimit.Read);

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, TokenLimit value, JsonSerializerOptions options) => value.Write(writer);
    }
}
