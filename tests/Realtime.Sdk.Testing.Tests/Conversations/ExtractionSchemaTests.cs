using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The schemas of extractions: those against which answers cannot be checked are refused before anything is sent.</summary>
public sealed class ExtractionSchemaTests
{
    private const string Question = "What has been ordered so far?";

    [Theory]
    [InlineData("""{"unevaluatedProperties":false}""", ".unevaluatedProperties")]
    [InlineData("""{"unevaluatedItems":false}""", ".unevaluatedItems")]
    [InlineData("""{"$dynamicRef":"#node"}""", ".$dynamicRef")]
    [InlineData("""{"$recursiveRef":"#"}""", ".$recursiveRef")]
    [InlineData("""{"$ref":"https://example.com/order.json"}""", ".$ref")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", ".$ref")]
    [InlineData("""{"$ref":"#anchor"}""", ".$ref")]
    [InlineData("""{"pattern":"("}""", ".pattern")]
    [InlineData("""{"patternProperties":{"(":true}}""", ".patternProperties[\"(\"]")]
    [InlineData("""{"minLength":"5"}""", ".minLength")]
    [InlineData("""{"type":"text"}""", ".type")]
    [InlineData("""{"allOf":[{"not":5}]}""", ".allOf[0].not")]
    public async Task A_schema_against_which_answers_cannot_be_checked_is_refused_before_anything_is_sent(string schema, string path)
    {
        await using var talk = await ScriptedConversation.StartAsync();

        foreach (var (around, place) in new[] { ("SCHEMA", ""), ("""{"properties":{"items":{"items":SCHEMA}}}""", ".properties.items.items"), ("""{"$ref":"#/$defs/a","$defs":{"a":{"not":SCHEMA}}}""", ".$defs.a.not") })
        {
            var format = Format(around.Replace("SCHEMA", schema, StringComparison.Ordinal));
            var refused = (await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(format, Question)).Should().ThrowAsync<RealtimeValidationException>()).Which;
            refused.Violations.Should().ContainSingle().Which.Path.Should().Be($"json_schema.schema{place}{path}");
        }

        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task All_reasons_are_reported_at_once()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var named = Format("""{"properties":{"a":{"pattern":"["},"b":{"$ref":"#/b"}},"unevaluatedProperties":false,"minItems":1}""", name: "not a name");
        var strict = Format(
            """{"type":"object","properties":{"a":{"type":"string","pattern":"[","minLength":"1"}},"required":["a"],"additionalProperties":false,"unevaluatedProperties":false}""", strict: true);

        var refused = await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(named, Question)).Should().ThrowAsync<RealtimeValidationException>();
        var refusedToo = await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(strict, Question)).Should().ThrowAsync<RealtimeValidationException>();

        refused.Which.Violations.Select(violation => violation.Path).Should().Equal(
            "json_schema.name", "json_schema.schema.unevaluatedProperties", "json_schema.schema.properties.a.pattern", "json_schema.schema.properties.b.$ref");
        refused.Which.Message.Should().StartWith("The answer was not requested: ").And.Contain("""json_schema.schema.properties.a.pattern is "[", must be a valid regular expression""");
        // The strict subset does not allow the keyword either, and its warning about minLength is not a reason.
        refusedToo.Which.Violations.Select(violation => violation.Path).Should().Equal(
            "json_schema.schema.unevaluatedProperties", "json_schema.schema.properties.a.pattern", "json_schema.schema.properties.a.minLength");
    }

    [Fact]
    public async Task A_type_whose_schema_cannot_be_checked_is_refused_too()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var refused = await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(ExtractionSchemaJson.Default.PatternsArray, Question)).Should().ThrowAsync<RealtimeValidationException>();

        refused.Which.Violations.Select(violation => violation.Path).Should().Equal("$.items.properties.first.pattern");
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_definition_without_a_reference_is_not_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent).WithTimeout();
        emulator.Model.When("").Calls("answer", """{"value":5}""");

        var answer = await conversation.ExtractAsync(Format("""{"type":"integer","$defs":{"a":{"unevaluatedItems":false}}}"""), Question).WithTimeout();

        answer.GetInt32().Should().Be(5);
    }

    /// <summary>The schema is a member of another one, and both must fit into a request that a reader accepts.</summary>
    [Fact]
    public async Task A_schema_may_be_nested_50_levels_deep()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent).WithTimeout();
        emulator.Model.When("").Calls("answer", """{"value":[[5]]}""");

        var answer = await conversation.ExtractAsync(Format(Items(50)), Question).WithTimeout();
        var refused = await conversation.Awaiting(deep => deep.ExtractAsync(Format(Items(51)), Question)).Should().ThrowAsync<RealtimeValidationException>();

        answer.GetRawText().Should().Be("[[5]]");
        emulator.Violations.Should().BeEmpty();
        refused.Which.Violations.Should().ContainSingle().Which.Rule.Should().Be("must be nested at most 50 levels deep");

        static string Items(int levels) => string.Concat(Enumerable.Repeat("""{"items":""", levels)) + "true" + new string('}', levels);
    }

    [Fact]
    public async Task References_that_are_relative_to_an_id_stay_as_they_are()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var format = Format("""{"$ref":"#/$defs/a","$defs":{"a":{"$id":"https://example.com/a","items":{"$ref":"#/$defs/b"},"$defs":{"b":{"type":"integer"}}}}}""");

        var extracting = talk.Conversation.ExtractAsync(format, Question);
        var request = await talk.WhenRequestedAsync();
        await talk.EndAsync();
        await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();

        var parameters = ((FunctionTool)request.Response!.Tools!.Single()).Parameters!.ToString();
        parameters.Should().Contain("""{"$ref":"#/properties/value/$defs/a",""").And.Contain("""{"$ref":"#/$defs/b"}""");
    }

    private static JsonSchemaResponseFormat Format(string schema, string name = "answer", bool? strict = null) =>
        new() { JsonSchema = new() { Name = name, Schema = JsonSchema.Parse(schema), Strict = strict } };
}

internal sealed record Patterns(
    [property: RegularExpression("(")] string First, [property: RegularExpression("[a-z]+")] string Second);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Patterns[]))]
internal sealed partial class ExtractionSchemaJson : JsonSerializerContext;
