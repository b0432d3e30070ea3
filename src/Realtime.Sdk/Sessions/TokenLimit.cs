using System.ComponentModel;
using System.Globalization;

namespace Realtime.Sdk;

/// <summary>
/// The most tokens one response may produce, tool calls included: 1 to 4096, or <see cref="Unlimited"/>.
/// Wire: <c>max_output_tokens</c>, legacy <c>max_response_output_tokens</c>; a number or the string <c>inf</c>.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct TokenLimit
{
    private readonly string? _word;

    /// <summary>A limit of so many tokens.</summary>
    /// <param name="tokens">1 to 4096; checked when the request is sent.</param>
    public TokenLimit(int tokens) => Tokens = tokens;

    private TokenLimit(string word) => _word = word;

    /// <summary>As many as the model can; the server's default. Wire: <c>inf</c>.</summary>
    public static TokenLimit Unlimited { get; } = new("inf");

    /// <summary>The number of tokens; null when the limit is a word such as <c>inf</c>.</summary>
    public int? Tokens => _word is null ? field.GetValueOrDefault() : null;

    /// <summary>A limit of so many tokens.</summary>
    public static implicit operator TokenLimit(int tokens) => new(tokens);

    internal static void Check(Constraints constraints, TokenLimit? limit, string name)
    {
        if (limit is not { } given)
            return;
        constraints.InRange(given.Tokens, Limits.MinOutputTokens, Limits.MaxOutputTokens, name);
        if (given._word is { } word && given != Unlimited)
            CheckWord(constraints, word, name);
    }

    /// <summary>What can only be meant for a number or for <c>inf</c> is an error; another word may be newer than this SDK.</summary>
    private static void CheckWord(Constraints constraints, string word, string name)
    {
        if (word.Trim().Equals(Unlimited._word, StringComparison.OrdinalIgnoreCase))
            constraints.Error(name, Constraints.Quote(word), "must be \"inf\" in lower case (TokenLimit.Unlimited)");
        else if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            constraints.Error(name, Constraints.Quote(word), "must be a number from 1 to 4096 without quotes, or \"inf\"");
        else
            constraints.UnknownWord(word, name, "1 to 4096", "inf");
    }

    /// <summary>The limit as it stands on the wire.</summary>
    public override string ToString() => _word ?? Tokens.GetValueOrDefault().ToString(CultureInfo.InvariantCulture);

    internal static TokenLimit Read(ref WireReader reader) =>
        reader.TokenType == JsonTokenType.String ? new(reader.GetText()!) : new(reader.GetInt32());

    internal void Write(Utf8JsonWriter writer)
    {
        if (Tokens is { } tokens)
            writer.WriteNumberValue(tokens);
        else
            writer.WriteStringValue(_word);
    }

    /// <summary>Reads and writes a limit as a number or a word.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : JsonConverter<TokenLimit>
    {
        /// <inheritdoc/>
        public override TokenLimit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ForeignJson.Read(ref reader, TokenLimit.Read);

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, TokenLimit value, JsonSerializerOptions options) => value.Write(writer);
    }
}
