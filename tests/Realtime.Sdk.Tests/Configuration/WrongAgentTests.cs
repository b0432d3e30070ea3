using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>Agents that are registered with faults, and what the host reports instead of starting.</summary>
public sealed class WrongAgentTests
{
    private static readonly RealtimeAgent Waiter = new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2" } };

    /// <summary>A section, and what is reported; each line begins with the path in <c>Agents:Waiter</c>.</summary>
    public static TheoryData<string, string[]> WrongSections => new()
    {
        { """{"type":"transcription"}""", ["type is \"transcription\", must be \"realtime\" for an agent"] },
        { """{"type":"translation","model":"gpt-realtime-translate","audio":{"output":{"language":"es"}}}""", ["type is \"translation\", must be \"realtime\" for an agent"] },
        { """{"type":"realtim"}""", ["type is \"realtim\", must be \"realtime\" for an agent"] },
        { """{"type":"","model":"gpt-realtime-2"}""", ["type is \"\", must be \"realtime\" for an agent"] },
        { """{"type":["realtime"],"model":"gpt-realtime-2"}""", ["type is required: known values are realtime, transcription, translation"] },
        { """{"Type":"realtime"}""", ["Type is not a known member, did you mean \"type\"?"] },
        { """{"voice":"marin"}""", ["voice is not a known member"] },
        { """{"instrutions":"x","audio":{"output":{"speed":3}},"parallel_tool_calls":"yes"}""",
            ["parallel_tool_calls must be true or false", "audio:output:speed is 3, must be at most 1.5", "instrutions is not a known member, did you mean \"instructions\"?"] },
        { """{"id":"sess_1"}""", ["id must not be set: the server assigns it"] },
        { """{"tools":[{"type":"function","nam":"a"}]}""", ["tools:0:name is required", "tools:0:nam is not a known member, did you mean \"name\"?"] },
    };

