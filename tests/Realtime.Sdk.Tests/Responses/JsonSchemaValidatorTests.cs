using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>Each keyword at its boundary, the messages, and JSON and schemas that are hostile. <see cref="SchemaInspectorTests"/> has schemas that cannot be used.</summary>
public sealed class JsonSchemaValidatorTests
{
    [Theory]
    [InlineData("true", "1", true)]
    [InlineData("false", "1", false)]
    [InlineData("{}", "null", true)]
    [InlineData("""{"unknown":5,"default":3}""", "1", true)]
    [InlineData("""{"type":"integer"}""", "1.0", true)]
    [InlineData("""{"type":"integer"}""", "1.5e1", true)]
    [InlineData("""{"type":"integer"}""", "1.55e1", false)]
    [InlineData("""{"type":"integer"}""", "1e400", true)]
    [InlineData("""{"type":"integer"}""", "\"1\"", false)]
    [InlineData("""{"type":"number"}""", "1", true)]
    [InlineData("""{"type":["string","null"]}""", "null", true)]
    [InlineData("""{"type":["string","null"]}""", "0", false)]
    [InlineData("""{"type":"boolean"}""", "false", true)]
    [InlineData("""{"type":"boolean"}""", "0", false)]
    [InlineData("""{"enum":[1,"a",null,{"x":[1.0]}]}""", """{"x":[1]}""", true)]
    [InlineData("""{"enum":[1,"a",null]}""", "\"A\"", false)]
    [InlineData("""{"const":1}""", "1.0", true)]
    [InlineData("""{"const":1}""", "true", false)]
    [InlineData("""{"const":{"a":1,"b":2}}""", """{"b":2,"a":1}""", true)]
    [InlineData("""{"minimum":9007199254740993}""", "9007199254740992", false)]
    [InlineData("""{"minimum":9007199254740993}""", "9007199254740993.0", true)]
    [InlineData("""{"minimum":-1.5}""", "-1.50", true)]
    [InlineData("""{"minimum":-1.5}""", "-1.51", false)]
    [InlineData("""{"maximum":1e400}""", "1.1e400", false)]
    [InlineData("""{"maximum":0}""", "-0.0", true)]
    [InlineData("""{"exclusiveMinimum":0}""", "0", false)]
    [InlineData("""{"exclusiveMinimum":0}""", "1e-400", true)]
    [InlineData("""{"exclusiveMaximum":1}""", "0.99999999999999999999", true)]
    [InlineData("""{"exclusiveMaximum":1}""", "1.0", false)]
    [InlineData("""{"multipleOf":0.01}""", "19.99", true)]
    [InlineData("""{"multipleOf":0.01}""", "19.999", false)]
    [InlineData("""{"multipleOf":3}""", "123456789012345678901234567890", true)]
    [InlineData("""{"multipleOf":3}""", "123456789012345678901234567891", false)]
    [InlineData("""{"multipleOf":7}""", "1e400", false)]
    [InlineData("""{"minLength":1,"maxLength":1}""", "\"🎈\"", true)]
    [InlineData("""{"minLength":2.0}""", "\"🎈\"", false)]
    [InlineData("""{"maxLength":2}""", "\"abc\"", false)]
    [InlineData("""{"pattern":"b"}""", "\"abc\"", true)]
    [InlineData("""{"pattern":"^b$"}""", "\"abc\"", false)]
    [InlineData("""{"pattern":"^[\\d.$]+$"}""", "\"1.$\"", true)]
    [InlineData("""{"pattern":"^\\w$"}""", "\"ß\"", false)]
    [InlineData("""{"pattern":"^\\p{L}$"}""", "\"ß\"", true)]
    [InlineData("""{"pattern":"^(a)\\1$"}""", "\"aa\"", true)]
    [InlineData("""{"pattern":"^(?!b)"}""", "\"b\"", false)]
    [InlineData("""{"minItems":1}""", "[]", false)]
    [InlineData("""{"maxItems":1}""", "[1,2]", false)]
    [InlineData("""{"items":{"type":"null"}}""", "[null,null]", true)]
    [InlineData("""{"items":false}""", "[]", true)]
    [InlineData("""{"prefixItems":[{"type":"null"}],"items":{"type":"string"}}""", """[null,"a"]""", true)]
    [InlineData("""{"prefixItems":[{"type":"null"}],"items":false}""", """[null,"a"]""", false)]
    [InlineData("""{"contains":{"const":1}}""", "[2]", false)]
    [InlineData("""{"contains":{"const":1},"minContains":0,"maxContains":1}""", "[]", true)]
    [InlineData("""{"contains":{"const":1},"minContains":0,"maxContains":1}""", "[1,1]", false)]
    [InlineData("""{"uniqueItems":true}""", "[1,1.0]", false)]
    [InlineData("""{"uniqueItems":true}""", """[1,true,"1",[1],{"a":1}]""", true)]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2},{"b":2,"a":1}]""", false)]
    [InlineData("""{"minProperties":1}""", "{}", false)]
    [InlineData("""{"maxProperties":0}""", """{"a":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"null"}},"additionalProperties":{"type":"string"}}""", """{"a":null,"b":"x"}""", true)]
    [InlineData("""{"properties":{"a":{"type":"null"}},"additionalProperties":{"type":"string"}}""", """{"b":1}""", false)]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":"b"}""", true)]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":1}""", false)]
    [InlineData("""{"propertyNames":{"maxLength":2}}""", """{"abc":1}""", false)]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", false)]
    [InlineData("""{"dependentSchemas":{"a":{"required":["b"]}}}""", """{"a":1}""", false)]
    [InlineData("""{"dependentSchemas":{"a":{"required":["b"]}}}""", """{"c":1}""", true)]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "3", false)]
    [InlineData("""{"oneOf":[{"minimum":1},{"maximum":2}]}""", "3", true)]
    [InlineData("""{"oneOf":[{"minimum":1},{"maximum":2}]}""", "1.5", false)]
    [InlineData("""{"not":{"type":"string"}}""", "\"a\"", false)]
    [InlineData("""{"if":{"type":"string"},"then":{"minLength":1},"else":{"type":"null"}}""", "\"\"", false)]
    [InlineData("""{"if":{"type":"string"},"then":{"minLength":1},"else":{"type":"null"}}""", "null", true)]
    [InlineData("""{"if":{"type":"string"},"else":{"type":"null"}}""", "1", false)]
    [InlineData("""{"$defs":{"a/b~c d":{"type":"null"}},"$ref":"#/$defs/a~1b~0c%20d"}""", "1", false)]
    [InlineData("""{"$id":"https://x.example/s","$defs":{"a":{"type":"null"}},"$ref":"https://x.example/s#/$defs/a"}""", "null", true)]
    [InlineData("""{"$id":"https://x.example/s","properties":{"a":{"$ref":"https://x.example/s"}},"maxProperties":1}""", """{"a":{"a":{},"b":{}}}""", false)]
    [InlineData("""{"properties":{"a":{"$id":"https://x.example/a","maxProperties":1,"properties":{"a":{"$ref":"#"}}}}}""", """{"a":{"a":{"a":1,"b":1}}}""", false)]
    [InlineData("""{"properties":{"a":{"$id":"https://x.example/a","maxProperties":1,"properties":{"a":{"$ref":"#"}}}}}""", """{"a":{"a":{"a":1}},"b":1}""", true)]
    [InlineData("""{"properties":{"$id":{"type":"string"},"a":{"$ref":"#/properties/$id"}}}""", """{"a":1}""", false)]
    [InlineData("""{"properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]}""", """{"next":{"next":null}}""", true)]
    [InlineData("""{"properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]}""", """{"next":{"next":{}}}""", false)]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"array"}],"prefixItems":[{"$ref":"#/anyOf/0"}]}""", "[1]", false)]
    public void A_keyword_decides_at_its_boundary(string schema, string value, bool isValid) => (Check(schema, value).Length == 0).Should().Be(isValid);

    [Theory]
    [InlineData("date-time", "2026-01-31T08:00:00.5+01:00", "2026-01-31T08:00:00")]
    [InlineData("date", "2024-02-29", "2026-02-29")]
    [InlineData("time", "23:59:60Z", "24:00:00Z")]
    [InlineData("duration", "P1DT2H", "P")]
    [InlineData("email", "a.b@x.example", "a@b")]
    [InlineData("hostname", "a-1.example", "-a")]
    [InlineData("ipv4", "1.2.3.4", "1.2.3")]
    [InlineData("ipv6", "::1", "1::2::3")]
    [InlineData("uuid", "0196f3a1-0000-7000-8000-000000000000", "0196f3a1000070008000000000000000")]
    [InlineData("uri", "https://x.example/a?b=c", "/a")]
    [InlineData("other", "anything", null)]
    public void A_format_is_checked(string format, string valid, string? invalid)
    {
        var schema = $$"""{"format":"{{format}}"}""";

        Check(schema, JsonSerializer.Serialize(valid)).Should().BeEmpty();
        if (invalid is not null)
            Check(schema, JsonSerializer.Serialize(invalid)).Should().ContainSingle().Which.Should().StartWith($"$ is \"{invalid}\", must be a");
    }

    /// <summary>JsonSchema.Net accepts these, as .NET's <c>$</c>, <c>.</c> and <c>Guid</c> do, or because its numbers are doubles.</summary>
    [Theory]
    [InlineData("""{"pattern":"^a$"}""", "\"a\\n\"")]
    [InlineData("""{"pattern":"^.$"}""", "\"\\r\"")]
    [InlineData("""{"format":"date-time"}""", "\"2026-01-31T08:00:00Z\\n\"")]
    [InlineData("""{"format":"email"}""", "\"a@x.example\\n\"")]
    [InlineData("""{"format":"uuid"}""", "\" 00000000-0000-0000-0000-000000000000\"")]
    [InlineData("""{"type":"integer"}""", "1e-400")]
    public void Deliberate_differences_from_the_other_validator_are_stricter(string schema, string value)
    {
        Json.Schema.JsonSchema.FromText(schema).Evaluate(JsonElement.Parse(value), new() { RequireFormatValidation = true }).IsValid.Should().BeTrue();
        Check(schema, value).Should().ContainSingle();
    }

    private const string Order = """
        {
          "type": "object", "required": ["items"], "additionalProperties": false,
          "properties": {
            "items": { "type": "array", "minItems": 1, "items": { "type": "object", "properties": { "count": { "type": "integer", "maximum": 9 }, "first name": { "minLength": 2 } }, "required": ["count"] } },
            "size": { "enum": ["small", "large"] },
            "shape": { "anyOf": [
              { "type": "object", "properties": { "kind": { "const": "circle" }, "radius": { "type": "number" } }, "required": ["kind", "radius"], "additionalProperties": false },
              { "type": "object", "properties": { "kind": { "const": "dot" } }, "required": ["kind"], "additionalProperties": false },
              { "type": "null" }
            ] }
          }
        }
        """;

    [Theory]
    [InlineData("[]", "$ is an array, must be an object")]
    [InlineData("{}", "$.items is required")]
    [InlineData("""{"item":[]}""", "$.items is required", "$.item must not be present, did you mean \"items\"?")]
    [InlineData("""{"items":[]}""", "$.items must have at least 1 item: it has 0")]
    [InlineData("""{"items":[{"count":1},{"count":"soup"}]}""", "$.items[1].count is \"soup\", must be an integer")]
    [InlineData("""{"items":[{"count":10},{}]}""", "$.items[0].count is 10, must be at most 9", "$.items[1].count is required")]
    [InlineData("""{"items":[{"count":1,"first name":"x"}]}""", "$.items[0][\"first name\"] is \"x\", must have at least 2 characters: it has 1")]
    [InlineData("""{"items":[{"count":1}],"size":"smal"}""", "$.size is \"smal\", must be \"small\" or \"large\", did you mean \"small\"?")]
    [InlineData("""{"items":[{"count":1}],"shape":{"kind":"circle","radius":"2"}}""", "$.shape.radius is \"2\", must be a number")]
    [InlineData("""{"items":[{"count":1}],"shape":{"kind":"dot","radius":2}}""", "$.shape.radius must not be present")]
    [InlineData("""{"items":[{"count":1}],"shape":{"kind":"oval","radius":2}}""", "$.shape.kind is \"oval\", must be \"circle\" or \"dot\"")]
    [InlineData("""{"items":[{"count":1}],"shape":5}""", "$.shape is 5, must be an object or null")]
    [InlineData("""{"items":[{"count":"sk-abcdefghijklmnopqrstuvwxyz"}]}""", "$.items[0].count is \"sk-***\", must be an integer")]
    public void Violations_say_what_to_change(string value, params string[] violations) => Check(Order, value).Should().Equal(violations);

    [Fact]
    public void An_undefined_element_is_a_violation() =>
        JsonSchemaValidator.TryCreate(JsonElement.Parse("true"), out _)!.Validate(default).Should().ContainSingle().Which.Rule.Should().Be("must be a JSON value");

    [Theory]
    [InlineData("""{"a":{"b":1,"b":1}}""", "$.a.b must not be given twice")]
    [InlineData("""["\ud800"]""", "$[0] must be valid Unicode: it contains a lone surrogate")]
    [InlineData("""{"\udc00":1}""", "$ must not have a member whose name contains a lone surrogate")]
    public void Faults_of_the_JSON_are_violations_for_any_schema(string value, string violation) => Check("true", value).Should().Equal(violation);

    [Fact]
    public void Invalid_UTF8_is_a_violation() =>
        JsonSchemaValidator.TryCreate(JsonElement.Parse("true"), out _)!.Validate(JsonElement.Parse([(byte)'"', 0xFF, (byte)'"'])).Should().ContainSingle();

    [Fact]
    public void Values_may_be_nested_64_levels_deep()
    {
        const string Schema = """{"items":{"$ref":"#"}}""";

        Check(Schema, Nest(64)).Should().BeEmpty();
        Check(Schema, Nest(65)).Should().ContainSingle().Which.Should().EndWith("must be nested at most 64 levels deep");
        Check(Schema, Nest(1_000)).Should().ContainSingle();
    }

    /// <summary>64 schemas check each of 65 values, which needs about 2 MB of stack.</summary>
    [Theory]
    [InlineData(4_096, true)]
    [InlineData(512, false)]
    public void A_value_and_its_schema_may_both_be_nested_to_their_limits_if_the_stack_has_room(int stackKilobytes, bool hasRoom)
    {
        var definitions = Enumerable.Range(0, 60).Select(i => $$"""{"$ref":"#/$defs/{{i + 1}}"}""").Append("""{"items":{"$ref":"#"},"not":{"type":"string"}}""");
        var schema = $$"""{"$ref":"#/$defs/0","$defs":{ {{string.Join(',', definitions.Select((definition, i) => $"\"{i}\":{definition}"))}} } }""";
        string[] valid = [], invalid = [];
        var thread = new Thread(() => (valid, invalid) = (Check(schema, Nest(64)), Check(schema, Nest(64).Replace("[]", "\"a\"", StringComparison.Ordinal))), stackKilobytes * 1024);

        thread.Start();
        thread.Join(TimeSpan.FromSeconds(30)).Should().BeTrue();

        valid.Should().HaveCount(hasRoom ? 0 : 1);
        invalid.Should().ContainSingle().Which.Should().Contain(hasRoom ? "must not be what the schema in not describes" : "more stack than this thread has");
    }

    [Fact]
    public void At_most_100_violations_are_reported() =>
        Check("""{"items":{"type":"string"}}""", $"[{string.Join(',', Enumerable.Range(0, 10_000))}]").Should().HaveCount(100);

    /// <summary>These would take hours if the time were exponential, or the test host would run out of memory.</summary>
    [Theory]
    [InlineData("""{"pattern":"^(a+)+$"}""", true)]
    [InlineData("""{"pattern":"^(a|aa)+$"}""", true)]
    [InlineData("""{"pattern":"^(?=a)(a+)+$"}""", true)]
    [InlineData("""{"format":"email"}""", true)]
    [InlineData("""{"format":"hostname"}""", true)]
    [InlineData("""{"maxLength":10}""", true)]
    [InlineData("""{"minLength":10}""", false)]
    public void A_long_text_takes_bounded_time(string schema, bool isRefused) =>
        (Check(schema, $"\"{new string('a', 100_000)}!\"").Length > 0).Should().Be(isRefused);

    [Fact]
    public void Recursive_variants_take_linear_time()
    {
        const string Schema = """
            {
              "anyOf": [{ "$ref": "#/$defs/add" }, { "$ref": "#/$defs/multiply" }, { "type": "integer" }],
              "$defs": {
                "add": { "type": "object", "properties": { "kind": { "const": "add" }, "left": { "$ref": "#" }, "right": { "$ref": "#" } }, "required": ["kind"] },
                "multiply": { "type": "object", "properties": { "left": { "$ref": "#" }, "right": { "$ref": "#" }, "kind": { "const": "multiply" } }, "required": ["kind"] }
              }
            }
            """;
        var value = "1";
        for (var i = 0; i < 60; i++)
            value = $$"""{"kind":"multiply","left":{{value}},"right":"x"}""";

        Check(Schema, value).Should().HaveCount(60);
    }

    [Fact]
    public void References_that_double_take_linear_time()
    {
        static string Both(int i) => $$"""{"allOf":[{"$ref":"#/$defs/d{{i}}"},{"$ref":"#/$defs/d{{i}}"}]}""";
        var definitions = string.Join(',', Enumerable.Range(0, 31).Select(i => $"\"d{i}\":{Both(i + 1)}"));

        Check($$"""{"$ref":"#/$defs/d0","$defs":{ {{definitions}},"d31":{"type":"string"} } }""", "1").Should().Equal("$ is 1, must be a string");
    }

    [Theory]
    [InlineData("""{"type":"integer","multipleOf":7}""")]
    [InlineData("""{"minimum":1e99999999999999999999}""")]
    [InlineData("""{"maximum":-1e-99999999999999999999}""")]
    public void Huge_numbers_take_bounded_time(string schema) => Check(schema, $"1{new string('0', 100_000)}1").Should().ContainSingle();

    private static string Nest(int levels) => new string('[', levels) + new string(']', levels);

    private static string[] Check(string schema, string value) =>
        [.. JsonSchemaValidator.TryCreate(Parse(schema), out _)!.Validate(Parse(value)).Select(violation => violation.ToString())];

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json), new() { MaxDepth = 100_000 });
        return document.RootElement.Clone();
    }
}
