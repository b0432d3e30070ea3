using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The forms of a function: what the handler gets, and what the model gets.</summary>
public sealed partial class FunctionHandlerTests
{
    private const string Soup = """{"dish":"soup","count":2,"size":"large"}""";

    [Fact]
    public async Task Text_is_sent_as_it_is()
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) => Task.FromResult("Two soups, \"hot\".\n"));

        (await OutputOfAsync(function)).Should().Be("Two soups, \"hot\".\n");
        function.Tool.Should().BeEquivalentTo(new { Name = "cook", Description = "Cooks.", Parameters = (JsonSchema?)null });
    }

    [Fact]
    public async Task JSON_that_a_function_returns_as_text_is_not_encoded_again()
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) => Task.FromResult("""{"number":7}"""));

        (await OutputOfAsync(function)).Should().Be("""{"number":7}""");
    }

    [Fact]
    public async Task A_function_without_arguments_returns_an_object_as_JSON()
    {
        var function = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Receipt, (_, _) => Task.FromResult(new Receipt(7)));

        (await OutputOfAsync(function)).Should().Be("""{"number":7}""");
    }

    [Fact]
    public async Task Arguments_are_read_as_their_type_and_described_by_its_schema()
    {
        var function = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Order, (order, _, _) => Task.FromResult($"{order.Count} × {order.Dish}, {order.Size}"));

        (await OutputOfAsync(function, Soup)).Should().Be("2 × soup, Large");
        function.Tool.Parameters!.Json.GetProperty("type").GetString().Should().Be("object");
        function.Tool.Parameters.Json.GetProperty("properties").GetProperty("size").GetProperty("enum").GetRawText().Should().Be("""["small","large"]""");
    }

    [Fact]
    public async Task Arguments_and_result_are_both_JSON()
    {
        var function = AgentFunction.Create(
            "cook", "Cooks.", MealJson.Default.Order, MealJson.Default.Receipt, (order, _, _) => Task.FromResult(new Receipt(order.Count)));

        (await OutputOfAsync(function, Soup)).Should().Be("""{"number":2}""");
    }

    [Fact]
    public async Task A_result_whose_type_is_text_is_sent_as_it_is()
    {
        var withArguments = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Order, MealJson.Default.String, (order, _, _) => Task.FromResult(order.Dish));
        var without = AgentFunction.Create("cook", "Cooks.", MealJson.Default.String, (_, _) => Task.FromResult("soup"));

        (await OutputOfAsync(withArguments, Soup)).Should().Be("soup");
        (await OutputOfAsync(without)).Should().Be("soup");
    }

    [Fact]
    public async Task Values_of_other_types_are_written_as_JSON()
    {
        var number = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Int32, (_, _) => Task.FromResult(7));
        var list = AgentFunction.Create("cook", "Cooks.", MealJson.Default.StringArray, (_, _) => Task.FromResult<string[]>(["soup", "bread"]));
        var nothing = AgentFunction.Create<Receipt?>("cook", "Cooks.", MealJson.Default.Receipt!, (_, _) => Task.FromResult<Receipt?>(null));

        (await OutputOfAsync(number)).Should().Be("7");
        (await OutputOfAsync(list)).Should().Be("""["soup","bread"]""");
        (await OutputOfAsync(nothing)).Should().Be("null");
    }

    [Fact]
    public async Task Arguments_described_by_a_schema_are_passed_as_JSON()
    {
        var schema = JsonSchema.Parse("""{"type":"object","properties":{"dish":{"type":"string"}}}""");
        var function = AgentFunction.Create("cook", "Cooks.", schema, (arguments, _, _) => Task.FromResult(arguments.GetProperty("dish").GetString()!));

        (await OutputOfAsync(function, """{"dish":"soup","other":[1,{"x":null}]}""")).Should().Be("soup");
        function.Tool.Parameters.Should().Be(schema);
    }

    [Fact]
    public async Task Methods_and_lambdas_fit_every_form()
    {
        AgentFunction[] functions =
        [
            AgentFunction.Create("f1", "", TextAsync),
            AgentFunction.Create("f2", "", MealJson.Default.Receipt, ReceiptAsync),
            AgentFunction.Create("f3", "", MealJson.Default.Order, OrderTextAsync),
            AgentFunction.Create("f4", "", MealJson.Default.Order, MealJson.Default.Receipt, OrderReceiptAsync),
            AgentFunction.Create("f5", "", JsonSchema.Parse("""{"type":"object"}"""), JsonTextAsync),
            AgentFunction.Create("f6", "", async (call, cancellationToken) => await TextAsync(call, cancellationToken)),
            AgentFunction.Create("f7", "", MealJson.Default.Receipt, async (call, cancellationToken) => await ReceiptAsync(call, cancellationToken)),
            AgentFunction.Create("f8", "", MealJson.Default.Order, async (order, call, cancellationToken) => await OrderTextAsync(order, call, cancellationToken)),
            AgentFunction.Create("f9", "", MealJson.Default.Order, MealJson.Default.Receipt, async (order, call, cancellationToken) => await OrderReceiptAsync(order, call, cancellationToken)),
        ];
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = functions });

        await talk.SendAsync(Wire.Calls("resp_1", [.. functions.Select(function => Wire.Call(function.Tool.Name, function.Tool.Name, Soup))]));

        await talk.WhenRequestedAsync();
        talk.Outputs.ToDictionary(output => output.CallId, output => output.Output).Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["f1"] = "text", ["f2"] = """{"number":1}""", ["f3"] = "soup", ["f4"] = """{"number":2}""", ["f5"] = Soup,
            ["f6"] = "text", ["f7"] = """{"number":1}""", ["f8"] = "soup", ["f9"] = """{"number":2}""",
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("{}")]
    public async Task Blank_arguments_are_an_empty_object(string arguments)
    {
        var typed = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Wish, (wish, _, _) => Task.FromResult(wish.Dish ?? "anything"));
        var json = AgentFunction.Create("cook", "Cooks.", JsonSchema.Parse("""{"type":"object"}"""), JsonTextAsync);
        var none = AgentFunction.Create("cook", "Cooks.", TextAsync);

        (await OutputOfAsync(typed, arguments)).Should().Be("anything");
        (await OutputOfAsync(json, arguments)).Should().Be("{}");
        (await OutputOfAsync(none, arguments)).Should().Be("text");
    }

    [Fact]
    public async Task A_function_without_arguments_ignores_what_the_model_writes()
    {
        var function = AgentFunction.Create("cook", "Cooks.", TextAsync);

        (await OutputOfAsync(function, "{not json")).Should().Be("text");
    }

    [Theory]
    [InlineData("two soups", "Error: The arguments of cook are not valid JSON.")]
    [InlineData("""{"dish":"soup","count":2,"size":"large"} {}""", "Error: The arguments of cook are not valid JSON.")]
    [InlineData("""{"dish":"soup","count":2,"size":"large","dish":"bread"}""", "Error: The arguments of cook could not be read as Order: $.dish does not fit.")]
    [InlineData("""{"dish":"soup","count":"many","size":"large"}""", "Error: The arguments of cook could not be read as Order: $.count does not fit.")]
    [InlineData("""{"dish":"soup","count":2,"size":"huge"}""", "Error: The arguments of cook could not be read as Order: $.size does not fit.")]
    [InlineData("""{"count":2,"size":"large"}""", "Error: The arguments of cook could not be read as Order: $ does not fit.")]
    [InlineData("null", "Error: The arguments of cook could not be read as Order.")]
    [InlineData("[]", "Error: The arguments of cook could not be read as Order: $ does not fit.")]
    public async Task Arguments_that_do_not_fit_are_reported_to_the_model_and_not_passed_on(string arguments, string output)
    {
        var runs = 0;
        var function = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Order, (_, _, _) => Task.FromResult($"{++runs}"));

        (await OutputOfAsync(function, arguments)).Should().Be(output);
        runs.Should().Be(0);
    }

    [Theory]
    [InlineData("two soups", "Error: The arguments of cook are not valid JSON.")]
    [InlineData("""{"a":1,"a":2}""", "Error: The arguments of cook could not be read as a JSON object*")]
    [InlineData("""{"a":{"b":1,"b":2}}""", "Error: The arguments of cook could not be read as a JSON object*")]
    [InlineData("null", "Error: The arguments of cook could not be read as a JSON object: $ does not fit.")]
    [InlineData("[]", "Error: The arguments of cook could not be read as a JSON object: $ does not fit.")]
    [InlineData("7", "Error: The arguments of cook could not be read as a JSON object: $ does not fit.")]
    public async Task JSON_arguments_are_one_object_without_duplicates(string arguments, string output)
    {
        var runs = 0;
        var function = AgentFunction.Create("cook", "Cooks.", JsonSchema.Parse("""{"type":"object"}"""), (_, _, _) => Task.FromResult($"{++runs}"));

        (await OutputOfAsync(function, arguments)).Should().Match(output);
        runs.Should().Be(0);
    }

    [Fact]
    public async Task Arguments_that_are_nested_100000_times_are_refused_and_the_conversation_continues()
    {
        var runs = 0;
        var deep = $$"""{"dish":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""";
        var typed = AgentFunction.Create("typed", "Cooks.", MealJson.Default.Order, (_, _, _) => Task.FromResult($"{++runs}"));
        var json = AgentFunction.Create("json", "Cooks.", JsonSchema.Parse("""{"type":"object"}"""), (_, _, _) => Task.FromResult($"{++runs}"));
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [typed, json] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "typed", deep), Wire.Call("call_2", "json", deep)));

        (await talk.WhenOutputAsync("call_1")).Should().StartWith("Error: The arguments of typed").And.HaveLength("Error: The arguments of typed are not valid JSON.".Length);
        (await talk.WhenOutputAsync("call_2")).Should().Be("Error: The arguments of json are not valid JSON.");
        await talk.WhenRequestedAsync();
        runs.Should().Be(0);
        talk.Outputs.Should().HaveCount(2);
    }

    [Fact]
    public async Task What_the_model_wrote_into_bad_arguments_is_not_in_the_error()
    {
        var function = AgentFunction.Create("cook", "Cooks.", MealJson.Default.Order, (_, _, _) => Task.FromResult(""));

        var output = await OutputOfAsync(function, """{"dish":"soup","count":"sk-secret","size":"sk-secret"}""");

        output.Should().NotContain("secret");
    }

    [Fact]
    public void What_a_function_needs_must_not_be_null()
    {
        Action[] creations =
        [
            () => AgentFunction.Create(null!, "", TextAsync),
            () => AgentFunction.Create("f", null!, TextAsync),
            () => AgentFunction.Create("f", "", null!),
            () => AgentFunction.Create("f", "", (System.Text.Json.Serialization.Metadata.JsonTypeInfo<Order>)null!, OrderTextAsync),
            () => AgentFunction.Create("f", "", MealJson.Default.Order, (Func<Order, FunctionCallContext, CancellationToken, Task<string>>)null!),
            () => AgentFunction.Create("f", "", (JsonSchema)null!, JsonTextAsync),
            () => AgentFunction.Declare(null!),
        ];

        foreach (var create in creations)
            create.Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void A_function_is_printed_without_its_handler()
    {
        var function = AgentFunction.Create("cook", "Cooks.", TextAsync) with { Timeout = TimeSpan.FromSeconds(5) };

        function.ToString().Should().Be(
            "AgentFunction { Name = cook, Timeout = 00:00:05, RequiresApproval = False, Background = False, CancelOnInterruption = False, MaxConcurrentCalls = , MaxOutputLength = 32768 }");
    }

    private static async Task<string> OutputOfAsync(AgentFunction function, string arguments = "{}")
    {
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", function.Tool.Name, arguments)));
        var output = await talk.WhenOutputAsync("call_1");
        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
        return output;
    }

    private static Task<string> TextAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult("text");

    private static Task<Receipt> ReceiptAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(new Receipt(1));

    private static Task<string> OrderTextAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(order.Dish);

    private static Task<Receipt> OrderReceiptAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(new Receipt(order.Count));

    private static Task<string> JsonTextAsync(JsonElement arguments, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(arguments.GetRawText());

    internal sealed record Order
    {
        public required string Dish { get; init; }

        public required int Count { get; init; }

        public Size Size { get; init; }
    }

    internal sealed record Wish(string? Dish = null);

    internal sealed record Receipt(int Number);

    [JsonConverter(typeof(JsonStringEnumConverter<Size>))]
    internal enum Size
    {
        [JsonStringEnumMemberName("small")]
        Small,

        [JsonStringEnumMemberName("large")]
        Large,
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Wish))]
    [JsonSerializable(typeof(Receipt))]
    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(string[]))]
    [JsonSerializable(typeof(int))]
    private sealed partial class MealJson : JsonSerializerContext;
}
