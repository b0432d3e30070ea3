namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Texts that the agent says word for word.</summary>
public sealed class SayTests
{
    [Fact]
    public async Task The_model_gets_only_the_text_and_how_to_read_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Conversation.Say("We close at ten.", "Speak slowly.");

        var response = (await talk.WhenRequestedAsync()).Response!;
        response.Instructions.Should().StartWith("Read the following text aloud, word for word.").And.Contain(" Speak slowly.").And.EndWith("\n\nWe close at ten.").And.NotContain("Take the order.");
        response.Input.Should().BeEmpty();
        response.Tools.Should().BeEmpty();
        (response.ToolChoice, response.Conversation).Should().Be((ToolChoice.None, null));
    }

    [Theory]
    [InlineData("We close at ten.", "we close at ten", true)]
    [InlineData("Don't — wait!", "Dont wait", true)]
    [InlineData("Grüße, señor.", "grüße  señor", true)]
    [InlineData("We close at ten.", "We close at ten. Bye!", false)]
    [InlineData("We close at ten.", "We close at 10.", false)]
    [InlineData("We close at ten.", "", false)]
    public async Task The_result_says_whether_the_transcript_has_the_words(string text, string transcript, bool isVerbatim)
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Say(text);
        await talk.WhenRequestedAsync();

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", transcript)]);

        (await reply.Completion.WithTimeout()).IsVerbatim.Should().Be(isVerbatim);
    }

    [Fact]
    public async Task Other_replies_and_those_that_were_cut_off_have_no_verdict()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var other = talk.Conversation.Respond("Greet the guest.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Hello.")]);
        var cut = talk.Conversation.Say("Hello.");
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync(Wire.Created("resp_2"), Wire.Done("resp_2", ResponseStatus.Incomplete));

        (await other.Completion.WithTimeout()).IsVerbatim.Should().BeNull();
        (await cut.Completion.WithTimeout()).IsVerbatim.Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_empty_text_is_refused(string text)
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Conversation.Invoking(conversation => conversation.Say(text)).Should().Throw<ArgumentException>();
    }
}
