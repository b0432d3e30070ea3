using System.Text.Json;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>Schemas written by hand: what the strict subset does not take is found at its place. The rules are those of the guide to structured outputs.</summary>
public sealed class StrictSchemaTests
{
    [Theory]
    [InlineData("""{}""", "value must have type, anyOf or $ref in a strict schema")]
    [InlineData("""{"enum":["a","b"]}""", "value must have type, anyOf or $ref in a strict schema")]
    [InlineData("""{"const":"a"}""", "value must have type, anyOf or $ref in a strict schema")]
    [InlineData("""{"description":"anything"}""", "value must have type, anyOf or $ref in a strict schema")]
    [InlineData("""true""", "value must be a JSON object in a strict schema: give the value a type")]
    [InlineData("""{"type":"text"}""", "value.type is \"text\", must be one or more of string, number, integer, boolean, object, array, null")]
    [InlineData("""{"type":[]}""", "value.type is \"[]\", must be one or more of string, number, integer, boolean, object, array, null")]
    [InlineData("""{"type":"integer","default":3}""", "value.default must not be used in a strict schema: describe it in the description")]
    [InlineData("""{"type":"string","default":null}""", "value.default must not be used in a strict schema: describe it in the description")]
    [InlineData(
        """{"type":"string","format":"uri"}""",
        "value.format is \"uri\", must be one of date-time, time, date, duration, email, hostname, ipv4, ipv6, uuid in a strict schema")]
    [InlineData("""{"oneOf":[{"type":"null"}],"type":"null"}""", "value.oneOf must not be used in a strict schema: use anyOf")]
    [InlineData("""{"allOf":[{"type":"null"}],"type":"null"}""", "value.allOf must not be used in a strict schema: merge its schemas into one")]
    [InlineData("""{"type":"string","not":{"const":""}}""", "value.not must not be used in a strict schema: describe it in the description")]
    [InlineData("""{"type":"array","items":{"type":"string"},"uniqueItems":true}""", "value.uniqueItems must not be used in a strict schema: describe it in the description")]
    [InlineData("""{"type":"array"}""", "value.items is required in a strict schema: give the items a type")]
    [InlineData("""{"type":"array","items":true}""", "value.items must be a JSON object in a strict schema: give the value a type")]
    [InlineData("""{"type":"object"}""", "value.additionalProperties must be false in a strict schema")]
    [InlineData(
        """{"type":"object","additionalProperties":{"type":"string"}}""",
        "value.additionalProperties must be false in a strict schema: use an array of objects with a key and a value")]
    [InlineData("""{"anyOf":[]}""", "value.anyOf must be an array of at least one schema")]
    [InlineData("""{"anyOf":[{"type":"null"},{"default":1,"type":"integer"}]}""", "value.anyOf[1].default must not be used in a strict schema: describe it in the description")]
    [InlineData(
        """{"$ref":"#/properties/value"}""",
        "value.$ref is \"#/properties/value\", must be # or #/$defs/NAME in a strict schema: move the schema into $defs")]
    [InlineData("""{"$ref":"#/$defs/other"}""", "value.$ref is \"#/$defs/other\", must name a schema in $defs")]
    [InlineData("""{"$ref":"#/$defs/a~1b%20c","description":"d"}""", "value.$ref must be the only keyword in a strict schema: wrap it in an anyOf")]
    public void What_the_subset_does_not_take_is_an_error(string value, string error) =>
        Check(value).Errors().Should().Equal($"json_schema.schema.properties.{error}");

    [Theory]
    [InlineData("if", "use anyOf with a schema for each case")]
    [InlineData("then", "use anyOf with a schema for each case")]
    [InlineData("else", "use anyOf with a schema for each case")]
    [InlineData("dependentRequired", "use anyOf with a schema for each case")]
    [InlineData("dependentSchemas", "use anyOf with a schema for each case")]
    [InlineData("patternProperties", "use an array of objects with a key and a value")]
    [InlineData("propertyNames", "use an array of objects with a key and a value")]
    [InlineData("unevaluatedProperties", "use additionalProperties")]
    [InlineData("prefixItems", "use an object with a property for each item")]
    [InlineData("contains", "describe it in the description")]
    public void An_unsupported_keyword_is_an_error(string keyword, string instead) =>
        Check($$$"""{"type":"object","additionalProperties":false,"{{{keyword}}}":{}}""").Errors()
            .Should().Equal($"json_schema.schema.properties.value.{keyword} must not be used in a strict schema: {instead}");

