using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The code of the guides to handoffs, guardrails, background functions and replies. That it is the code of this file or of a sample is checked by <see cref="GuideTests"/>.</summary>
public sealed class AgentGuideTests
{
    private static readonly RealtimeSessionConfiguration Session = new() { Model = "gpt-realtime-2.1" };

    private static readonly RealtimeAgent Sommelier = new() { Name = "sommelier", Session = Session };

    private interface IModeration
    {
        Task<bool> IsPoliteAsync(string text, CancellationToken cancellationToken);
    }

    [Fact]
    public async Task A_test_of_a_handoff()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime() });
        var waiter = new RealtimeAgent { Name = "waiter", Session = Session, Handoffs = [Sommelier] };

        emulator.Model.When("wine").Calls("transfer_to_sommelier").Says("A Riesling goes with the soup.");
        await using var caller = await emulator.StartCallerAsync(waiter);
        await caller.SayAsync("Which wine goes with the soup?");
        Assert.Equal("transfer_to_sommelier", (await caller.ExpectCallAsync()).Name);
        await caller.HearAsync();
        Assert.Equal("sommelier", caller.Conversation.Agent.Name);

        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_test_of_a_guardrail()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime(), Model = new() { Pace = EmulatorPace.Service, SpeaksInTones = true } });
        var waiter = new RealtimeAgent
        {
            Name = "waiter",
            Session = Session,
            Guardrails = [Guardrail.OnOutput("no_prices", text => text.Contains('€', StringComparison.Ordinal) ? "Do not name prices." : null)],
        };

        emulator.Model.When("cost").Says("It costs 5 €.").Says("The menu has the prices.");
        await using var caller = await emulator.StartCallerAsync(waiter);
        await caller.SayAsync("What does the soup cost?");
        var blocked = await caller.HearAsync();
        Assert.DoesNotContain("€", blocked.Text, StringComparison.Ordinal);
        Assert.EndsWith("prices.", (await caller.HearAsync()).Text, StringComparison.Ordinal);

        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_switch_in_code()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(new() { Name = "waiter", Session = Session with { OutputModalities = [OutputModality.Text] } });
        var sommelier = Sommelier with { Session = new() { OutputModalities = [OutputModality.Text] } };

        await conversation.SwitchAgentAsync(sommelier);
        conversation.Respond();

        conversation.Agent.Name.Should().Be("sommelier");
    }

    [Fact]
    public async Task Checks_of_texts_and_calls()
    {
        var polite = Guardrail.OnOutput("polite", async (text, context, cancellationToken) =>
            await context.Services.GetRequiredService<IModeration>().IsPoliteAsync(text, cancellationToken) ? null : "Be polite.") with
        { CheckEvery = 300 };
        var limit = Guardrail.OnArguments("limit", (call, context, cancellationToken) =>
            Task.FromResult(call.Name == "place_order" && call.Arguments.Contains("\"count\":100", StringComparison.Ordinal) ? "At most 20 of a dish." : null));
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soups").Calls("place_order", """{"count":100}""").Says("Let me know.");
        using var client = emulator.CreateClient();
        await using var services = new ServiceCollection().AddSingleton<IModeration, Moderation>().BuildServiceProvider();
        var agent = new RealtimeAgent
        {
            Name = "waiter",
            Session = Session with { OutputModalities = [OutputModality.Text] },
            Functions = [AgentFunction.Create("place_order", "Orders.", JsonSchema.Parse("""{"type":"object"}"""), (_, _, _) => Task.FromResult("Ordered."))],
            Guardrails = [polite, limit],
        };
        await using var conversation = await client.StartConversationAsync(agent, new() { Services = services });

        var turn = await conversation.AskAsync("A hundred soups.");

        turn.Calls.Should().ContainSingle().Which.Status.Should().Be(FunctionCallStatus.Denied);
        turn.Text.Should().Be("Let me know.");
    }

    [Fact]
    public async Task Functions_in_the_background_and_fillers()
    {
        var stock = AgentFunction.Create("check_stock", "Counts what is left.", (call, cancellationToken) => Task.FromResult("12"));
        var waiter = new RealtimeAgent { Name = "waiter", Session = Session };

        stock = stock with { Background = true };

        waiter = waiter with { Filler = new() { After = TimeSpan.FromSeconds(2) } };

        waiter = waiter with { Functions = [stock] };
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime(), Model = new() { Pace = EmulatorPace.Service, SpeaksInTones = true } });
        emulator.Model.When("left").Calls("check_stock").Says("I am looking.");
        await using var caller = await emulator.StartCallerAsync(waiter);
        await caller.SayAsync("How many are left?");

        (await caller.HearAsync()).Text.Should().Be("I am looking.");
        (await caller.HearAsync()).Text.Should().Contain("12");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_text_word_for_word()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(new() { Name = "waiter", Session = Session });

        var reply = conversation.Say("This call may be recorded.");
        var isVerbatim = (await reply.Completion).IsVerbatim;    // whether the transcript has the same words

        isVerbatim.Should().NotBeNull();
    }

    private sealed class Moderation : IModeration
    {
        public Task<bool> IsPoliteAsync(string text, CancellationToken cancellationToken) => Task.FromResult(true);
    }
}
