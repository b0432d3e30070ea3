using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Configuration;

public sealed partial class RegisteredAgentTests
{
    private static readonly RealtimeAgent Waiter = new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2" }, Functions = [Function("first")] };

    [Fact]
    public async Task A_section_becomes_the_session_of_the_agent()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Agents:Waiter:type"] = "realtime",
            ["Agents:Waiter:model"] = "gpt-realtime-2.1",
            ["Agents:Waiter:instructions"] = "Take the order. Be brief.",
            ["Agents:Waiter:audio:output:voice"] = "marin",
            ["Agents:Waiter:audio:input:transcription:model"] = "gpt-live-transcribe",
        }).Build();
        var services = Services();
        services.AddRealtimeAgent("waiter", configuration.GetSection("Agents:Waiter"))
            .AddFunction("place_order", "Sends an order to the kitchen.", AgentJson.Default.Order, AgentJson.Default.Receipt,
                (order, call, stop) => call.Services.GetRequiredService<Kitchen>().CookAsync(order, call.User, stop));
        await using var provider = Build(services);

        var agent = provider.GetRequiredKeyedService<RealtimeAgent>("waiter");

        agent.Name.Should().Be("waiter");
        agent.Session.Should().Be(new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime-2.1",
            Instructions = "Take the order. Be brief.",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } }, Output = new() { Voice = Voice.Marin } },
        });
        agent.Functions.Should().ContainSingle().Which.Tool.Parameters!.Json.GetProperty("properties").EnumerateObject().Select(member => member.Name).Should().Equal("dish", "count");
    }

    [Fact]
    public async Task The_type_of_the_session_can_be_left_out()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["model"] = "gpt-realtime-2", ["max_output_tokens"] = "100" }).Build();
        var services = Services();
        services.AddRealtimeAgent("waiter", configuration);
        await using var provider = Build(services);

        provider.GetRequiredKeyedService<RealtimeAgent>("waiter").Session.Should().Be(new RealtimeSessionConfiguration { Model = "gpt-realtime-2", MaxOutputTokens = 100 });
    }

    [Fact]
    public async Task Every_kind_of_function_can_be_added_as_a_lambda()
    {
        var services = Services();
        services.AddRealtimeAgent("waiter", _ => new() { Name = "waiter" })
            .AddFunction("text", "…", (call, stop) => Task.FromResult("done"))
            .AddFunction("async_text", "…", async (call, stop) => await Task.FromResult("done"))
            .AddFunction("result", "…", AgentJson.Default.Receipt, (call, stop) => Task.FromResult(new Receipt(1)))
            .AddFunction("text_result", "…", AgentJson.Default.String, (call, stop) => Task.FromResult("done"))
            .AddFunction("arguments", "…", AgentJson.Default.Order, (order, call, stop) => Task.FromResult(order.Dish))
            .AddFunction("async_arguments", "…", AgentJson.Default.Order, async (order, call, stop) => await Task.FromResult(order.Dish))
            .AddFunction("both", "…", AgentJson.Default.Order, AgentJson.Default.Receipt, (order, call, stop) => Task.FromResult(new Receipt(order.Count)))
            .AddFunction("async_both", "…", AgentJson.Default.Order, AgentJson.Default.Receipt, async (order, call, stop) => await Task.FromResult(new Receipt(order.Count)))
            .AddFunction("json", "…", JsonSchema.Parse("""{"type":"object"}"""), (arguments, call, stop) => Task.FromResult(arguments.GetRawText()))
            .AddFunction(AgentFunction.Create("whole", "…", (call, stop) => Task.FromResult("done")) with { RequiresApproval = true });
        await using var provider = Build(services);

        Names(provider).Should().Equal("text", "async_text", "result", "text_result", "arguments", "async_arguments", "both", "async_both", "json", "whole");
    }

    [Fact]
    public async Task Every_kind_of_function_can_be_added_as_a_method()
    {
        var services = Services();
        services.AddRealtimeAgent("waiter", Create)
            .AddFunction("text", "…", FetchAsync)
            .AddFunction("result", "…", AgentJson.Default.Receipt, PrintAsync)
            .AddFunction("arguments", "…", AgentJson.Default.Order, TellAsync)
            .AddFunction("both", "…", AgentJson.Default.Order, AgentJson.Default.Receipt, CookAsync)
            .AddFunction("json", "…", JsonSchema.Parse("""{"type":"object"}"""), EchoAsync);
        await using var provider = Build(services);

        Names(provider).Should().Equal("text", "result", "arguments", "both", "json");

        static RealtimeAgent Create(IServiceProvider services) => new() { Name = "waiter" };
        static Task<string> FetchAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult("done");
        static Task<Receipt> PrintAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(new Receipt(1));
        static Task<string> TellAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(order.Dish);
        static Task<Receipt> CookAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(new Receipt(order.Count));
        static Task<string> EchoAsync(JsonElement arguments, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(arguments.GetRawText());
    }

    [Fact]
    public async Task Functions_and_callbacks_are_applied_in_the_order_of_the_calls()
    {
        var seen = new List<string>();
        var services = Services();
        services.AddRealtimeAgent(Waiter)
            .AddFunction(Function("second"))
            .Configure((agent, provider) =>
            {
                seen.AddRange(agent.Functions.Select(function => function.Tool.Name));
                return agent with { Functions = [.. agent.Functions, Function(provider.GetRequiredService<Kitchen>().Dish)] };
            })
            .AddFunction(Function("fourth"))
            .Configure((agent, _) => agent.WithInstructions($"Call {agent.Functions.Count} functions."));
        await using var provider = Build(services);

        Names(provider).Should().Equal("first", "second", "soup", "fourth");
        seen.Should().Equal("first", "second");
        provider.GetRequiredKeyedService<RealtimeAgent>("waiter").Session.Instructions.Should().Be("Call 4 functions.");
    }

    [Fact]
    public async Task An_agent_and_its_factory_are_singletons_of_its_name()
    {
        var created = 0;
        var services = Services();
        services.AddRealtimeAgent("waiter", _ =>
        {
            created++;
            return Waiter;
        });
        services.AddRealtimeAgent(Waiter with { Name = "cook" });
        services.AddSingleton<Table>();
        await using var provider = Build(services);
        await using var scope = provider.CreateAsyncScope();

        var factory = scope.ServiceProvider.GetRequiredKeyedService<RealtimeConversationFactory>("waiter");

        factory.Agent.Should().BeSameAs(Waiter).And.BeSameAs(provider.GetRequiredKeyedService<RealtimeAgent>("waiter"));
        factory.Client.Should().BeSameAs(provider.GetRequiredService<RealtimeClient>());
        factory.Should().BeSameAs(provider.GetRequiredConversationFactory("waiter"));
        provider.GetRequiredService<Table>().Waiter.Should().BeSameAs(factory);
        provider.GetRequiredService<Table>().Cook.Name.Should().Be("cook");
        factory.ToString().Should().Be("RealtimeConversationFactory { Agent = waiter }");
        created.Should().Be(1);
    }

    [Fact]
    public async Task An_agent_uses_the_client_that_was_named_last()
    {
        var services = Services();
        services.AddRealtimeClient("eu", options => options.ApiKey = "sk-eu");
        services.AddRealtimeClient("us", options => options.ApiKey = "sk-us");
        services.AddRealtimeAgent(Waiter).UseClient("us").UseClient("eu");
        await using var provider = Build(services);

        provider.GetRequiredConversationFactory("waiter").Client.Should().BeSameAs(provider.GetRequiredKeyedService<RealtimeClient>("eu"));
    }

    [Fact]
    public async Task An_agent_can_be_resolved_without_its_client()
    {
        var services = new ServiceCollection();
        services.AddRealtimeAgent(Waiter);
        await using var provider = Build(services);

        provider.GetRequiredKeyedService<RealtimeAgent>("waiter").Should().BeSameAs(Waiter);
        provider.Invoking(p => p.GetRequiredConversationFactory("waiter")).Should().Throw<Microsoft.Extensions.Options.OptionsValidationException>()
            .WithMessage("Agent \"waiter\": the default client is not registered: call AddRealtimeClient, or UseClient with the name of a client");
    }

    [Fact]
    public async Task A_client_that_the_application_created_is_used()
    {
        using var client = new RealtimeClient("sk-test");
        var services = new ServiceCollection().AddSingleton(client);
        services.AddRealtimeAgent(Waiter);
        await using var provider = Build(services);

        provider.GetRequiredConversationFactory("waiter").Client.Should().BeSameAs(client);
    }

    [Fact]
    public async Task A_later_registration_of_a_name_replaces_an_earlier_one_with_everything_its_builder_has_added()
    {
        var services = Services();
        var replaced = services.AddRealtimeAgent("waiter", _ => throw new InvalidOperationException("Not called.")).AddFunction(Function("second")).UseClient("eu");
        services.AddRealtimeAgent(Waiter).AddFunction(Function("third"));
        replaced.AddFunction(Function("fourth"));
        await using var provider = Build(services);

        Names(provider).Should().Equal("first", "third");
        provider.GetRequiredConversationFactory("waiter").Client.Should().BeSameAs(provider.GetRequiredService<RealtimeClient>());
    }

    [Fact]
    public async Task An_agent_that_the_application_registered_itself_stays()
    {
        var own = Waiter.WithInstructions("Own.");
        var services = Services().AddKeyedSingleton("waiter", own);
        services.AddRealtimeAgent(Waiter);
        await using var provider = Build(services);

        provider.GetRequiredConversationFactory("waiter").Agent.Should().BeSameAs(own);
    }

    [Fact]
    public async Task A_factory_can_use_another_agent_and_scoped_services_of_a_scope_of_its_own()
    {
        var services = Services().AddScoped(_ => new Guests());
        services.AddRealtimeAgent("waiter", provider =>
        {
            using var scope = provider.CreateScope();
            return provider.GetRequiredKeyedService<RealtimeAgent>("cook") with { Name = scope.ServiceProvider.GetRequiredService<Guests>().Waiter };
        });
        services.AddRealtimeAgent(Waiter with { Name = "cook" });
        await using var provider = Build(services);

        provider.GetRequiredKeyedService<RealtimeAgent>("waiter").Should().Be(Waiter);
    }

    [Fact]
    public async Task Services_clock_and_loggers_are_those_of_the_caller_then_of_the_client_then_of_the_application()
    {
        var (time, clientTime, ownTime) = (new FakeTimeProvider(), new FakeTimeProvider(), new FakeTimeProvider());
        using var loggers = new LoggerFactory();
        using var clientLoggers = new LoggerFactory();
        using var ownLoggers = new LoggerFactory();
        await using var ownServices = new ServiceCollection().BuildServiceProvider();
        using var plain = new RealtimeClient("sk-test");
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton<ILoggerFactory>(loggers).AddKeyedSingleton("plain", plain);
        services.AddRealtimeClient(options => (options.ApiKey, options.TimeProvider, options.LoggerFactory) = ("sk-test", clientTime, clientLoggers));
        services.AddRealtimeAgent(Waiter);
        services.AddRealtimeAgent(Waiter with { Name = "cook" }).UseClient("plain");
        await using var provider = Build(services);
        var waiter = provider.GetRequiredConversationFactory("waiter");

        var ofCaller = waiter.ApplyDefaults(new() { TimeProvider = ownTime, LoggerFactory = ownLoggers, Services = ownServices, TraceContent = true });
        var ofClient = waiter.ApplyDefaults(new() { TraceContent = true });
        var ofApplication = provider.GetRequiredConversationFactory("cook").ApplyDefaults(null);

        (ofCaller.TimeProvider, ofCaller.LoggerFactory, ofCaller.Services, ofCaller.TraceContent).Should().Be((ownTime, ownLoggers, ownServices, true));
        (ofClient.TimeProvider, ofClient.LoggerFactory, ofClient.TraceContent).Should().Be((clientTime, clientLoggers, true));
        (ofApplication.TimeProvider, ofApplication.LoggerFactory).Should().Be((time, loggers));
        ofClient.Services!.GetRequiredService<IServiceScopeFactory>().Should().BeSameAs(provider.GetRequiredService<IServiceScopeFactory>());
    }

    [Fact]
    public async Task A_factory_that_needs_its_own_agent_throws_and_does_not_wait_for_itself()
    {
        var services = Services();
        services.AddRealtimeAgent("waiter", provider => provider.GetRequiredKeyedService<RealtimeAgent>("waiter"));
        await using var provider = Build(services);

        var resolve = () => Task.Run(() => provider.GetRequiredKeyedService<RealtimeAgent>("waiter")).WithTimeout();

        await resolve.Should().ThrowAsync<InvalidOperationException>().WithMessage("The factory of the agent \"waiter\" threw an exception: *");
    }

    [Fact]
    public void A_builder_has_the_collection_and_the_name()
    {
        var services = Services();

        var builder = services.AddRealtimeAgent(Waiter);

        builder.Services.Should().BeSameAs(services);
        builder.Name.Should().Be("waiter");
    }

    private static IServiceCollection Services()
    {
        var services = new ServiceCollection().AddSingleton(new Kitchen());
        services.AddRealtimeClient(options => options.ApiKey = "sk-test");
        return services;
    }

    private static ServiceProvider Build(IServiceCollection services) => services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

    private static IEnumerable<string> Names(IServiceProvider provider) => provider.GetRequiredKeyedService<RealtimeAgent>("waiter").Functions.Select(function => function.Tool.Name);

    private static AgentFunction Function(string name) => AgentFunction.Create(name, "Does something.", (_, _) => Task.FromResult("done"));

    private sealed record Order(string Dish, int Count);

    private sealed record Receipt(int Number);

    private sealed class Kitchen
    {
        public string Dish { get; } = "soup";

        public Task<Receipt> CookAsync(Order order, System.Security.Claims.ClaimsPrincipal? guest, CancellationToken cancellationToken) =>
            guest is null ? Task.FromResult(new Receipt(order.Count)) : Task.FromCanceled<Receipt>(cancellationToken);
    }

    private sealed class Guests
    {
        public string Waiter { get; } = "waiter";
    }

    public sealed class Table([FromKeyedServices("waiter")] RealtimeConversationFactory waiter, [FromKeyedServices("cook")] RealtimeAgent cook)
    {
        public RealtimeConversationFactory Waiter { get; } = waiter;

        public RealtimeAgent Cook { get; } = cook;
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    private sealed partial class AgentJson : JsonSerializerContext;
}