    [Theory]
    [InlineData("""{"type":"string","minLength":1}""", "value.minLength should not be used in a strict schema because it is not documented there: use pattern")]
    [InlineData("""{"type":"string","contentEncoding":"base64"}""", "value.contentEncoding should not be used in a strict schema because it is not documented there")]
    public void An_undocumented_keyword_is_a_warning(string value, string warning)
    {
        Check(value).Errors().Should().BeEmpty();
        Check(value).Warnings().Should().Equal($"json_schema.schema.properties.{warning}");
    }

    [Theory]
    [InlineData("""{"type":["string","null"],"pattern":"^a","title":"t","description":"d","$comment":"c"}""")]
    [InlineData("""{"type":"string","enum":["a","b"]}""")]
    [InlineData("""{"type":"string","const":"a"}""")]
    [InlineData("""{"type":"string","format":"uuid"}""")]
    [InlineData("""{"type":"number","minimum":0,"exclusiveMaximum":1,"multipleOf":0.1}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2}""")]
    [InlineData("""{"anyOf":[{"$ref":"#/$defs/a~1b%20c"},{"$ref":"#"},{"type":"null"}],"description":"d"}""")]
    public void What_the_subset_takes_is_fine(string value) => Check(value).Should().BeEmpty();

    [Fact]
    public void Everything_is_reported_at_once_and_only_of_a_strict_schema()
    {
        const string Schema = """
            {
              "properties": {
                "a": { "enum": ["x"], "default": "x" },
                "b": { "type": "string", "format": "uri" },
                "c": { "$ref": "#/properties/a" }
              },
              "required": ["a", "b"]
            }
            """;

        Check(Schema, strict: false).Should().BeEmpty();
        Check(Schema, strict: true).Errors().Should().BeEquivalentTo(
            "json_schema.schema.type must be \"object\" at the root of a strict schema",
            "json_schema.schema must have type, anyOf or $ref in a strict schema",
            "json_schema.schema.additionalProperties must be false in a strict schema",
            "json_schema.schema.properties.a.default must not be used in a strict schema: describe it in the description",
            "json_schema.schema.properties.a must have type, anyOf or $ref in a strict schema",
            "json_schema.schema.properties.b.format is \"uri\", must be one of date-time, time, date, duration, email, hostname, ipv4, ipv6, uuid in a strict schema",
            "json_schema.schema.required must name every property of a strict schema: c is missing",
            "json_schema.schema.properties.c.$ref is \"#/properties/a\", must be # or #/$defs/NAME in a strict schema: move the schema into $defs");
    }

    [Theory]
    [InlineData(1000, 1, null)]
    [InlineData(1001, 1, " is 1001, must be at most 1000 enum values in a strict schema")]
    [InlineData(250, 70, null)]
    [InlineData(251, 60, ".properties.value.enum is 15060, must be at most 15000 characters in an enum of more than 250 values in a strict schema")]
    [InlineData(2, 59_990, null)]
    [InlineData(2, 60_000, " is 120010, must be at most 120000 characters in names, enum values and constants in a strict schema")]
    public void Values_of_enums_are_counted(int values, int length, string? error)
    {
        var texts = JsonSerializer.Serialize(Enumerable.Range(0, values).Select(_ => new string('v', length)));

        Check($$"""{"type":"string","enum":{{texts}}}""").Errors().Should().BeEquivalentTo(error is null ? [] : new[] { $"json_schema.schema{error}" });
    }

    [Fact]
    public void A_text_that_cannot_be_read_is_reported_once() =>
        Check("""{"type":"string","format":"\ud83d"}""").Errors().Should().ContainSingle().Which.Should().Contain("surrogate");

    private static IReadOnlyList<ConstraintViolation> Check(string value) => Check(
        $$$"""
        {
          "type": "object",
          "properties": { "value": {{{value}}} },
          "required": ["value"],
          "additionalProperties": false,
          "$defs": { "a/b c": { "type": "string" } }
        }
        """,
        strict: true);

    private static IReadOnlyList<ConstraintViolation> Check(string schema, bool strict) =>
        new JsonSchemaResponseFormat { JsonSchema = new() { Name = "n", Schema = JsonSchema.Parse(schema), Strict = strict } }.Validate();
}
