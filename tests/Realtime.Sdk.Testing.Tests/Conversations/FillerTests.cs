namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Sentences while functions run long.</summary>
public sealed class FillerTests
{
    private readonly TestFunction _cook = new();

    private RealtimeAgent Agent => _cook.Agent with { Filler = new() };

    [Fact]
    public async Task After_three_seconds_an_out_of_band_sentence_is_requested_once()
    {
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        await _cook.WhenRunAsync(2);
        talk.Time.Advance(TimeSpan.FromSeconds(2.9));
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();

        talk.Time.Advance(TimeSpan.FromSeconds(0.2));

        var request = await talk.WhenRequestedAsync();
        (request.Response!.Conversation, request.Response.ToolChoice).Should().Be((ResponseConversation.None, ToolChoice.None));
        request.Response.OutputModalities.Should().Equal(OutputModality.Audio);
        request.Response.Instructions.Should().Be("Take the order.\n\nSay in one short sentence that you need a moment. Do not say anything else.");
        await talk.SendAsync(Wire.Created("resp_2", request.Response.Metadata, conversationId: null), Wire.Done("resp_2", metadata: request.Response.Metadata, conversationId: null));
        talk.Time.Advance(TimeSpan.FromSeconds(20));
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task The_answer_waits_until_the_sentence_was_heard()
    {
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(3.1));
        var filler = (await talk.WhenRequestedAsync()).Response!.Metadata;
        await talk.SendAsync([Wire.Created("resp_2", filler, conversationId: null), .. Wire.Speech("resp_2", "item_2", "One moment.", 1_000)]);

        run.Return("Done.");
        await talk.WhenOverAsync("call_1");
        await talk.SendAsync([.. Wire.SpeechDone("resp_2", "item_2", "One moment."), Wire.Done("resp_2", metadata: filler, conversationId: null)]);
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle("the sentence is heard");
        await talk.AdvanceUntilAsync(talk.WhenRequestedAsync(2));

        talk.SentTypes.Should().NotContain("conversation.item.truncate");
        talk.Conversation.Turns.Should().ContainSingle();
    }

    [Fact]
    public async Task The_answer_waits_no_longer_than_the_reply_timeout_for_a_sentence_whose_end_the_server_does_not_report()
    {
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(3.1));
        await talk.SendAsync(Wire.Created("resp_2", (await talk.WhenRequestedAsync()).Response!.Metadata, conversationId: null));
        run.Return("Done.");
        await talk.WhenOverAsync("call_1");

        await talk.AdvanceUntilAsync(talk.WhenRequestedAsync(2));
    }

    [Fact]
    public async Task The_user_interrupts_the_sentence_and_it_is_canceled_but_not_truncated()
    {
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(3.1));
        await talk.SendAsync([Wire.Created("resp_2", (await talk.WhenRequestedAsync()).Response!.Metadata, conversationId: null), .. Wire.Speech("resp_2", "item_2", "One moment.", 1_000)]);

        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_2");
        await talk.SettleAsync();
        talk.SentTypes.Should().NotContain("conversation.item.truncate").And.NotContain("conversation.item.delete");
    }

    [Fact]
    public async Task It_is_not_said_while_the_user_speaks()
    {
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await _cook.WhenRunAsync();
        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        talk.Time.Advance(TimeSpan.FromSeconds(5));
        await talk.SettleAsync();

        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_can_have_its_own()
    {
        _cook.Function = _cook.Function with { Filler = new() { After = TimeSpan.FromSeconds(1), Instructions = "Say that the oven is hot." } };
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await _cook.WhenRunAsync();

        talk.Time.Advance(TimeSpan.FromSeconds(1.1));

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().EndWith("Say that the oven is hot.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_not_said_without_audio_or_for_a_function_in_the_background(bool isBackground)
    {
        _cook.Function = _cook.Function with { Background = isBackground };
        var agent = Agent with { Session = Agent.Session with { OutputModalities = isBackground ? null : [OutputModality.Text] } };
        await using var talk = await ScriptedConversation.StartAsync(agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await _cook.WhenRunAsync();
        if (isBackground)
        {
            await talk.WhenRequestedAsync();
            await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Working on it.")]);
        }

        talk.Time.Advance(TimeSpan.FromSeconds(20));
        await talk.SettleAsync();

        talk.Requests.Should().HaveCount(isBackground ? 1 : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sentence_that_begins_after_the_user_or_the_app_has_interrupted_is_canceled(bool byApp)
    {
        await using var talk = await ScriptedConversation.StartAsync(Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        await _cook.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(3.1));
        var metadata = (await talk.WhenRequestedAsync()).Response!.Metadata;

        if (byApp)
            _ = talk.Conversation.InterruptAsync();
        else
            await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await talk.SendAsync(Wire.Created("resp_2", metadata, conversationId: null));

        await talk.SettleAsync();
        talk.Sent.OfType<ResponseCancelEvent>().Should().ContainSingle().Which.ResponseId.Should().Be("resp_2");
    }
}
