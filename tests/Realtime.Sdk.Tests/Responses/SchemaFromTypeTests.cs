using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Json.Schema;
using Realtime.Sdk.Tests.Validation;
using Validator = Json.Schema.JsonSchema;

namespace Realtime.Sdk.Tests.Responses;

public sealed partial class SchemaFromTypeTests
{
    [Theory]
    [InlineData("city", """{"description":"The city, in English","type":"string","pattern":"^[\\s\\S]{2,20}$"}""")]
    [InlineData("days", """{"description":"How many days","type":"integer","minimum":1,"maximum":5}""")]
    [InlineData("speed", """{"type":["number","null"],"exclusiveMinimum":0.5,"maximum":1.5}""")]
    [InlineData("price", """{"type":"number","minimum":0.1}""")]
    [InlineData("mail", """{"type":"string","format":"email"}""")]
    [InlineData("link", """{"type":["string","null"]}""")]
    [InlineData("code", """{"type":"string","pattern":"^(?:[a-z]+|x)$"}""")]
    [InlineData("anchored", """{"type":"string","pattern":"^[a-z]{3}$"}""")]
    [InlineData("lookahead", """{"type":"string"}""")]
    [InlineData("novel", """{"type":"string","pattern":"^[\\s\\S]{1,}$"}""")]
    [InlineData("tags", """{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":3}""")]
    [InlineData("pair", """{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":2}""")]
    [InlineData("unit", """{"type":["string","null"],"enum":["C","F",null]}""")]
    [InlineData("labels", """{"type":"array","items":{"type":"string"}}""")]
    public void Attributes_reach_a_strict_schema(string property, string schema) =>
        JsonElement.DeepEquals(Strict().GetProperty("properties").GetProperty(property), JsonElement.Parse(schema)).Should().BeTrue();

    [Theory]
    [InlineData("city", """{"description":"The city, in English","type":"string","minLength":2,"maxLength":20}""")]
    [InlineData("link", """{"type":["string","null"],"format":"uri"}""")]
    [InlineData("novel", """{"type":"string","minLength":1,"maxLength":100000}""")]
    [InlineData("anything", """{"description":"Anything at all"}""")]
    public void Attributes_reach_any_schema_with_all_keywords(string property, string schema) =>
        JsonElement.DeepEquals(JsonSchema.FromType(CamelSchemaContext.Default.Open).Json.GetProperty("properties").GetProperty(property), JsonElement.Parse(schema))
            .Should().BeTrue();

    [Theory]
    [InlineData("city", "\"R\"")]
    [InlineData("days", "6")]
    [InlineData("speed", "0.5")]
    [InlineData("code", "\"x1\"")]
    [InlineData("tags", "[]")]
    [InlineData("unit", "\"K\"")]
    public void A_value_out_of_bounds_is_refused(string property, string value)
    {
        var answer = JsonNode.Parse("""
            {
              "city": "Rome", "days": 5, "speed": 1.5, "price": 0.1, "mail": "a@b.example", "link": null, "code": "x", "anchored": "abc", "lookahead": "a",
              "novel": "n", "tags": ["t"], "pair": [1, 2], "unit": "C", "labels": ["c"]
            }
            """)!;
        IsValid(Strict(), answer).Should().BeTrue();

        answer[property] = JsonNode.Parse(value);

        IsValid(Strict(), answer).Should().BeFalse();
    }

    [Fact]
    public void A_property_that_cannot_be_set_is_not_asked_of_the_model() =>
        Strict().GetProperty("properties").TryGetProperty("summary", out _).Should().BeFalse();

    [Fact]
    public void Numbers_are_numbers_under_web_options()
    {
        const string Schema = """{"type":"object","properties":{"count":{"type":"integer"},"share":{"type":["number","null"]}},"required":["count","share"]}""";

        JsonSchema.FromType(WebSchemaContext.Default.Numbers).Should().Be(JsonSchema.Parse(Schema));
        JsonSchema.StrictFromType(WebSchemaContext.Default.Numbers).Should().Be(JsonSchema.Parse(Schema[..^1] + ",\"additionalProperties\":false}"));
    }

    [Fact]
    public void Enums_have_a_type()
    {
        const string Properties = """{"unit":{"type":"string","enum":["Celsius","Fahrenheit"]},"other":{"type":["string","null"],"enum":["Celsius","Fahrenheit",null]}}""";

        JsonSchema.FromType(WebSchemaContext.Default.Enums).Json.GetProperty("properties").GetRawText().Should().Be(Properties);
        JsonSchema.StrictFromType(WebSchemaContext.Default.Enums).Json.GetProperty("properties").GetRawText().Should().Be(Properties);
    }