    [Theory]
    [MemberData(nameof(WrongSections))]
    public async Task A_section_that_is_wrong_keeps_the_host_from_starting(string section, string[] faults)
    {
        var host = await WithSectionAsync(section);

        host.Failures.Should().BeEquivalentTo(faults.Select(fault => $"Agent \"waiter\": Agents:Waiter:{fault}"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Agents":{"Waiter":{}}}""")]
    [InlineData("""{"Agents":{"Waiter":"gpt-realtime-2"}}""")]
    public async Task A_section_that_is_missing_keeps_the_host_from_starting(string json)
    {
        var host = await StartedHost.WithAsync(json, (services, configuration) => AddClient(services).AddRealtimeAgent("waiter", configuration.GetSection("Agents:Waiter")));

        host.Failures.Should().Equal("Agent \"waiter\": the configuration section Agents:Waiter is missing or has no members");
    }

    [Fact]
    public async Task Faults_of_the_section_and_of_the_functions_are_reported_at_once()
    {
        var host = await WithSectionAsync("""{"audio":{"output":{"speed":3}},"tools":[{"type":"function","name":"call_manager"}]}""", agent => agent
            .AddFunction("place order", "Sends an order to the kitchen.", ReturnAsync)
            .AddFunction("call_manager", "Fetches the manager.", ReturnAsync)
            .AddFunction(AgentFunction.Create("bill", "Brings the bill.", ReturnAsync) with { Timeout = TimeSpan.Zero }));

        host.Failures.Should().BeEquivalentTo(
            "Agent \"waiter\": Agents:Waiter:audio:output:speed is 3, must be at most 1.5",
            $"Agent \"waiter\": functions[0].name is \"place order\", must be 1 to 64 characters of {Constraints.PlainNameSet}",
            "Agent \"waiter\": functions[1].name is \"call_manager\", must be unique among the functions, handoffs and tools of the agent",
            "Agent \"waiter\": functions[2].timeout is 00:00:00, must be more than zero and at most a day");
    }

    [Fact]
    public async Task Functions_are_checked_even_if_there_is_no_session()
    {
        var host = await StartedHost.WithAsync("{}", (services, configuration) => AddClient(services)
            .AddRealtimeAgent("waiter", configuration.GetSection("Agents:Waiter")).AddFunction("", "Does nothing.", ReturnAsync));

        host.Failures.Should().BeEquivalentTo(
            "Agent \"waiter\": the configuration section Agents:Waiter is missing or has no members", "Agent \"waiter\": functions[0].name is \"\", must not be blank");
    }

    [Fact]
    public async Task An_agent_from_code_that_breaks_rules_keeps_the_host_from_starting()
    {
        var agent = Waiter with { Name = new string('w', 65), Session = new() { Audio = new() { Output = new() { Speed = 3 } } } };

        var host = await StartedHost.WithAsync("{}", (services, _) => AddClient(services).AddRealtimeAgent(agent));

        host.Failures.Should().BeEquivalentTo(
            $"Agent \"{agent.Name}\": name is 65 characters, must be at most 64 characters", $"Agent \"{agent.Name}\": session.audio.output.speed is 3, must be at most 1.5");
    }

    [Fact]
    public async Task A_factory_must_return_an_agent_of_its_name()
    {
        var nothing = await WithFactoryAsync(_ => null!);
        var another = await WithFactoryAsync(_ => Waiter with { Name = "cook" });

        nothing.Failures.Should().Equal("Agent \"waiter\": the factory returned null");
        another.Failures.Should().Equal("Agent \"waiter\": the factory returned an agent with the name \"cook\": the name must be that of the registration");
    }

    [Fact]
    public async Task A_Configure_callback_must_return_an_agent_of_the_same_name()
    {
        var nothing = await WithFactoryAsync(_ => Waiter, agent => agent.Configure((_, _) => null!));
        var another = await WithFactoryAsync(_ => Waiter, agent => agent.Configure((waiter, _) => waiter).Configure((waiter, _) => waiter with { Name = "cook" }));

        nothing.Failures.Should().Equal("Agent \"waiter\": Configure callback 1 returned null");
        another.Failures.Should().Equal("Agent \"waiter\": Configure callback 2 returned an agent with the name \"cook\": the name must not change");
    }

    [Fact]
    public async Task What_a_Configure_callback_breaks_is_reported()
    {
        var host = await WithSectionAsync("""{"model":"gpt-realtime-2"}""", agent => agent.Configure((waiter, _) => waiter with { Session = waiter.Session with { MaxOutputTokens = 0 } }));

        host.Failures.Should().Equal("Agent \"waiter\": Agents:Waiter:max_output_tokens is 0, must be at least 1");
    }

    [Fact]
    public async Task An_exception_of_a_callback_keeps_the_host_from_starting_and_keeps_its_stack_trace()
    {
        var thrown = new InvalidOperationException("The key sk-canary1234567890 opens no kitchen.");

        var factory = () => WithFactoryAsync(_ => throw thrown);
        var configure = () => WithFactoryAsync(_ => Waiter, agent => agent.Configure((_, _) => throw thrown));

        (await factory.Should().ThrowAsync<InvalidOperationException>().WithMessage("The factory of the agent \"waiter\" threw an exception: The key sk-*** opens no kitchen."))
            .Which.InnerException.Should().BeSameAs(thrown);
        (await configure.Should().ThrowAsync<InvalidOperationException>().WithMessage("A Configure callback of the agent \"waiter\" threw an exception: The key sk-*** opens no kitchen."))
            .Which.InnerException.Should().BeSameAs(thrown);
    }

    [Fact]
    public async Task Callbacks_do_not_run_after_a_fault()
    {
        var runs = 0;

        var host = await WithSectionAsync("""{"type":"transcription"}""", agent => agent.Configure((waiter, _) =>
        {
            runs++;
            return waiter;
        }));

        host.Failures.Should().ContainSingle();
        runs.Should().Be(0);
    }

    [Fact]
    public async Task A_client_that_is_not_registered_keeps_the_host_from_starting()
    {
        var none = await StartedHost.WithAsync("{}", (services, _) => services.AddRealtimeAgent(Waiter));
        var onlyKeyed = await StartedHost.WithAsync("{}", (services, _) => AddClient(services, "eu").AddRealtimeAgent(Waiter));
        var onlyDefault = await StartedHost.WithAsync("{}", (services, _) => AddClient(services).AddRealtimeAgent(Waiter).UseClient("eu"));

        none.Failures.Should().Equal("Agent \"waiter\": the default client is not registered: call AddRealtimeClient, or UseClient with the name of a client");
        onlyKeyed.Failures.Should().Equal(none.Failures);
        onlyDefault.Failures.Should().Equal("Agent \"waiter\": there is no client \"eu\": call AddRealtimeClient(\"eu\", …)");
    }

    [Fact]
    public async Task Faults_of_several_agents_and_of_the_client_are_reported_at_once()
    {
        var host = await StartedHost.WithAsync("{}", (services, configuration) =>
        {
            services.AddRealtimeAgent("waiter", configuration.GetSection("Agents:Waiter"));
            services.AddRealtimeAgent("cook", _ => null!).UseClient("eu");
        });

        host.Failures.Should().BeEquivalentTo(
            "Agent \"waiter\": the configuration section Agents:Waiter is missing or has no members",
            "Agent \"waiter\": the default client is not registered: call AddRealtimeClient, or UseClient with the name of a client",
            "Agent \"cook\": the factory returned null",
            "Agent \"cook\": there is no client \"eu\": call AddRealtimeClient(\"eu\", …)");
    }

    [Fact]
    public async Task Neither_a_wrong_agent_nor_its_factory_can_be_resolved()
    {
        var services = AddClient(new ServiceCollection());
        services.AddRealtimeAgent("waiter", _ => null!);
        await using var provider = services.BuildServiceProvider();

        var agent = () => provider.GetRequiredKeyedService<RealtimeAgent>("waiter");
        var factory = () => provider.GetRequiredKeyedService<RealtimeConversationFactory>("waiter");

        agent.Should().Throw<OptionsValidationException>().WithMessage("Agent \"waiter\": the factory returned null");
        factory.Should().Throw<OptionsValidationException>().WithMessage("Agent \"waiter\": the factory returned null");
    }

    [Fact]
    public void An_agent_that_was_not_added_is_reported_with_the_missing_call()
    {
        using var empty = new ServiceCollection().BuildServiceProvider();
        var services = AddClient(new ServiceCollection());
        services.AddRealtimeAgent(Waiter);
        using var other = services.BuildServiceProvider();

        foreach (var provider in new[] { empty, other })
        {
            provider.Invoking(services => services.GetRequiredConversationFactory("Waiter")).Should().Throw<InvalidOperationException>()
                .WithMessage("There is no agent \"Waiter\": call services.AddRealtimeAgent(\"Waiter\", …).");
        }
    }

    [Fact]
    public void A_name_is_required()
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().Build();

        services.Invoking(s => s.AddRealtimeAgent(new RealtimeAgent { Name = " " })).Should().Throw<ArgumentException>().WithParameterName("agent");
        services.Invoking(s => s.AddRealtimeAgent(" ", configuration)).Should().Throw<ArgumentException>().WithParameterName("name");
        services.Invoking(s => s.AddRealtimeAgent(" ", _ => Waiter)).Should().Throw<ArgumentException>().WithParameterName("name");
        services.Invoking(s => s.AddRealtimeAgent(Waiter).UseClient(" ")).Should().Throw<ArgumentException>().WithParameterName("clientName");
    }

