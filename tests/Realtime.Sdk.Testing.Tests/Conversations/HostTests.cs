using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Conversations of agents that are registered with the services of an application.</summary>
public sealed partial class HostTests
{
    private static readonly RealtimeAgent Waiter = new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2", OutputModalities = [OutputModality.Text] } };

    [Fact]
    public async Task A_conversation_has_the_root_services_of_the_application()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var services = Services(emulator).AddScoped(_ => new Ticket());
        IServiceProvider? prepared = null;
        services.AddRealtimeAgent(Waiter).Configure((agent, _) => agent with
        {
            Prepare = (context, _) =>
            {
                prepared = context.Services;
                return ValueTask.FromResult(context.Agent.WithInstructions($"Offer {context.Services.GetRequiredService<Kitchen>().Dish}."));
            },
        });
        await using var provider = Build(services);
        RealtimeConversationFactory waiter;
        await using (var scope = provider.CreateAsyncScope())
            waiter = scope.ServiceProvider.GetRequiredConversationFactory("waiter");

        await using var conversation = await waiter.StartConversationAsync().WithTimeout();

        ((RealtimeSessionConfiguration)conversation.Session!.Configuration!).Instructions.Should().Be("Offer soup.");
        prepared!.Invoking(root => root.GetService<Ticket>()).Should().Throw<InvalidOperationException>().WithMessage("*from root provider*");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_conversation_uses_the_options_of_its_caller()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var services = Services(emulator);
        AgentContext? seen = null;
        services.AddRealtimeAgent(Waiter with
        {
            Prepare = (context, _) =>
            {
                seen = context;
                return ValueTask.FromResult(context.Agent);
            },
        });
        await using var provider = Build(services);
        await using var own = new ServiceCollection().BuildServiceProvider();
        var user = new ClaimsPrincipal();

        await using var conversation = await provider.GetRequiredConversationFactory("waiter").StartConversationAsync(new() { Services = own, User = user, State = this }).WithTimeout();

        seen!.Services.Should().BeSameAs(own);
        seen.User.Should().BeSameAs(user);
        seen.GetState<HostTests>().Should().BeSameAs(this);
    }

    [Fact]
    public async Task A_conversation_uses_the_client_of_its_agent()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        await using var european = await RealtimeEmulator.StartAsync();
        european.Model.When("hello").Says("Bonjour.");
        var services = Services(emulator);
        services.AddRealtimeClient("eu", options => (options.ApiKey, options.BaseUrl) = (european.ApiKey, european.BaseUrl));
        services.AddRealtimeAgent(Waiter).UseClient("eu");
        await using var provider = Build(services);

        await using var conversation = await provider.GetRequiredConversationFactory("waiter").StartConversationAsync().WithTimeout();

        (await conversation.AskAsync("hello").WithTimeout()).Text.Should().Be("Bonjour.");
        emulator.Sessions.Should().BeEmpty();
    }

    [Fact]
    public async Task A_conversation_is_attached_to_a_call()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        emulator.Model.When("hello").Says("Hi.");
        var services = Services(emulator);
        services.AddRealtimeAgent(Waiter);
        await using var provider = Build(services);
        var waiter = provider.GetRequiredConversationFactory("waiter");
        var call = await waiter.Client.Calls.CreateAsync(Offers.Browser, waiter.Agent.ToSessionConfiguration()).WithTimeout();

        await using var conversation = await waiter.AttachConversationAsync(call.CallId!).WithTimeout();

        conversation.Capabilities.LocalAudio.Should().BeFalse();
        (await conversation.AskAsync("hello").WithTimeout()).Text.Should().Be("Hi.");
    }

    [Fact]
    public async Task Each_call_of_a_function_has_a_scope_of_its_own_that_is_disposed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups.");
        var tickets = new List<Ticket>();
        var users = new List<ClaimsPrincipal?>();
        var services = Services(emulator).AddScoped(_ => new Ticket());
        services.AddRealtimeAgent(Waiter).AddFunction("place_order", "Sends an order to the kitchen.", HostJson.Default.Order, (order, call, _) =>
        {
            var ticket = call.Services.GetRequiredService<Ticket>();
            tickets.Add(ticket);
            users.Add(call.User);
            return Task.FromResult(ReferenceEquals(ticket, call.Services.GetRequiredService<Ticket>()) ? $"{order.Count} {call.Services.GetRequiredService<Kitchen>().Dish}" : "");
        });
        await using var provider = Build(services);
        var user = new ClaimsPrincipal();
        await using var conversation = await provider.GetRequiredConversationFactory("waiter").StartConversationAsync(new() { User = user }).WithTimeout();

        var first = await conversation.AskAsync("Two soups, please.").WithTimeout();
        var second = await conversation.AskAsync("Two soups more, please.").WithTimeout();

        first.Text.Should().Be("Two soups.");
        first.Calls.Concat(second.Calls).Select(call => call.Output).Should().Equal("2 soup", "2 soup");
        tickets.Should().HaveCount(2).And.OnlyHaveUniqueItems();
        users.Should().AllBeEquivalentTo(user);
        await Task.WhenAll(tickets.Select(ticket => ticket.Disposed)).WithTimeout();
        emulator.Violations.Should().BeEmpty();
    }

    private static IServiceCollection Services(RealtimeEmulator emulator)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(new Kitchen());
        services.AddRealtimeClient(options => (options.ApiKey, options.BaseUrl) = (emulator.ApiKey, emulator.BaseUrl));
        return services;
    }

    private static ServiceProvider Build(IServiceCollection services) => services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

    private sealed record Order(string Dish, int Count);

    private sealed class Kitchen
    {
        public string Dish { get; } = "soup";
    }

    /// <summary>A service of a scope.</summary>
    private sealed class Ticket : IDisposable
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        public void Dispose() => _disposed.TrySetResult();
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order))]
    private sealed partial class HostJson : JsonSerializerContext;
}
