using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Responses;

public sealed partial class ResponseFormatTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("Weather_report-2", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("größe", false)]
    public void A_schema_has_a_plain_name(string name, bool valid) => Format(name).Validate().Errors().Any().Should().Be(!valid);

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        Format(new('n', 64)).Validate().Should().BeEmpty();
        Format(new('n', 65)).Validate().Errors().Should().ContainSingle().Which.Should().StartWith("json_schema.name is ").And.EndWith("at most 64 characters");
    }

    [Fact]
    public void A_schema_is_an_object() =>
        Format("n", "[]", strict: false).Validate().Errors().Should().Equal("json_schema.schema must be a JSON object");

    [Fact]
    public void A_strict_schema_forbids_and_requires_by_path()
    {
        const string Schema = """
            {
              "type": "object",
              "properties": {
                "city": { "type": "string" },
                "days": { "type": "array", "items": { "type": "object", "properties": { "sky": { "type": "string" } }, "additionalProperties": true } },
                "place": { "anyOf": [{ "type": "null" }, { "type": ["object", "null"], "properties": {}, "required": [] }] }
              },
              "required": ["city", "days"],
              "additionalProperties": false,
              "$defs": { "point": { "properties": { "x": { "type": "number" } }, "required": ["x"] } }
            }
            """;

        Format("n", Schema, strict: false).Validate().Should().BeEmpty();
        Format("n", Schema, strict: true).Validate().Errors().Should().BeEquivalentTo(
            "json_schema.schema.required must name every property of a strict schema: place is missing",
            "json_schema.schema.properties.days.items.additionalProperties must be false in a strict schema",
            "json_schema.schema.properties.days.items.required must name every property of a strict schema: sky is missing",
            "json_schema.schema.properties.place.anyOf[1].additionalProperties must be false in a strict schema",
            "json_schema.schema.$defs.point must have type, anyOf or $ref in a strict schema",
            "json_schema.schema.$defs.point.additionalProperties must be false in a strict schema");
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "json_schema.schema.type must be \"object\" at the root of a strict schema")]
    [InlineData("""{"type":"object","additionalProperties":false,"anyOf":[{"type":"object","additionalProperties":false}]}""", "json_schema.schema.anyOf must not be at the root of a strict schema: make it a property of an object")]
    [InlineData(
        """{"type":"object","additionalProperties":false,"properties":{"a":true},"required":["a"]}""",
        "json_schema.schema.properties.a must be a JSON object in a strict schema: give the value a type")]
    [InlineData(
        """{"type":"object","additionalProperties":false,"properties":{},"required":["z"]}""",
        "json_schema.schema.required must name only properties in a strict schema: z is not a property")]
    public void A_strict_schema_is_a_closed_object(string schema, string error) =>
        Format("n", schema, strict: true).Validate().Errors().Should().Equal(error);

    [Theory]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    public void A_strict_schema_is_nested_10_levels_deep_at_most(int levels, int errors)
    {
        var schema = """{"type":"object","properties":{"leaf":{"type":"string"}},"required":["leaf"],"additionalProperties":false}""";
        for (var i = 1; i < levels; i++)
            schema = $$$"""{"type":"object","properties":{"a":{{{schema}}}},"required":["a"],"additionalProperties":false}""";

        Format("n", schema, strict: true).Validate().Errors().Should().HaveCount(errors);
    }

    [Theory]
    [InlineData(5000, 0)]
    [InlineData(5001, 1)]
    public void A_strict_schema_has_5000_properties_at_most(int properties, int errors)
    {
        var names = Enumerable.Range(0, properties).Select(i => $"p{i}").ToArray();
        var schema = JsonSerializer.Serialize(new
        {
            type = "object",
            properties = names.ToDictionary(name => name, _ => new { type = "string" }),
            required = names,
            additionalProperties = false,
        });

        Format("n", schema, strict: true).Validate().Errors().Should().HaveCount(errors);
    }

    [Fact]
    public void A_schema_comes_from_a_type()
    {
        var schema = JsonSchema.FromType(SchemaContext.Default.Weather);

        schema.Should().Be(JsonSchema.Parse("""
            {
              "type": "object",
              "properties": { "city": { "type": "string" }, "sky": { "type": ["string", "null"] }, "days": { "type": "array", "items": { "type": "integer" } } },
              "required": ["city"]
            }
            """));
    }

    [Fact]
    public void A_strict_schema_comes_from_a_type()
    {
        var schema = JsonSchema.StrictFromType(SchemaContext.Default.Trip);

        Format("trip", schema.ToString(), strict: true).Validate().Should().BeEmpty();
        schema.Json.GetProperty("properties").GetProperty("stops").GetProperty("items").GetProperty("required").GetArrayLength().Should().Be(3);
        Format("trip", JsonSchema.FromType(SchemaContext.Default.Trip).ToString(), strict: true).Validate().Errors().Should().NotBeEmpty();
    }

    [Fact]
    public void A_type_without_properties_has_a_strict_schema()
    {
        JsonSchema.StrictFromType(SchemaContext.Default.Nothing).Should().Be(JsonSchema.Parse("""{"type":"object","additionalProperties":false}"""));
        Format("n", JsonSchema.StrictFromType(SchemaContext.Default.Nothing).ToString(), strict: true).Validate().Should().BeEmpty();
    }

    [Fact]
    public void A_schema_outlives_the_document_it_came_from()
    {
        JsonSchema schema;
        using (var document = JsonDocument.Parse("""{"type":"object"}"""))
            schema = JsonSchema.FromElement(document.RootElement);

        schema.ToString().Should().Be("""{"type":"object"}""");
    }

    [Fact]
    public void Schemas_are_equal_when_their_json_is()
    {
        var one = JsonSchema.Parse("""{"a":1,"b":[1.0]}""");
        var other = JsonSchema.Parse("""{ "b": [1], "a": 1 }""");

        one.Should().Be(other);
        one.GetHashCode().Should().Be(other.GetHashCode());
        one.Should().NotBe(JsonSchema.Parse("""{"a":1}"""));
        FluentActions.Invoking(() => JsonSchema.FromElement(default)).Should().Throw<ArgumentException>();
    }

    private static JsonSchemaResponseFormat Format(string name, string schema = "{}", bool strict = false) =>
        new() { JsonSchema = new() { Name = name, Schema = JsonSchema.Parse(schema), Strict = strict } };

    internal sealed record Weather
    {
        public required string City { get; init; }

        public string? Sky { get; init; }

        public IReadOnlyList<int> Days { get; init; } = [];
    }

    internal sealed record Trip
    {
        public required IReadOnlyList<Weather> Stops { get; init; }

        public string? Note { get; init; }
    }

    internal sealed record Nothing;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Weather))]
    [JsonSerializable(typeof(Trip))]
    [JsonSerializable(typeof(Nothing))]
    internal sealed partial class SchemaContext : JsonSerializerContext;
}
