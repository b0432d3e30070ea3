using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The code of the guide to functions that is in no sample.</summary>
public sealed partial class FunctionGuideTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_function_of_each_shape()
    {
        var kitchen = new ConcurrentQueue<string>();

        AgentFunction[] functions =
        [
            AgentFunction.Create("get_hours", "Returns the opening hours.", (call, cancellationToken) => Task.FromResult("11 am to 10 pm")),
            AgentFunction.Create("place_order", "Sends an order to the kitchen.", MenuJson.Default.Order, MenuJson.Default.Receipt,
                async (order, call, cancellationToken) => new Receipt(await CookAsync(order, cancellationToken))),
            AgentFunction.Create("set_table", "Reserves a table.", JsonSchema.Parse("""{"type":"object","properties":{"seats":{"type":"integer"}}}"""),
                async (arguments, call, cancellationToken) => await ReserveAsync(arguments.GetProperty("seats").GetInt32(), cancellationToken)),
        ];

        var caller = await TalkAsync(functions, "hours", "get_hours", "{}");
        caller.Output.Should().Be("11 am to 10 pm");
        (await TalkAsync(functions, "soups", "place_order", """{"dish":"soup","count":2}""")).Output.Should().Be("""{"number":1}""");
        (await TalkAsync(functions, "table", "set_table", """{"seats":4}""")).Output.Should().Be("Table for 4");
        kitchen.Should().Equal("soup");

        Task<int> CookAsync(Order order, CancellationToken cancellationToken)
        {
            kitchen.Enqueue(order.Dish);
            return Task.FromResult(kitchen.Count);
        }

        static Task<string> ReserveAsync(int seats, CancellationToken cancellationToken) => Task.FromResult($"Table for {seats}");
    }

    [Fact]
    public async Task What_the_model_reads_about_a_failure_can_be_replaced()
    {
        var failing = AgentFunction.Create("place_order", "Sends an order to the kitchen.", (_, _) => throw new InvalidOperationException("secret"));

        var options = new RealtimeConversationOptions
        {
            FunctionErrorText = (call, exception) => call.Status == FunctionCallStatus.TimedOut
                ? "The kitchen does not answer. Apologize, and offer to try again."
                : "The order was not placed. Apologize.",
        };

        var call = await TalkAsync([failing], "soups", "place_order", "{}", options);
        (call.Status, call.Output).Should().Be((FunctionCallStatus.Failed, "The order was not placed. Apologize."));
    }

    [Fact]
    public async Task A_scope_for_each_call()
    {
        await using var services = new ServiceCollection().AddScoped(_ => new OrderStore()).BuildServiceProvider();

        var placeOrder = AgentFunction.Create("place_order", "Sends an order to the kitchen.", MenuJson.Default.Order, MenuJson.Default.Receipt,
            async (order, call, cancellationToken) =>
            {
                var store = call.Services.GetRequiredService<OrderStore>();             // from the scope of this call
                return await store.AddAsync(call.IdempotencyKey, order, cancellationToken);
            });

        var call = await TalkAsync([placeOrder], "soups", "place_order", """{"dish":"soup","count":2}""", new() { Services = services });
        (call.Status, call.Output).Should().Be((FunctionCallStatus.Completed, """{"number":32}"""));
    }

    [Fact]
    public async Task A_function_that_somebody_else_runs()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("menu").Calls("show_menu").Says("Here it is.");
        var waiter = Waiter(AgentFunction.Declare(new() { Name = "show_menu", Description = "Shows the menu on the guest's screen." }));
        await using var caller = await emulator.StartCallerAsync(waiter).WithTimeout();
        var completing = CompleteAsync(caller.Conversation);

        await caller.SayAsync("The menu, please.").WithTimeout();

        (await caller.HearAsync().WithTimeout()).Text.Should().Be("Here it is.");
        await caller.Conversation.EndAsync().WithTimeout();
        await completing.WithTimeout();
        emulator.Violations.Should().BeEmpty();

        static async Task CompleteAsync(RealtimeConversation conversation)
        {
            await foreach (var update in conversation.ReadUpdatesAsync())
            {
                if (update is FunctionCallUpdate { Call: { Name: "show_menu", Status: FunctionCallStatus.External } call })
                    await conversation.CompleteCallAsync(call.CallId, "The guest sees the menu.");
            }
        }
    }

    [Fact]
    public async Task Approvals_of_functions_and_of_tools_of_an_MCP_server()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.AddMcpServer(new() { Label = "stock", Tools = [new() { Name = "count", Call = _ => "12 bottles" }, new() { Name = "order" }] });
        emulator.Model.When("bottles").Calls("count").Says("Twelve.");
        emulator.Model.When("more").Calls("order");
        RealtimeTool stock = new McpTool { ServerLabel = "stock", ServerUrl = "https://example.com/mcp", RequireApproval = McpApproval.Always };
        var waiter = Waiter() with { Session = Waiter().Session with { Tools = [stock] } };
        await using var caller = await emulator.StartCallerAsync(waiter).WithTimeout();
        var answering = AnswerAsync(caller.Conversation);

        await caller.SayAsync("How many bottles are there?").WithTimeout();
        var count = await caller.ExpectCallAsync().WithTimeout();
        var heard = await caller.HearAsync().WithTimeout();
        await caller.SayAsync("Get more.").WithTimeout();
        var order = await caller.ExpectCallAsync().WithTimeout();
        var refused = await caller.HearAsync().WithTimeout();

        (count.Name, count.ServerLabel, count.Status, count.Output).Should().Be(("count", "stock", FunctionCallStatus.Completed, "12 bottles"));
        (order.Name, order.ServerLabel, order.Status).Should().Be(("order", "stock", FunctionCallStatus.Denied));
        heard.Text.Should().Be("Twelve.");
        refused.Text.Should().Be("I may not call order.");   // the emulator says so
        await caller.Conversation.EndAsync().WithTimeout();
        await answering.WithTimeout();
        emulator.Violations.Should().BeEmpty();

        static async Task AnswerAsync(RealtimeConversation conversation)
        {
            await foreach (var update in conversation.ReadUpdatesAsync())
            {
                if (update is ApprovalUpdate { Call: { ServerLabel: "stock", Name: "count" } } harmless)
                    harmless.Approve();
                else if (update is ApprovalUpdate request)
                    request.Deny("Only the manager may do that.");         // the model reads the reason
            }
        }
    }

    /// <summary>Has the model make one call, and returns how it ended.</summary>
    private async Task<FunctionCall> TalkAsync(AgentFunction[] functions, string words, string name, string arguments, RealtimeConversationOptions? options = null)
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When(words).Calls(name, arguments).Says("All right.");
        await using var caller = await emulator.StartCallerAsync(Waiter(functions), new() { Conversation = options ?? new() }).WithTimeout();
        await caller.SayAsync(words).WithTimeout();
        var call = await caller.ExpectCallAsync(name).WithTimeout();
        (await caller.HearAsync().WithTimeout()).Text.Should().Be("All right.");
        emulator.Violations.Should().BeEmpty();
        return call;
    }

    private static RealtimeAgent Waiter(params AgentFunction[] functions) => new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1" }, Functions = functions };

    private Task<RealtimeEmulator> StartEmulatorAsync() => RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { Pace = EmulatorPace.Service } });

    internal sealed record Order(string Dish, int Count);

    internal sealed record Receipt(int Number);

    private sealed class OrderStore
    {
        public Task<Receipt> AddAsync(string key, Order order, CancellationToken cancellationToken) => Task.FromResult(new Receipt(order.Count * key.Length / 2));
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order)), JsonSerializable(typeof(Receipt))]
    private sealed partial class MenuJson : JsonSerializerContext;
}
