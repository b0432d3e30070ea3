using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class EmulatorModelTests
{
    private const string Order = """{"dish":"soup","count":2}""";

    private const string Shop = """
        {"type":"realtime","output_modalities":["text"],"tools":[
         {"type":"function","name":"place_order","parameters":{"type":"object","properties":{"dish":{"type":"string"},"count":{"type":"integer"}}}},
         {"type":"function","name":"call_manager"}]}
        """;

    [Fact]
    public void A_rule_calls_a_function_and_speaks_when_its_output_has_come()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("soups").Calls("place_order", Order).Says("Two soups. They will be with you in a moment."));

        driver.Say("Two SOUPS, please.").Send(new ResponseCreateEvent());
        var call = Outputs(driver).Single();
        Answer(driver, call).Send(new ResponseCreateEvent());

        (Text(call, "name"), Text(call, "arguments")).Should().Be(("place_order", Order));
        Said(driver).Should().Equal("Two soups. They will be with you in a moment.");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void Several_calls_are_made_in_one_response_in_their_order()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("").Calls("call_manager").Calls("place_order", Order).Calls("call_manager", "no JSON").Says("Done."));

        driver.Say("Help").Send(new ResponseCreateEvent());
        var calls = Outputs(driver);
        calls.ForEach(call => Answer(driver, call));
        driver.Send(new ResponseCreateEvent());

        calls.Select(call => (Text(call, "name"), Text(call, "arguments"))).Should().Equal(("call_manager", "{}"), ("place_order", Order), ("call_manager", "no JSON"));
        Said(driver).Should().Equal("Done.");
    }

    [Fact]
    public void Without_parallel_calls_each_response_makes_one()
    {
        using var driver = ModelDriver.With(Shop.Replace("\"tools\"", "\"parallel_tool_calls\":false,\"tools\"", StringComparison.Ordinal), model: model =>
            model.When("").Calls("call_manager").Calls("place_order").Says("Done."));

        driver.Say("Help").Send(new ResponseCreateEvent());
        var first = Outputs(driver).Single();
        Answer(driver, first).Send(new ResponseCreateEvent());
        var second = Outputs(driver).Single();
        Answer(driver, second).Send(new ResponseCreateEvent());

        (Text(first, "name"), Text(second, "name")).Should().Be(("call_manager", "place_order"));
        Said(driver).Should().Equal("Done.");
    }

    [Fact]
    public void A_call_without_words_has_its_output_repeated()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("soup").Calls("place_order", Order));

        driver.Say("soup").Send(new ResponseCreateEvent());
        Answer(driver, Outputs(driver).Single()).Send(new ResponseCreateEvent());

        Said(driver).Should().Equal("place_order says: done");
    }

    [Fact]
    public void A_rule_that_is_used_again_gives_its_next_answer_and_repeats_the_last()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("soup").Says("One.").Calls("call_manager").Says("Two."));

        driver.Say("soup").Send(new ResponseCreateEvent());
        for (var i = 0; i < 2; i++)
        {
            driver.Say("soup").Send(new ResponseCreateEvent());
            Answer(driver, Outputs(driver).Single()).Send(new ResponseCreateEvent());
        }

        Said(driver).Should().Equal("One.", "Two.", "Two.");
    }

    [Fact]
    public void The_rule_added_last_wins_among_those_that_match()
    {
        using var driver = ModelDriver.With(Shop, model: model =>
        {
            model.When("").Says("Anything.");
            model.When("soup").Says("Soup.");
            model.When("fish").Says("Fish.");
            model.When("bread");
        });

        foreach (var words in new[] { "soup and fish", "soup", "bread" })
            driver.Say(words).Send(new ResponseCreateEvent());

        Said(driver).Should().Equal("Fish.", "Soup.", "Anything.");
    }

    [Fact]
    public void A_rule_may_be_added_while_the_session_runs()
    {
        using var driver = ModelDriver.With(Shop);
        driver.Say("soup").Send(new ResponseCreateEvent());

        driver.Model.When("soup").Says("No soup today.");
        driver.Send(new ResponseCreateEvent());

        Said(driver).Should().Equal("You said: soup", "No soup today.");
    }

    [Fact]
    public void Empty_words_match_a_conversation_without_a_user()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("").Says("Welcome!"));

        driver.Send(new ResponseCreateEvent());

        Said(driver).Should().Equal("Welcome!");
    }

    [Fact]
    public void A_function_that_is_not_declared_is_reported_and_the_words_are_said()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("soup").Calls("place_ordr").Says("Two soups."));

        driver.Say("soup").Send(new ResponseCreateEvent());

        Said(driver).Should().Equal("Two soups.");
        driver.Log.All.Should().ContainSingle().Which.Should().Match<EmulatorViolation>(violation =>
            violation.Rule == EmulatorViolationRule.UndeclaredFunction && violation.Message.Contains("place_ordr"));
    }

    [Fact]
    public void Tool_choice_none_leaves_calls_out()
    {
        using var driver = ModelDriver.With(Shop, model: model => model.When("soup").Calls("place_order").Says("Two soups."));

        driver.Say("soup").Send("""{"type":"response.create","response":{"tool_choice":"none"}}""");

        Said(driver).Should().Equal("Two soups.");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void A_forced_function_is_called_by_the_rule_that_has_it_or_as_without_rules()
    {
        const string Extract = """
            {"type":"response.create","response":{"conversation":"none","tools":[{"type":"function","name":"extract","parameters":{"type":"object","properties":{"n":{"type":"integer"}}}}],
             "tool_choice":{"type":"function","name":"extract"}}}
            """;
        using var driver = ModelDriver.With(Shop, model: model => model.When("soup").Calls("place_order").Says("Two soups."));

        driver.Say("soup").Send(Extract);
        var made = Outputs(driver).Single();
        driver.Model.When("soup").Calls("extract", """{"n":7}""");
        driver.Model.When("soup").Says("Three soups.");
        driver.Send(Extract);

        (Text(made, "name"), Text(made, "arguments")).Should().Be(("extract", """{"n":1}"""));
        Text(Outputs(driver).Single(), "arguments").Should().Be("""{"n":7}""");
        driver.Log.All.Should().BeEmpty();
    }

    [Fact]
    public void What_is_heard_is_taken_turn_by_turn_and_again_until_more_is_added()
    {
        using var driver = ModelDriver.With(Spoken, model: model => model.Hears("Good morning.", "Goodbye."));

        for (var turn = 0; turn < 3; turn++)
            driver.Append(Sounds.Turn(1));
        driver.Model.Hears("Wait!");
        driver.Append(Sounds.Turn(1));

        Said(driver).Should().Equal("You said: Good morning.", "You said: Goodbye.", "You said: Good morning.", "You said: Wait!");
    }

    [Fact]
    public async Task A_sessions_own_rules_and_transcripts_come_before_those_of_the_emulator()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.Hears("soup").When("soup").Says("From the emulator.");
        emulator.OnNextConnect(session =>
        {
            session.Model.Hears("fish soup").When("fish").Says("From the session.");
            return session.RunModelAsync();
        });
        using var first = await SocketCaller.ConnectAsync(emulator);

        // A session takes its script once the client is connected.
        await emulator.WhenConnectedAsync(1).WithTimeout();
        using var second = await SocketCaller.ConnectAsync(emulator);

        foreach (var caller in new[] { first, second })
        {
            await caller.SendAsync($$"""{"type":"session.update","session":{{Spoken}}}""");
            await caller.SendAsync($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(Sounds.Turn(1))}}"}""");
        }

        (await SaidAsync(first)).Should().Be("From the session.");
        (await SaidAsync(second)).Should().Be("From the emulator.");
    }

    [Fact]
    public async Task A_call_has_a_model_of_its_own()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var callId = (await emulator.PlaceCallAsync()).CallId;
        emulator.Calls.Single().Model.When("").Says("From the call.");
        await client.Calls.AcceptAsync(callId, new RealtimeSessionConfiguration { Model = "gpt-realtime", OutputModalities = [OutputModality.Text] });
        using var sideband = await SocketCaller.ConnectAsync(emulator, $"realtime?call_id={callId}");

        await sideband.SendAsync("""{"type":"response.create"}""");

        (await SaidAsync(sideband)).Should().Be("From the call.");
        (await emulator.WhenConnectedAsync()).Model.Should().BeSameAs(emulator.Calls.Single().Model);
    }

    [Fact]
    public async Task Rules_are_added_and_used_from_many_threads_at_once()
    {
        using var driver = ModelDriver.With(Shop).AllowViolations();

        var adding = Parallel.ForAsync(0, 200, (i, _) =>
        {
            driver.Model.Hears($"{i}").When($"word{i}.").Calls("call_manager").Says($"Answer {i}.");
            return ValueTask.CompletedTask;
        });
        for (var i = 0; i < 200; i++)
            driver.Say($"word{i}.").Send(new ResponseCreateEvent());
        await adding.WithTimeout();

        driver.Say("word199.").Send(new ResponseCreateEvent());
        Answer(driver, Outputs(driver).Last()).Send(new ResponseCreateEvent());
        Said(driver)[^1].Should().Be("Answer 199.");
    }

    private const string Spoken = """{"type":"realtime","output_modalities":["text"],"audio":{"input":{"turn_detection":{"type":"server_vad"}}}}""";

    /// <summary>The items that the last response was made of.</summary>
    private static List<JsonNode> Outputs(ModelDriver driver) => [.. driver.Last("response.done")["response"]!["output"]!.AsArray().Select(item => item!)];

    private static string Text(JsonNode item, string member) => item[member]!.ToString();

    private static ModelDriver Answer(ModelDriver driver, JsonNode call) =>
        driver.Send(new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = Text(call, "call_id"), Output = "done" } });

    private static IReadOnlyList<string> Said(ModelDriver driver) =>
        [.. driver.Sent.Where(message => ModelDriver.Type(message) == "response.output_text.done").Select(message => Text(message, "text"))];

    private static async Task<string> SaidAsync(SocketCaller caller)
    {
        while (true)
        {
            var message = await caller.ReceiveAsync().WithTimeout();
            if (ModelDriver.Type(message) == "response.output_text.done")
                return Text(message, "text");
        }
    }
}