    [Fact]
    public void Defaults_stay_out_of_a_strict_schema()
    {
        JsonSchema.FromType(WebSchemaContext.Default.Defaults).ToString().Should().Contain("\"default\":3");
        JsonSchema.StrictFromType(WebSchemaContext.Default.Defaults).Should().Be(JsonSchema.Parse("""
            {
              "type": "object",
              "properties": { "count": { "type": "integer" }, "at": { "type": "string" } },
              "required": ["count", "at"],
              "additionalProperties": false
            }
            """));
    }

    [Fact]
    public void The_naming_policy_is_that_of_the_metadata()
    {
        JsonSchema.StrictFromType(SnakeSchemaContext.Default.Named).Json.GetProperty("required").GetRawText().Should().Be("""["first_name","given"]""");
        JsonSchema.StrictFromType(WebSchemaContext.Default.Named).Json.GetProperty("required").GetRawText().Should().Be("""["firstName","given"]""");
    }

    [Theory]
    [InlineData("""{"shape":{"kind":"circle","radius":2},"other":null,"all":[]}""", typeof(Circle))]
    [InlineData("""{"shape":{"kind":"square","side":2,"inner":{"kind":"circle","radius":1}},"other":{"kind":"dot"},"all":[{"kind":"dot"}]}""", typeof(Square))]
    [InlineData("""{"shape":{"kind":"dot"},"other":null,"all":[]}""", typeof(Dot))]
    public void A_valid_answer_for_a_polymorphic_property_becomes_the_variant_that_it_names(string answer, Type variant)
    {
        var schema = JsonSchema.StrictFromType(WebSchemaContext.Default.Drawing).Json;

        IsValid(schema, JsonNode.Parse(answer)!).Should().BeTrue();
        JsonSerializer.Deserialize(answer, WebSchemaContext.Default.Drawing)!.Shape.Should().BeOfType(variant);
    }

    [Theory]
    [InlineData("""{"radius":2}""")]
    [InlineData("""{"kind":"circle"}""")]
    [InlineData("""{"kind":"circle","radius":2,"side":1}""")]
    [InlineData("""{"kind":"oval","radius":2}""")]
    [InlineData("null")]
    public void An_answer_that_names_no_variant_or_mixes_two_is_refused(string shape) =>
        IsValid(JsonSchema.StrictFromType(WebSchemaContext.Default.Drawing).Json, JsonNode.Parse($$"""{"shape":{{shape}},"other":null,"all":[]}""")!).Should().BeFalse();

    [Fact]
    public void A_recursive_type_refers_to_the_root_or_to_a_definition()
    {
        JsonSchema.StrictFromType(WebSchemaContext.Default.Tree).Should().Be(JsonSchema.Parse("""
            {
              "type": "object",
              "properties": {
                "name": { "type": "string" },
                "children": { "type": "array", "items": { "$ref": "#" } },
                "next": { "description": "The one beside it", "anyOf": [{ "$ref": "#" }, { "type": "null" }] }
              },
              "required": ["name", "children", "next"],
              "additionalProperties": false
            }
            """));
        JsonSchema.StrictFromType(WebSchemaContext.Default.Forest).Should().Be(JsonSchema.Parse("""
            {
              "type": "object",
              "properties": { "first": { "$ref": "#/$defs/Tree" } },
              "required": ["first"],
              "additionalProperties": false,
              "$defs": {
                "Tree": {
                  "type": "object",
                  "properties": {
                    "name": { "type": "string" },
                    "children": { "type": "array", "items": { "$ref": "#/$defs/Tree" } },
                    "next": { "description": "The one beside it", "anyOf": [{ "$ref": "#/$defs/Tree" }, { "type": "null" }] }
                  },
                  "required": ["name", "children", "next"],
                  "additionalProperties": false
                }
              }
            }
            """));
    }

    [Fact]
    public void What_has_no_strict_schema_is_refused_with_every_path()
    {
        var refused = FluentActions.Invoking(() => JsonSchema.StrictFromType(CamelSchemaContext.Default.Open)).Should().Throw<RealtimeValidationException>().Which;

        refused.Violations.Errors().Should().Equal(
            "$.properties.prices.additionalProperties must be false in a strict schema: use an array of objects with a key and a value",
            "$.properties.anything must have type, anyOf or $ref in a strict schema",
            "$.properties.json must be a JSON object in a strict schema: give the value a type",
            "$.properties.members.additionalProperties must be false in a strict schema",
            "$.properties.elements.items is required in a strict schema: give the items a type",
            "$.properties.list.items.items.$ref is \"#/properties/list/items\", must be # or #/$defs/NAME in a strict schema: move the schema into $defs");
        refused.Message.Should().StartWith("Open has no strict schema: $.properties.prices.additionalProperties must be false").And.NotContain("sent");
    }

