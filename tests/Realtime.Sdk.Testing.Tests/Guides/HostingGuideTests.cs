using System.Security.Claims;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The code of the guide to hosting. That it is the code of this file, and its contents, are checked by <see cref="GuideTests"/>.</summary>
public sealed partial class HostingGuideTests
{
    [Fact]
    public async Task An_agent_in_configuration_and_a_conversation_with_it()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soup").Says("Tomatoes, basil and cream.");
        var builder = Builder(emulator);
        builder.Services.AddSingleton<Table>();

        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"))
            .AddFunction("place_order", "Sends an order to the kitchen.", KitchenJson.Default.Order, KitchenJson.Default.Receipt,
                (order, call, cancellationToken) => call.Services.GetRequiredService<Kitchen>().CookAsync(order, cancellationToken));

        using var host = builder.Build();
        await host.StartAsync().WithTimeout();
        (await host.Services.GetRequiredService<Table>().AskAsync(new(), "What is in the soup?", TestContext.Current.CancellationToken).WithTimeout()).Should().Be("Tomatoes, basil and cream.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_agent_in_code()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var builder = Builder(emulator);
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));

        builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1", Instructions = "Take the order." } });

        (await AgentAsync(builder)).Session.Instructions.Should().Be("Take the order.");
    }

    [Fact]
    public async Task A_factory()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var builder = Builder(emulator);
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));

        builder.Services.AddRealtimeAgent("waiter", services => new()
        {
            Name = "waiter",
            Session = new() { Model = "gpt-realtime-2.1", Instructions = $"Offer {services.GetRequiredService<Kitchen>().DishOfTheDay}." },
        });

        (await AgentAsync(builder)).Session.Instructions.Should().Be("Offer soup.");
    }

    [Fact]
    public async Task A_callback_that_changes_the_agent()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var builder = Builder(emulator);
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));

        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"))
            .Configure((agent, services) => agent with
            {
                Prepare = (context, cancellationToken) => ValueTask.FromResult(context.Agent.WithInstructions($"Take the order of {context.User?.Identity?.Name ?? "a guest"}.")),
            });

        using var host = builder.Build();
        await host.StartAsync().WithTimeout();
        await using var conversation = await host.Services.GetRequiredConversationFactory("waiter").StartConversationAsync().WithTimeout();
        conversation.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Take the order of a guest.");
    }

    [Fact]
    public async Task Functions_of_other_kinds()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var builder = Builder(emulator);
        builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));

        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"))
            .AddFunction("dish_of_the_day", "Returns the dish of the day.", (call, cancellationToken) => Task.FromResult(call.Services.GetRequiredService<Kitchen>().DishOfTheDay))
            .AddFunction(AgentFunction.Create("call_manager", "Fetches the manager.", CallManagerAsync) with { RequiresApproval = true });

        (await AgentAsync(builder)).Functions.Select(function => function.RequiresApproval).Should().Equal(false, true);

        static Task<string> CallManagerAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult("The manager is coming.");
    }

    [Fact]
    public async Task Several_clients()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var builder = Builder(emulator);

        builder.Services.AddRealtimeClient("eu", builder.Configuration.GetSection("RealtimeEu"));
        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter")).UseClient("eu");

        (await AgentAsync(builder)).Name.Should().Be("waiter");
    }

    [Fact]
    public async Task An_agent_without_its_client()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var builder = Builder(emulator);
        builder.Services.AddRealtimeAgent("waiter", builder.Configuration.GetSection("Agents:Waiter"));
        using var host = builder.Build();
        var services = host.Services;

        var agent = services.GetRequiredKeyedService<RealtimeAgent>("waiter");
        await using var caller = await emulator.StartCallerAsync(agent, new() { Conversation = new() { Services = services } });

        caller.Conversation.Agent.Should().BeSameAs(agent);
    }

    private static async Task<RealtimeAgent> AgentAsync(HostApplicationBuilder builder)
    {
        using var host = builder.Build();
        await host.StartAsync().WithTimeout();
        return host.Services.GetRequiredConversationFactory("waiter").Agent;
    }

    /// <summary>A program with the configuration of the guide, whose clients are those of the emulator.</summary>
    private static HostApplicationBuilder Builder(RealtimeEmulator emulator)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        var json = Json().Match(File.ReadAllText(Path.Combine(Repository.Root, "docs/hosting.md"))).Groups[1].Value;
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Realtime:ApiKey"] = emulator.ApiKey,
            ["Realtime:BaseUrl"] = emulator.BaseUrl.ToString(),
            ["RealtimeEu:ApiKey"] = emulator.ApiKey,
            ["RealtimeEu:BaseUrl"] = emulator.BaseUrl.ToString(),
        });
        builder.Services.AddSingleton(new Kitchen());
        return builder;
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();

    public sealed class Table([FromKeyedServices("waiter")] RealtimeConversationFactory waiter)
    {
        public async Task<string> AskAsync(ClaimsPrincipal guest, string question, CancellationToken cancellationToken)
        {
            await using var conversation = await waiter.StartConversationAsync(new() { User = guest }, cancellationToken);
            var turn = await conversation.AskAsync(question, cancellationToken);
            return turn.Text;
        }
    }

    private sealed record Order(string Dish, int Count);

    private sealed record Receipt(int Number);

    private sealed class Kitchen
    {
        public string DishOfTheDay { get; } = "soup";

        public Task<Receipt> CookAsync(Order order, CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? Task.FromCanceled<Receipt>(cancellationToken) : Task.FromResult(new Receipt(order.Count));
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    private sealed partial class KitchenJson : JsonSerializerContext;
}
