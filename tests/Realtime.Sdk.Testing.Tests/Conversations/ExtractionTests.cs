using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Answers of the model as objects.</summary>
public sealed class ExtractionTests
{
    private const string Question = "What has been ordered so far?", Good = """{"dish":"soup","count":2}""", Bad = """{"dish":"soup","count":"two"}""";

    [Fact]
    public async Task An_answer_is_an_object_and_the_conversation_is_not_disturbed()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "We have soup.", 1_000);

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Answer(request, "resp_2", Good));

        (await extracting.WithTimeout()).Should().Be(new Order("soup", 2));
        (request.Response!.Conversation, request.Response.ToolChoice).Should().Be((ResponseConversation.None, new FunctionToolChoice { Name = "give_answer" }));
        request.Response.OutputModalities.Should().Equal(OutputModality.Text);
        request.Response.Instructions.Should().Contain("Take the order.").And.Contain(Question);
        request.Response.Tools.Should().ContainSingle().Which.Should().BeOfType<FunctionTool>().Which.Parameters.Should().Be(JsonSchema.FromType(ExtractionJson.Default.Order));
        (talk.Conversation.Status, talk.Conversation.Turns.Count).Should().Be((ConversationStatus.Speaking, 1));
        talk.Conversation.Items.Should().NotContain(item => item is FunctionCallItem);
    }

    [Fact]
    public async Task Its_call_is_never_run_even_if_the_agent_has_a_function_of_the_same_name()
    {
        var runs = 0;
        var agent = ScriptedConversation.Agent with { Functions = [AgentFunction.Create("give_answer", "Gives an answer.", (_, _) => Task.FromResult($"{++runs}"))] };
        await using var talk = await ScriptedConversation.StartAsync(agent);

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(), "resp_1", Good));
        await extracting.WithTimeout();
        await talk.SettleAsync();
        await talk.EndAsync();

        (runs, talk.Outputs.Count, talk.Updates.All.OfType<FunctionCallUpdate>().Count()).Should().Be((0, 0, 0));
    }

    [Fact]
    public async Task Speech_and_interruptions_do_not_end_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1", request.Response!.Metadata, conversationId: null), new InputAudioBufferSpeechStartedEvent { ItemId = "item_1" });
        await talk.Conversation.InterruptAsync().WithTimeout();

        await talk.SendAsync(Answer(request, "resp_1", Good)[^1]);

        (await extracting.WithTimeout()).Dish.Should().Be("soup");
        talk.SentTypes.Should().NotContain("response.cancel");
    }

    [Fact]
    public async Task A_type_that_is_not_an_object_is_a_member_of_one_on_the_wire()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.OrderArray, Question);
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Answer(request, "resp_1", $$"""{"value":[{{Good}},{{Good}}]}"""));

        (await extracting.WithTimeout()).Should().HaveCount(2);
        var parameters = ((FunctionTool)request.Response!.Tools!.Single()).Parameters!.Json;
        parameters.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Should().Equal("value");
        parameters.GetProperty("properties").GetProperty("value").GetProperty("type").ToString().Should().Contain("array");
    }

    [Fact]
    public async Task References_within_a_schema_that_is_a_member_still_lead_to_their_targets()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var tree = JsonSchema.Parse("""{"anyOf":[{"type":"integer"},{"type":"array","items":{"$ref":"#"}},{"$ref":"#/$defs/name"}],"$defs":{"name":{"type":"string"}}}""");
        var format = new JsonSchemaResponseFormat { JsonSchema = new() { Name = "tree", Description = "A tree.", Schema = tree } };

        var extracting = talk.Conversation.ExtractAsync(format, "The tree.");
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Answer(request, "resp_1", """{"value":[1,["leaf"]]}"""));

        (await extracting.WithTimeout()).GetRawText().Should().Be("""[1,["leaf"]]""");
        var tool = (FunctionTool)request.Response!.Tools!.Single();
        (tool.Name, tool.Description).Should().Be(("tree", "A tree."));
        tool.Parameters!.ToString().Should().Contain("\"#/properties/value\"").And.Contain("\"#/properties/value/$defs/name\"");
    }

    [Fact]
    public async Task Any_object_can_be_asked_for()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ResponseFormat.JsonObject, "The mood of the guest, as JSON.");
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(), "resp_1", """{"mood":"good"}"""));

        (await extracting.WithTimeout()).GetProperty("mood").GetString().Should().Be("good");
    }

    [Fact]
    public async Task An_answer_that_does_not_conform_is_repaired_once()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(1), "resp_1", Bad));
        var repair = await talk.WhenRequestedAsync(2);
        await talk.SendAsync(Answer(repair, "resp_2", Good));

        (await extracting.WithTimeout()).Should().Be(new Order("soup", 2));
        repair.Response!.Instructions.Should().Contain(Question).And.Contain("$.count").And.Contain(Bad);
    }

    [Theory]
    [InlineData(Bad, "$.count")]
    [InlineData("""{"dish":"soup"}""", "$.count")]
    [InlineData("""{"dish":"soup","count":2,"count":3}""", "$.count")]
    [InlineData("[1]", "$")]
    [InlineData("no JSON", "$")]
    [InlineData("", "$")]
    [InlineData("null", "$")]
    [InlineData("""{"dish":"soup","count":7777777777777}""", "$.count")]
    public async Task A_second_answer_that_does_not_conform_is_a_typed_exception_with_paths(string json, string path)
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(1), "resp_1", json));
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(2), "resp_2", json));

        var refused = (await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeExtractionException>()).Which;
        refused.Violations.Should().Contain(violation => violation.Path == path);
        (refused.Json, refused.IsTransient).Should().Be((json, true));
        talk.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_rule_that_only_the_type_has_is_a_violation_too()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Booking, "The day of the booking.");
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(1), "resp_1", """{"day":"2026-02-31"}"""));
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(2), "resp_2", """{"day":"2026-02-28"}"""));

        (await extracting.WithTimeout()).Day.Should().Be(new DateOnly(2026, 2, 28));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Value":[]}""")]
    [InlineData("""{"value":[],"value":[]}""")]
    [InlineData("""{"\ud800":[]}""")]
    public async Task An_answer_that_is_not_the_member_of_an_object_is_a_typed_exception(string json)
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.OrderArray, Question);
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(1), "resp_1", json));
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(2), "resp_2", json));

        var refused = await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeExtractionException>();
        refused.Which.Violations.Should().ContainSingle().Which.ToString().Should().Be("$ must be the member value of an object");
    }

    [Theory]
    [InlineData("""{"count":2,"$type":"soup"}""")]
    [InlineData("""{"$type":"soup","count":2}""")]
    public async Task A_type_discriminator_may_be_anywhere(string json)
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Dish, Question);
        await talk.SendAsync(Answer(await talk.WhenRequestedAsync(), "resp_1", json));

        (await extracting.WithTimeout()).Should().Be(new Soup(2));
    }

    [Fact]
    public async Task An_answer_without_a_call_or_cut_off_does_not_conform()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        var first = await talk.WhenRequestedAsync(1);
        await talk.SendAsync(Wire.Created("resp_1", first.Response!.Metadata, null), Wire.Done("resp_1", metadata: first.Response.Metadata, conversationId: null));
        var second = await talk.WhenRequestedAsync(2);
        await talk.SendAsync([.. Answer(second, "resp_2", Good, ResponseStatus.Incomplete)]);

        var refused = (await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeExtractionException>()).Which;
        refused.Violations.Should().ContainSingle().Which.Rule.Should().Contain("cut off");
    }

    [Fact]
    public async Task A_response_that_fails_is_its_exception()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Error("invalid_value", request.EventId));

        await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
    }

    [Fact]
    public async Task A_cancellation_cancels_the_response()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        using var canceling = new CancellationTokenSource();
        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question, canceling.Token);
        var request = await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_1", request.Response!.Metadata, null));

        await canceling.CancelAsync();

        await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_1");
    }

    [Fact]
    public async Task The_end_of_the_conversation_ends_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var extracting = talk.Conversation.ExtractAsync(ExtractionJson.Default.Order, Question);
        await talk.WhenRequestedAsync();

        await talk.Conversation.DisposeAsync().WithTimeout();

        await extracting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
        await talk.Conversation.Awaiting(ended => ended.ExtractAsync(ResponseFormat.JsonObject, Question).WithTimeout()).Should().ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_spent_budget_refuses_it()
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Budget = new() { Tokens = 100, OnSpent = WhenSpent.SayGoodbye } });
        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: BudgetTests.Tokens(100)));

        var extracting = talk.Conversation.Awaiting(spent => spent.ExtractAsync(ResponseFormat.JsonObject, Question).WithTimeout());

        (await extracting.Should().ThrowAsync<Exception>()).Which.Should().Match<Exception>(e => e is RealtimeBudgetException || e is InvalidOperationException);
    }

    [Fact]
    public async Task A_format_that_is_not_JSON_or_not_valid_is_refused_before_anything_is_sent()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var invalid = new JsonSchemaResponseFormat { JsonSchema = new() { Name = "not a name" } };

        await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(ResponseFormat.Text, Question)).Should().ThrowAsync<ArgumentException>();
        await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(invalid, Question)).Should().ThrowAsync<RealtimeValidationException>();
        await talk.Conversation.Awaiting(conversation => conversation.ExtractAsync(ResponseFormat.JsonObject, " ")).Should().ThrowAsync<ArgumentException>();
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task The_emulator_answers_with_a_rule_or_with_an_object_that_conforms()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent).WithTimeout();
        await conversation.AskAsync("Two soups, please.").WithTimeout();

        var invented = await conversation.ExtractAsync(ExtractionJson.Default.Order, Question).WithTimeout();
        emulator.Model.When("soups").Calls("give_answer", Good);
        var scripted = await conversation.ExtractAsync(ExtractionJson.Default.Order, Question).WithTimeout();

        invented.Should().NotBeNull();
        scripted.Should().Be(new Order("soup", 2));
        emulator.Violations.Should().BeEmpty();
    }

    private static ServerEvent[] Answer(ResponseCreateEvent request, string responseId, string json, ResponseStatus? status = null)
    {
        var (metadata, name) = (request.Response!.Metadata, ((FunctionToolChoice)request.Response.ToolChoice!).Name);
        var done = Wire.Done(responseId, status, metadata, conversationId: null);
        return
        [
            Wire.Created(responseId, metadata, conversationId: null),
            done with { Response = done.Response with { Output = [Wire.Call($"call_{responseId}", name, json)] } },
        ];
    }
}

internal sealed record Order(string Dish, int Count);

internal sealed record Booking(DateOnly Day);

[JsonDerivedType(typeof(Soup), "soup")]
internal abstract record Dish(int Count);

internal sealed record Soup(int Count) : Dish(Count);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Order)), JsonSerializable(typeof(Order[])), JsonSerializable(typeof(Booking)), JsonSerializable(typeof(Dish))]
internal sealed partial class ExtractionJson : JsonSerializerContext;
