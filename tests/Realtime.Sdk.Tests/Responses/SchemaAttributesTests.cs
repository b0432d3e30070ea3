using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>Attributes become keywords where the keyword means the same, and nothing where it does not.</summary>
public sealed partial class SchemaAttributesTests
{
    private const string Text = """{"type":"string"}""";

    [Theory]
    [InlineData("exclusive", """{"type":"integer","minimum":1,"exclusiveMaximum":10}""")]
    [InlineData("positive", """{"type":"number","minimum":0}""")]
    [InlineData("negative", """{"type":"number","maximum":0}""")]
    [InlineData("rangeOfText", Text)]
    [InlineData("lengthOfNumber", """{"type":"integer"}""")]
    [InlineData("lengthOfMap", """{"type":"object","additionalProperties":{"type":"integer"}}""")]
    [InlineData("anyLength", Text)]
    [InlineData("textLengthOfList", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("patternOfNumber", """{"type":"integer"}""")]
    [InlineData("mails", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("links", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("flag", """{"type":"boolean","enum":[true]}""")]
    [InlineData("flags", """{"type":"boolean","enum":[true,false]}""")]
    [InlineData("count", """{"type":"integer","enum":[1,2]}""")]
    [InlineData("share", """{"type":"number","enum":[0.5,1]}""")]
    [InlineData("letter", """{"type":"string","maxLength":1,"minLength":1}""")]
    [InlineData("level", """{"type":"string","enum":["Low","High"]}""")]
    [InlineData("shout", """{"description":"In capitals","type":"string"}""")]
    public void A_keyword_is_written_where_it_means_what_the_attribute_means(string property, string schema) => Check(JsonSchema.FromType(Context.Default.Attributed), property, schema);

    [Theory]
    [InlineData("digits", """{"type":"string","pattern":"^(?:\\d+)$"}""")]
    [InlineData("group", """{"type":"string","pattern":"^(?:(?:a)(b))$"}""")]
    [InlineData("dollar", """{"type":"string","pattern":"^(?:^a\\$)$"}""")]
    [InlineData("anchors", """{"type":"string","pattern":"^a$"}""")]
    [InlineData("choice", """{"type":"string","pattern":"^(?:^a|b$)$"}""")]
    [InlineData("opened", """{"type":"string","pattern":"^(?:^a)$"}""")]
    [InlineData("escaped", """{"type":"string","pattern":"^(?:\\(?\\\\A)$"}""")]
    [InlineData("single", """{"type":"string","pattern":"^(?:a)$"}""")]
    [InlineData("start", Text)]
    [InlineData("end", Text)]
    [InlineData("veryEnd", Text)]
    [InlineData("last", Text)]
    [InlineData("first", Text)]
    [InlineData("ninth", Text)]
    [InlineData("named", Text)]
    [InlineData("ignoring", Text)]
    public void An_expression_is_written_if_other_engines_read_it_alike(string property, string schema) => Check(JsonSchema.FromType(Context.Default.Expressions), property, schema);

    private static void Check(JsonSchema written, string property, string schema)
    {
        var actual = written.Json.GetProperty("properties").GetProperty(property);

        JsonElement.DeepEquals(actual, JsonElement.Parse(schema)).Should().BeTrue("the schema is {0}", actual.GetRawText());
    }

    internal sealed record Attributed(
        [property: Range(1, 10, MaximumIsExclusive = true)] int Exclusive,
        [property: Range(0.0, double.PositiveInfinity)] double Positive,
        [property: Range(double.MinValue, 0.0)] double Negative,
        [property: Range(1, 5)] string RangeOfText,
        [property: MaxLength(3)] int LengthOfNumber,
        [property: MinLength(2)] Dictionary<string, int> LengthOfMap,
        [property: MaxLength] string AnyLength,
        [property: StringLength(5)] IReadOnlyList<string> TextLengthOfList,
        [property: RegularExpression("a")] int PatternOfNumber,
        [property: EmailAddress] IReadOnlyList<string> Mails,
        [property: Url] IReadOnlyList<string> Links,
        [property: AllowedValues(true)] bool Flag,
        [property: AllowedValues(true, false)] bool Flags,
        [property: AllowedValues(1L, 2)] long Count,
        [property: AllowedValues(0.5, 1)] double Share,
        [property: AllowedValues('a')] char Letter,
        [property: AllowedValues("Low")] Level Level,
        [property: Description(" ")][Description("In capitals")] string Shout);

    internal sealed record Expressions(
        [property: RegularExpression(@"\d+")] string Digits,
        [property: RegularExpression("(?:a)(b)")] string Group,
        [property: RegularExpression(@"^a\$")] string Dollar,
        [property: RegularExpression("^a$")] string Anchors,
        [property: RegularExpression("^a|b$")] string Choice,
        [property: RegularExpression("^a")] string Opened,
        [property: RegularExpression(@"\(?\\A")] string Escaped,
        [property: RegularExpression("a")] string Single,
        [property: RegularExpression(@"\Aa")] string Start,
        [property: RegularExpression(@"a\Z")] string End,
        [property: RegularExpression(@"a\z")] string VeryEnd,
        [property: RegularExpression(@"\Ga")] string Last,
        [property: RegularExpression(@"(a)\1")] string First,
        [property: RegularExpression(@"(a)\9")] string Ninth,
        [property: RegularExpression(@"(?<n>a)\k<n>")] string Named,
        [property: RegularExpression("(?i)a")] string Ignoring);

    [JsonConverter(typeof(JsonStringEnumConverter<Level>))]
    internal enum Level
    {
        Low,
        High,
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Attributed))]
    [JsonSerializable(typeof(Expressions))]
    private sealed partial class Context : JsonSerializerContext;
}
