using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The programs for which functions were designed, as a user writes them.</summary>
public sealed partial class ProgramTests
{
    private static readonly ConcurrentQueue<Order> Orders = [];

    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_voice_agent_in_a_terminal()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("").Says("Welcome.");
        emulator.Model.When("tea").Calls("place_order", """{"dish":"tea","count":1}""").Says("One tea.");
        emulator.Model.When("manager").Calls("call_manager").Says("One moment.");
        using var client = emulator.CreateClient();
        await using var microphone = new ScriptedMicrophone(
            _time, TimeSpan.FromSeconds(15), (TimeSpan.FromSeconds(3), "A tea, please."), (TimeSpan.FromSeconds(8), "The manager, please."));
        await using var speaker = AudioPlayer.Discard(_time);
        var printed = new ConcurrentQueue<string>();

        await _time.RunUntilAsync(RunAsync()).WithTimeout();

        printed.Should().Equal(
            "Agent: Welcome.",
            "User: A tea, please.", "[place_order Completed]", "Agent: One tea.",
            "User: The manager, please.", "[call_manager Completed]", "Agent: One moment.");
        Orders.Where(order => order.Dish == "tea").Should().Equal(new Order("tea", 1));
        emulator.Violations.Should().BeEmpty();

        async Task RunAsync()
        {
            var stop = CancellationToken.None;

            var waiter = new RealtimeAgent
            {
                Name = "waiter",
                Session = new()
                {
                    Model = "gpt-realtime-2.1",
                    Instructions = "Take the order. Be brief.",
                    Audio = new()
                    {
                        Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } },   // off by default: no words of the guest without it
                        Output = new() { Voice = Voice.Marin },
                    },
                },
                Functions =
                [
                    AgentFunction.Create("place_order", "Sends an order to the kitchen.", GuideJson.Default.Order, GuideJson.Default.Receipt, PlaceOrderAsync),
                    AgentFunction.Create("call_manager", "Fetches the manager.", CallManagerAsync) with { RequiresApproval = true, Timeout = TimeSpan.FromSeconds(30) },
                ],
            };

            await using var conversation = await client.StartConversationAsync(waiter, new() { Player = speaker, Approve = AskManagerAsync }, stop);   // stop: opening only
            var listening = conversation.ListenAsync(microphone, stop);      // a Stream, a PipeReader, any AudioSource; until it or the conversation ends
            conversation.Respond("Greet the guest.");                        // added to the agent's instructions, for this answer alone
            _ = EndAsync(conversation, listening);
            await foreach (var update in conversation.ReadUpdatesAsync(stop))
            {
                var line = update switch
                {
                    TurnUpdate { Turn: { IsComplete: true } turn } => $"{turn.Role}: {turn.HeardText}{(turn.WasInterrupted ? " …" : "")}",   // once each, in order
                    FunctionCallUpdate { Call: var call } => $"[{call.Name} {call.Status}]",
                    WarningUpdate warning => $"! {warning.Message}",         // the user is silent, a response failed, few tokens are left
                    _ => null,
                };
                if (line is not null)
                    Print(line);
            }
            await listening;
        }

        // What the guest of this test does, and what the program prints while a function runs, which depends on how fast it reads.
        static async Task EndAsync(RealtimeConversation conversation, Task listening)
        {
            await listening;
            await conversation.EndAsync();
        }

        void Print(string line)
        {
            if (!line.EndsWith("Running]", StringComparison.Ordinal) && !line.EndsWith("AwaitingApproval]", StringComparison.Ordinal))
                printed.Enqueue(line);
        }
    }

    [Fact]
    public async Task Text_with_calls()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soup").Calls("read_menu").Says(_ => "Tomatoes, basil and cream.");
        using var client = emulator.CreateClient();
        var waiter = new RealtimeAgent
        {
            Name = "waiter",
            Session = new() { Model = "gpt-realtime-2.1", OutputModalities = [OutputModality.Text] },
            Functions = [AgentFunction.Create("read_menu", "Returns the menu.", (call, stop) => Task.FromResult("soup: tomatoes, basil, cream"))],
        };
        await using var conversation = await client.StartConversationAsync(waiter).WithTimeout();
        var stop = CancellationToken.None;

        var asking = conversation.AskAsync("What is in the soup?", stop);              // waits for the whole answer, calls included
        var turn = await _time.RunUntilAsync(asking).WithTimeout();

        turn.Text.Should().Be("Tomatoes, basil and cream.");
        turn.Calls.Should().ContainSingle().Which.Should().Match<FunctionCall>(call => call.Name == "read_menu" && call.Output == "soup: tomatoes, basil, cream");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task In_a_test_without_a_key()
    {
        var waiter = new RealtimeAgent
        {
            Name = "waiter",
            Session = new() { Model = "gpt-realtime-2.1" },
            Functions = [AgentFunction.Create("place_order", "Sends an order to the kitchen.", GuideJson.Default.Order, GuideJson.Default.Receipt, PlaceOrderAsync)],
        };

        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime() });
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in a moment.");
        await using var caller = await emulator.StartCallerAsync(waiter);  // a scripted person on the other end of the line
        await caller.SayAsync("Two soups, please.");
        Assert.Equal("place_order", (await caller.ExpectCallAsync()).Name);
        var heard = await caller.InterruptAsync(after: TimeSpan.FromMilliseconds(700), "No, three!");   // what was heard of the answer before
        Assert.True(heard.WasInterrupted);
        Assert.Empty(emulator.Violations);

        heard.Text.Should().StartWith("Two").And.NotContain("moment");
        Orders.Where(order => order.Dish == "soup").Should().Equal(new Order("soup", 2));
    }

    private static Task<Receipt> PlaceOrderAsync(Order order, FunctionCallContext call, CancellationToken stop)
    {
        Orders.Enqueue(order);
        return Task.FromResult(new Receipt(Orders.Count));
    }

    private static Task<string> CallManagerAsync(FunctionCallContext call, CancellationToken stop) => Task.FromResult("The manager is coming.");

    private static Task<bool> AskManagerAsync(ApprovalUpdate request, CancellationToken stop) => Task.FromResult(request.Call.Name == "call_manager");

    private Task<RealtimeEmulator> StartEmulatorAsync() =>
        RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { Pace = EmulatorPace.Service } });

    internal sealed record Order(string Dish, int Count);

    internal sealed record Receipt(int Number);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order)), JsonSerializable(typeof(Receipt))]
    private sealed partial class GuideJson : JsonSerializerContext;
}
