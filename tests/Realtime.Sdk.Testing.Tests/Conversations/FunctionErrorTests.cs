namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Calls that fail: what the model gets, and what the app gets.</summary>
public sealed partial class FunctionErrorTests
{
    private const string Key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly TestFunction _cook = new();

    [Fact]
    public async Task The_model_gets_nothing_of_an_exception_and_the_app_all_of_it()
    {
        var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var log = new CallbackLog { OnLog = () => logged.TrySetResult() };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { LoggerFactory = log });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var exception = new InvalidOperationException($"The database refused {Key}\nat Kitchen.Cook()");

        (await _cook.WhenRunAsync()).Throw(exception);

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Exception).Should().Be((WarningKind.Function, exception));
        warning.Message.Should().StartWith("The function 'cook' threw InvalidOperationException: The database refused").And.NotContain(Key).And.NotContain("\n");
        await talk.WhenRequestedAsync();
        await logged.Task.WithTimeout();
        log.Entries.Should().Contain(entry => entry.Contains("The function 'cook' threw InvalidOperationException")).And.NotContain(entry => entry.Contains(Key));
        var call = await talk.WhenOverAsync("call_1");
        (call.Status, call.Output).Should().Be((FunctionCallStatus.Failed, "Error: the function failed."));
    }

    [Fact]
    public async Task An_exception_before_the_first_await_of_a_handler_is_one_of_the_function()
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) => throw new TimeZoneNotFoundException("no"));
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Exception.Should().BeOfType<TimeZoneNotFoundException>();
    }

    [Fact]
    public async Task An_exception_of_the_SDK_in_a_handler_is_not_shown_to_the_model()
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) =>
        {
            var inner = new FunctionCallItem { Name = "internal_ledger", Arguments = "{not json" };
            _ = inner.ReadArguments(SecretJson.Default.Int32);
            return Task.FromResult("");
        });
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().StartWith("The function 'cook' threw RealtimeProtocolException: ");
    }

    [Fact]
    public async Task A_handler_that_cancels_itself_has_failed()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Throw(new OperationCanceledException("an HTTP request timed out"));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Failed);
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task A_handler_that_returns_no_task_has_failed()
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) => null!);
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
    }

    [Fact]
    public async Task A_handler_that_returns_null_has_an_empty_output()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return(null!);

        (await talk.WhenOutputAsync("call_1")).Should().BeEmpty();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Completed);
    }

    [Fact]
    public async Task A_function_that_the_agent_does_not_have_is_an_error_for_the_model_and_a_warning()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "fly")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: there is no such function.");
        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().Be("The agent 'waiter' has no function 'fly'.");
        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
    }

    [Fact]
    public async Task The_name_of_an_unknown_function_is_sanitized()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", $"fly\r\n{Key}")));

        (await talk.Updates.WhenAsync<WarningUpdate>()).Message.Should().StartWith("The agent 'waiter' has no function 'fly").And.NotContain("\n").And.NotContain(Key);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task An_output_that_is_too_long_is_not_sent(int length, bool isSent)
    {
        _cook.Function = _cook.Function with { MaxOutputLength = 10 };
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return(new('x', length));

        (await talk.WhenOutputAsync("call_1")).Should().Be(isSent ? "xxxxxxxxxx" : "Error: the output of the function is too long.");
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(isSent ? FunctionCallStatus.Completed : FunctionCallStatus.Failed);
        await talk.EndAsync();
        talk.Updates.Warnings.Select(warning => warning.Message).Should().Equal(
            isSent ? [] : ["The output of the function 'cook' was not sent, because it has 11 characters. The maximum is 10: increase AgentFunction.MaxOutputLength, or return less."]);
    }

    [Fact]
    public async Task The_default_limit_of_an_output_is_32768_characters()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));

        var runs = await _cook.WhenRunAsync(2);
        runs[0].Return(new('x', 32_768));
        runs[1].Return(new('x', 32_769));

        (await talk.WhenOutputAsync("call_1")).Should().HaveLength(32_768);
        (await talk.WhenOutputAsync("call_2")).Should().StartWith("Error: ");
    }

    [Fact]
    public async Task The_app_can_word_the_errors()
    {
        var given = new List<(FunctionCall Call, Exception Exception)>();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with
        {
            FunctionErrorText = (call, exception) =>
            {
                given.Add((call, exception));
                return $"{call.Name} is {call.Status}: \ud83c";
            },
        });
        var thrown = new TimeZoneNotFoundException("secret");
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Throw(thrown);
        (await talk.WhenOutputAsync("call_1")).Should().Be("cook is Failed: \ufffd");

        await talk.SendAsync(Wire.ItemDone("resp_1", Wire.Call("call_2", "fly")));

        (await talk.WhenOutputAsync("call_2")).Should().Be("fly is Failed: \ufffd");
        (await talk.WhenOverAsync("call_1")).Output.Should().Be("cook is Failed: \ufffd");
        given.Select(error => (error.Call.CallId, error.Call.IsOver, error.Exception.Message)).Should().Equal(
            ("call_1", true, "secret"), ("call_2", true, "The agent 'waiter' has no function 'fly'."));
        given[0].Exception.Should().BeSameAs(thrown);
        await talk.SendAsync(Wire.Done("resp_1"));
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task The_default_text_is_sent_if_the_app_has_none()
    {
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { FunctionErrorText = (_, _) => null! });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Throw(new TimeZoneNotFoundException());

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        await talk.WhenRequestedAsync();
        await talk.EndAsync();
        talk.Updates.Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task The_default_text_is_sent_if_the_app_cannot_word_the_error()
    {
        await using var talk = await ScriptedConversation.StartAsync(
            _cook.Agent, (options, _) => options with { FunctionErrorText = (_, _) => throw new FormatException("secret") });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Throw(new TimeZoneNotFoundException());

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        await talk.WhenRequestedAsync();
        await talk.EndAsync();
        talk.Updates.Warnings.Select(warning => warning.Exception!.GetType()).Should().Equal(typeof(TimeZoneNotFoundException), typeof(FormatException));
        talk.Updates.Warnings[1].Message.Should().Be("FunctionErrorText threw FormatException. The model gets the default text.");
    }

    [Fact]
    public async Task Code_that_words_an_error_slowly_does_not_block_the_conversation()
    {
        using var released = new ManualResetEventSlim();
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with
        {
            FunctionErrorText = (_, _) =>
            {
                released.Wait();
                return "Sorry.";
            },
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "fly")));

        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);

        (await talk.Updates.WhenCompletedAsync(TurnRole.User)).Text.Should().Be("Hello?");
        talk.Updates.All.OfType<FunctionCallUpdate>().Should().NotContain(update => update.Call.Output != null);
        released.Set();
        (await talk.WhenOutputAsync("call_1")).Should().Be("Sorry.");
    }

    [System.Text.Json.Serialization.JsonSerializable(typeof(int))]
    private sealed partial class SecretJson : System.Text.Json.Serialization.JsonSerializerContext;
}