    [Fact]
    public void Only_an_object_has_a_strict_schema()
    {
        Refused(() => JsonSchema.StrictFromType(WebSchemaContext.Default.IReadOnlyListTree)).Should().Equal("$.type must be \"object\" at the root of a strict schema");
        Refused(() => JsonSchema.StrictFromType(WebSchemaContext.Default.JsonElement)).Should().Equal("$ must be a JSON object in a strict schema: give the value a type");
        Refused(() => JsonSchema.StrictFromType(WebSchemaContext.Default.Shape)).Should().Equal(
            "$.type must be \"object\" at the root of a strict schema",
            "$.anyOf must not be at the root of a strict schema: make it a property of an object");
    }

    private static IEnumerable<string> Refused(Func<JsonSchema> schema) =>
        schema.Should().Throw<RealtimeValidationException>().Which.Violations.Errors();

    private static JsonElement Strict() => JsonSchema.StrictFromType(CamelSchemaContext.Default.Bounded).Json;

    private static bool IsValid(JsonElement schema, JsonNode answer) => Validator.FromText(schema.GetRawText())
        .Evaluate(JsonElement.Parse(answer.ToJsonString()), new EvaluationOptions { RequireFormatValidation = true }).IsValid;

    internal sealed record Bounded(
        [Description("The city, in English"), StringLength(20, MinimumLength = 2)] string City,
        [property: Description("How many days"), Range(1, 5)] int Days,
        [Range(0.5, 1.5, MinimumIsExclusive = true)] double? Speed,
        [Range(typeof(decimal), "0.1", "none")] decimal Price,
        [EmailAddress] string Mail,
        [Url] string? Link,
        [RegularExpression("[a-z]+|x")] string Code,
        [RegularExpression("^[a-z]{3}$")] string Anchored,
        [RegularExpression("a(?=b)?")] string Lookahead,
        [StringLength(100_000, MinimumLength = 1)] string Novel,
        [MinLength(1), MaxLength(3)] IReadOnlyList<string> Tags,
        [Length(2, 2)] int[] Pair,
        [AllowedValues("C", "F", null)] string? Unit,
        [AllowedValues("a", "b")] IReadOnlyList<string> Labels)
    {
        public string Summary => $"{City}: {Days}";
    }

    internal sealed record Open(
        [Description("The city, in English"), StringLength(20, MinimumLength = 2)] string City,
        [Url] string? Link,
        [StringLength(100_000, MinimumLength = 1)] string Novel,
        Dictionary<string, int> Prices,
        [property: Description("Anything at all")] object Anything,
        JsonElement Json,
        JsonObject Members,
        JsonArray Elements,
        Endless List);

    internal sealed class Endless : List<Endless>;

    internal sealed record Numbers(int Count, double? Share);

    internal sealed record Enums(Unit Unit, Unit? Other);

    [JsonConverter(typeof(JsonStringEnumConverter<Unit>))]
    internal enum Unit
    {
        Celsius,
        Fahrenheit,
    }

    internal sealed record Defaults(int Count = 3, Uri At = null!);

    internal sealed record Named(string FirstName, [property: JsonPropertyName("given")] string Other);

    internal sealed record Drawing(Shape Shape, Shape? Other, IReadOnlyList<Shape> All);

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    [JsonDerivedType(typeof(Dot), "dot")]
    internal abstract record Shape;

    internal sealed record Circle(double Radius) : Shape;

    internal sealed record Square(double Side, Shape? Inner) : Shape;

    internal sealed record Dot : Shape;

    internal sealed record Tree(string Name, IReadOnlyList<Tree> Children, [Description("The one beside it")] Tree? Next);

    internal sealed record Forest(Tree First);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Bounded))]
    [JsonSerializable(typeof(Open))]
    internal sealed partial class CamelSchemaContext : JsonSerializerContext;

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Numbers))]
    [JsonSerializable(typeof(Enums))]
    [JsonSerializable(typeof(Defaults))]
    [JsonSerializable(typeof(Named))]
    [JsonSerializable(typeof(Drawing))]
    [JsonSerializable(typeof(Forest))]
    [JsonSerializable(typeof(JsonElement))]
    internal sealed partial class WebSchemaContext : JsonSerializerContext;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Named))]
    internal sealed partial class SnakeSchemaContext : JsonSerializerContext;
}
