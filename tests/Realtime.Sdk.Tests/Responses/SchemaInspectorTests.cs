using System.Text;
using System.Text.Json;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>Schemas that cannot be used to check values, each refused with its path, wherever a value could reach it.</summary>
public sealed class SchemaInspectorTests
{
    [Theory]
    [InlineData("""{"$ref":"https://x.example/other"}""", "$.$ref is \"https://x.example/other\", must refer to a schema within this one, for example # or #/$defs/NAME")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", "$.$ref is \"#/$defs/missing\", must refer to a schema within this one, for example # or #/$defs/NAME")]
    [InlineData("""{"$ref":"#/allOf/1","allOf":[true]}""", "$.$ref is \"#/allOf/1\", must refer to a schema within this one, for example # or #/$defs/NAME")]
    [InlineData("""{"$ref":"#anchor"}""", "$.$ref is \"#anchor\", must refer to a schema within this one, for example # or #/$defs/NAME")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$id":"https://x.example/a","$ref":"#/$defs/b"},"b":true}}""", "$.$defs.a.$ref is \"#/$defs/b\", must refer to a schema within this one, for example # or #/$defs/NAME")]
    [InlineData("""{"$ref":"#/required","required":["a"]}""", "$.required is an array, must be a schema: an object or a boolean")]
    [InlineData("""{"$ref":5}""", "$.$ref is 5, must be a string")]
    [InlineData("""{"$id":5}""", "$.$id is 5, must be a string")]
    [InlineData("""{"$dynamicRef":"#node"}""", "$.$dynamicRef is \"#node\", must not be used, because it cannot be checked: use $ref")]
    [InlineData("""{"$recursiveRef":"#"}""", "$.$recursiveRef is \"#\", must not be used, because it cannot be checked: use $ref")]
    [InlineData("""{"unevaluatedProperties":false}""", "$.unevaluatedProperties is false, must not be used, because it cannot be checked: use additionalProperties")]
    [InlineData("""{"unevaluatedItems":{"type":"string"}}""", "$.unevaluatedItems is an object, must not be used, because it cannot be checked: use items")]
    [InlineData("""{"type":5}""", "$.type is 5, must be one or more of null, boolean, integer, number, string, array, object")]
    [InlineData("""{"type":[]}""", "$.type is an array, must be one or more of null, boolean, integer, number, string, array, object")]
    [InlineData("""{"type":["string","text"]}""", "$.type is an array, must be one or more of null, boolean, integer, number, string, array, object")]
    [InlineData("""{"enum":5}""", "$.enum is 5, must be an array of values")]
    [InlineData("""{"required":"a"}""", "$.required is \"a\", must be an array of strings")]
    [InlineData("""{"dependentRequired":{"a":"b"}}""", "$.dependentRequired is an object, must be an object whose members are arrays of strings")]
    [InlineData("""{"maximum":"5"}""", "$.maximum is \"5\", must be a number")]
    [InlineData("""{"exclusiveMinimum":true}""", "$.exclusiveMinimum is true, must be a number")]
    [InlineData("""{"multipleOf":0}""", "$.multipleOf is 0, must be a number greater than 0")]
    [InlineData("""{"minLength":-1}""", "$.minLength is -1, must be an integer of at least 0")]
    [InlineData("""{"maxItems":1.5}""", "$.maxItems is 1.5, must be an integer of at least 0")]
    [InlineData("""{"uniqueItems":1}""", "$.uniqueItems is 1, must be true or false")]
    [InlineData("""{"format":null}""", "$.format is null, must be a string")]
    [InlineData("""{"pattern":"("}""", "$.pattern is \"(\", must be a valid regular expression")]
    [InlineData("""{"pattern":"(?=a)["}""", "$.pattern is \"(?=a)[\", must be a valid regular expression")]
    [InlineData("""{"patternProperties":{"(":true}}""", "$.patternProperties[\"(\"] must have a name that is a valid regular expression")]
    [InlineData("""{"items":[true]}""", "$.items is an array, must be a schema: an object or a boolean")]
    [InlineData("""{"allOf":[]}""", "$.allOf is an array, must be an array of at least one schema")]
    [InlineData("""{"anyOf":{}}""", "$.anyOf is an object, must be an array of at least one schema")]
    [InlineData("""{"properties":5}""", "$.properties is 5, must be an object whose members are schemas")]
    [InlineData("""{"properties":{"a b":5}}""", "$.properties[\"a b\"] is 5, must be a schema: an object or a boolean")]
    [InlineData("5", "$ is 5, must be a schema: an object or a boolean")]
    [InlineData("""{"type":"string","type":"number"}""", "$.type must not be given twice")]
    [InlineData("""{"pattern":"\ud800"}""", "$.pattern must be valid Unicode: it contains a lone surrogate")]
    [InlineData("""{"properties":{"\udc00":true}}""", "$.properties must not have a member whose name contains a lone surrogate")]
    [InlineData("""{"$ref":"#"}""", "$.$ref must not lead back to a schema around it for the same value: the check would not end")]
    public void A_schema_that_cannot_be_used_is_refused_with_the_path_of_the_reason(string schema, string violation) => Refuse(schema).Should().Equal(violation);

    [Theory]
    [InlineData("""{"allOf":[true,FAULT]}""", "$.allOf[1]")]
    [InlineData("""{"anyOf":[true,FAULT]}""", "$.anyOf[1]")]
    [InlineData("""{"oneOf":[true,FAULT]}""", "$.oneOf[1]")]
    [InlineData("""{"not":FAULT}""", "$.not")]
    [InlineData("""{"if":FAULT}""", "$.if")]
    [InlineData("""{"if":true,"then":FAULT}""", "$.then")]
    [InlineData("""{"if":true,"else":FAULT}""", "$.else")]
    [InlineData("""{"properties":{"a":FAULT}}""", "$.properties.a")]
    [InlineData("""{"patternProperties":{"^a":FAULT}}""", "$.patternProperties[\"^a\"]")]
    [InlineData("""{"additionalProperties":FAULT}""", "$.additionalProperties")]
    [InlineData("""{"propertyNames":FAULT}""", "$.propertyNames")]
    [InlineData("""{"dependentSchemas":{"a":FAULT}}""", "$.dependentSchemas.a")]
    [InlineData("""{"items":FAULT}""", "$.items")]
    [InlineData("""{"prefixItems":[true,FAULT]}""", "$.prefixItems[1]")]
    [InlineData("""{"contains":FAULT}""", "$.contains")]
    [InlineData("""{"properties":{"a":{"items":{"$ref":"#/$defs/a"}}},"$defs":{"a":{"not":FAULT}}}""", "$.$defs.a.not")]
    [InlineData("""{"items":{"$ref":"#/other/0"},"other":[FAULT]}""", "$.other[0]")]
    public void It_is_refused_wherever_a_value_could_reach_it(string schema, string path)
    {
        foreach (var (fault, keyword) in new[] { ("""{"$dynamicRef":"#a"}""", ".$dynamicRef"), ("""{"pattern":"("}""", ".pattern"), ("""{"$ref":"#/x"}""", ".$ref"), ("5", "") })
            Refuse(schema.Replace("FAULT", fault, StringComparison.Ordinal)).Should().ContainSingle().Which.Should().StartWith($"{path}{keyword} ");
    }

    [Theory]
    [InlineData("""{"$defs":{"a":FAULT}}""")]
    [InlineData("""{"then":FAULT,"else":FAULT}""")]
    [InlineData("""{"const":FAULT,"default":FAULT,"examples":[FAULT],"other":FAULT}""")]
    [InlineData("""{"enum":[FAULT]}""")]
    public void What_no_value_can_reach_may_contain_anything(string schema) => Refuse(schema.Replace("FAULT", """{"$dynamicRef":"#a"}""", StringComparison.Ordinal)).Should().BeEmpty();

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("""{"unevaluatedProperties":true,"unevaluatedItems":true}""")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema","$anchor":"a","$dynamicAnchor":"b","$comment":5,"title":5,"unknown":[]}""")]
    [InlineData("""{"items":{"$ref":"#"},"propertyNames":{"$ref":"#"},"additionalProperties":{"$ref":"#"},"contains":{"$ref":"#"}}""")]
    [InlineData("""{"$id":"https://x.example/s#","items":{"$ref":"https://x.example/s"},"contains":{"$ref":"https://x.example/s#/items"}}""")]
    public void What_can_be_used_is_not_refused(string schema) => Refuse(schema).Should().BeEmpty();

    [Fact]
    public void All_reasons_are_reported_at_once() =>
        Refuse("""{"minimum":"1","properties":{"a":{"pattern":"[","allOf":[{"$ref":"#/x"}]},"b":{"$dynamicRef":"#b"}},"items":{"unevaluatedItems":false}}""")
            .Select(violation => violation.Split(' ')[0]).Should().Equal("$.minimum", "$.properties.a.pattern", "$.properties.a.allOf[0].$ref", "$.properties.b.$dynamicRef", "$.items.unevaluatedItems");

    [Fact]
    public void At_most_100_are_reported() => Refuse($$"""{"allOf":[{{string.Join(',', Enumerable.Repeat("5", 1_000))}}]}""").Should().HaveCount(100);

    [Theory]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"anyOf":[true,{"$ref":"#/$defs/a"}]}}}""", "$.$defs.b.anyOf[1].$ref")]
    [InlineData("""{"type":"object","if":{"not":{"$ref":"#"}}}""", "$.if.not.$ref")]
    [InlineData("""{"dependentSchemas":{"a":{"$ref":"#"}}}""", "$.dependentSchemas.a.$ref")]
    [InlineData("""{"items":{"allOf":[{"$ref":"#/items"}]}}""", "$.items.allOf[0].$ref")]
    [InlineData("""{"$ref":"#/$defs/a/oneOf/0","$defs":{"a":{"oneOf":[{"$ref":"#/$defs/a"}]}}}""", "$.$defs.a.oneOf[0]")]
    public void A_loop_for_one_value_is_refused(string schema, string path) => Refuse(schema).Should().ContainSingle().Which.Should().StartWith($"{path} ").And.EndWith("the check would not end");

    [Fact]
    public void At_most_64_schemas_may_check_the_same_value()
    {
        static string Chain(int count) => $$"""{"items":{"$ref":"#/$defs/2"},"$defs":{"1":true,{{string.Join(',', Enumerable.Range(2, count - 2).Select(i => $$"""
            "{{i}}":{"$ref":"#/$defs/{{(i < count - 1 ? i + 1 : 1)}}"}
            """))}} } }""";

        Refuse(Chain(64)).Should().BeEmpty();
        Refuse(Chain(65)).Should().ContainSingle().Which.Should().StartWith("$.$defs.64.$ref ").And.EndWith("at most 64 schemas can check the same value");
        Refuse(Chain(10_000)).Should().ContainSingle();
    }

    [Fact]
    public void The_limit_holds_whichever_schema_is_inspected_first()
    {
        // b to the end has 40 schemas, and was inspected as a part before a reaches it by 30 more.
        static string Chain(string name, int count, string end) => string.Join(',', Enumerable.Range(0, count).Select(i => $$"""
            "{{name}}{{i}}":{"$ref":"{{(i < count - 1 ? $"#/$defs/{name}{i + 1}" : end)}}"}
            """));
        var schema = $$"""{"prefixItems":[{"$ref":"#/$defs/b0"},{"$ref":"#/$defs/a0"}],"$defs":{ {{Chain("b", 40, "#/$defs/end")}},{{Chain("a", 30, "#/$defs/b0")}},"end":true } }""";

        Refuse(schema).Should().ContainSingle().Which.Should().StartWith("$.$defs.a29.$ref ");
    }

    [Fact]
    public void A_schema_may_be_nested_50_levels_deep()
    {
        static string Items(int levels) => string.Concat(Enumerable.Repeat("""{"items":""", levels)) + "true" + new string('}', levels);

        Refuse(Items(50)).Should().BeEmpty();
        Refuse(Items(51)).Should().ContainSingle().Which.Should().EndWith("must be nested at most 50 levels deep");
        Refuse(Items(10_000)).Should().ContainSingle();
    }

    [Fact]
    public void References_that_multiply_take_linear_time()
    {
        // Each of 60 schemas refers to the next three times, half of them for the same value, and 4,000 spellings of one reference lead to a schema with 2,000 members.
        var tripled = string.Join(',', Enumerable.Range(0, 60).Select(i => $$"""
            "{{i}}":{"items":{"$ref":"#/$defs/{{i + 1}}"},"contains":{"$ref":"#/$defs/{{i + 1}}"},"{{(i % 2 == 0 ? "not" : "propertyNames")}}":{"$ref":"#/$defs/{{i + 1}}"} }
            """));
        var spelled = string.Join(',', Enumerable.Range(0, 4_096).Select(i => $$"""
            {"$ref":"#/$defs/{{string.Concat(Enumerable.Range(0, 12).Select(bit => (i >> bit) % 2 == 0 ? "a" : "%61"))}}"}
            """));
        var members = string.Join(',', Enumerable.Range(0, 2_000).Select(i => $$"""
            "{{i}}":{"minimum":{{i}} }
            """));

        Refuse($$"""{"$ref":"#/$defs/0","$defs":{ {{tripled}},"60":true } }""").Should().BeEmpty();
        Refuse($$"""{"allOf":[{{spelled}}],"$defs":{"aaaaaaaaaaaa":{"properties":{ {{members}} } } } }""").Should().BeEmpty();
    }

    [Fact]
    public void An_undefined_element_is_refused()
    {
        JsonSchemaValidator.TryCreate(default, out var violations).Should().BeNull();
        violations.Should().ContainSingle();
    }

    private static string[] Refuse(string schema)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(schema), new() { MaxDepth = 100_000 });
        var validator = JsonSchemaValidator.TryCreate(document.RootElement.Clone(), out var violations);
        (validator is null).Should().Be(violations.Count > 0);
        return [.. violations.Select(violation => violation.ToString())];
    }
}