    [Fact]
    public async Task A_value_that_is_not_known_is_logged_once_with_its_place()
    {
        var fromSection = await WithSectionAsync("""{"model":"gpt-realtime","audio":{"output":{"voice":"marine"}},"parallel_tool_calls":true}""");
        var fromCode = await WithFactoryAsync(_ => Waiter with { Session = Waiter.Session with { Audio = new() { Output = new() { Voice = "nova" } } } });

        fromSection.Failures.Should().BeEmpty();
        fromSection.Warnings.Should().HaveCount(2).And.ContainMatch("Agent \"waiter\": Agents:Waiter:audio:output:voice is \"marine\", should be one of *, did you mean \"marin\"?")
            .And.ContainMatch("Agent \"waiter\": Agents:Waiter:parallel_tool_calls *");
        fromCode.Warnings.Should().ContainSingle().Which.Should().StartWith("Agent \"waiter\": session.audio.output.voice is \"nova\", should be one of alloy, ");
    }

    [Fact]
    public async Task A_warning_is_logged_once_however_often_the_agent_is_resolved()
    {
        var log = new FakeLogCollector();
        var services = AddClient(new ServiceCollection().AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log))));
        services.AddRealtimeAgent(Waiter with { Session = Waiter.Session with { Audio = new() { Output = new() { Voice = "nova" } } } });
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredKeyedService<RealtimeAgent>("waiter");
        provider.GetRequiredConversationFactory("waiter");

        var entry = log.GetSnapshot().Should().ContainSingle(entry => entry.Level == LogLevel.Warning).Subject;
        entry.Id.Id.Should().Be(8);
        entry.Category.Should().Be("Realtime.Sdk.RealtimeAgent");
        entry.GetStructuredStateValue("Agent").Should().Be("waiter");
        entry.GetStructuredStateValue("Path").Should().Be("session.audio.output.voice");
    }

    [Fact]
    public async Task A_tool_choice_can_name_a_function_that_is_added_in_code()
    {
        const string section = """{"model":"gpt-realtime-2","tools":[{"type":"function","name":"bill"}],"tool_choice":{"type":"function","name":"place_order"}}""";

        var without = await WithSectionAsync(section);
        var with = await WithSectionAsync(section, agent => agent.AddFunction("place_order", "Sends an order to the kitchen.", ReturnAsync));

        without.Warnings.Should().Equal("Agent \"waiter\": Agents:Waiter:tool_choice:name is \"place_order\", should name one of the tools");
        with.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Unknown_members_are_accepted_where_the_registration_says_so()
    {
        var host = await StartedHost.WithAsync("""{"Agents":{"Waiter":{"model":"gpt-realtime-2","novelty":"x"}}}""", (services, configuration) =>
            AddClient(services).AddRealtimeAgent("waiter", configuration.GetSection("Agents:Waiter"), options => options.AllowUnknownMembers = true));

        host.Failures.Should().BeEmpty();
        host.Warnings.Should().BeEmpty();
    }

    private static Task<StartedHost> WithSectionAsync(string section, Action<RealtimeAgentBuilder>? build = null) =>
        StartedHost.WithAsync($$$"""{"Agents":{"Waiter":{{{section}}}}}""", (services, configuration) =>
        {
            var agent = AddClient(services).AddRealtimeAgent("waiter", configuration.GetSection("Agents:Waiter"));
            build?.Invoke(agent);
        });

    private static Task<StartedHost> WithFactoryAsync(Func<IServiceProvider, RealtimeAgent> create, Action<RealtimeAgentBuilder>? build = null) =>
        StartedHost.WithAsync("{}", (services, _) =>
        {
            var agent = AddClient(services).AddRealtimeAgent("waiter", create);
            build?.Invoke(agent);
        });

    private static IServiceCollection AddClient(IServiceCollection services, string? name = null)
    {
        if (name is null)
            services.AddRealtimeClient(options => options.ApiKey = "sk-test");
        else
            services.AddRealtimeClient(name, options => options.ApiKey = "sk-test");
        return services;
    }

    private static Task<string> ReturnAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult("done");
}
