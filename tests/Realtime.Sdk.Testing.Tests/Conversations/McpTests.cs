using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Tools of MCP servers, which the service calls itself: approvals, and the reply that it does not give by itself.</summary>
public sealed class McpTests
{
    [Fact]
    public async Task An_approval_is_sent_once_as_an_item()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        var answers = (approval.Approve(), approval.Deny(), approval.Approve());

        answers.Should().Be((true, false, false));
        await talk.WhenSentAsync<ConversationItemCreateEvent>();
        await talk.SettleAsync();
        approval.Call.Should().BeEquivalentTo(new { CallId = "mcpr_1", Name = "search", Arguments = """{"q":"soup"}""", ServerLabel = "web", Status = FunctionCallStatus.AwaitingApproval });
        var item = AnswersOf(talk).Should().ContainSingle().Subject;
        item.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo("type", "id", "approval_request_id", "approve");
        (item.GetProperty("type").GetString(), item.GetProperty("approval_request_id").GetString(), item.GetProperty("approve").GetBoolean())
            .Should().Be(("mcp_approval_response", "mcpr_1", true));
        item.GetProperty("id").GetString().Should().NotBeNullOrEmpty().And.Match(id => id.Length <= 32);
        talk.Conversation.Turns.Single().Calls.Single().Status.Should().Be(FunctionCallStatus.Running);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Not now.")]
    public async Task A_denial_is_sent_with_its_reason_and_a_reply_follows(string? reason)
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));

        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Deny(reason).Should().BeTrue();

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("conversation.item.create", "response.create");
        var item = AnswersOf(talk).Single();
        item.GetProperty("approve").GetBoolean().Should().BeFalse();
        (item.TryGetProperty("reason", out var sent) ? sent.GetString() : null).Should().Be(reason);
        (await talk.WhenOverAsync("mcpr_1")).Status.Should().Be(FunctionCallStatus.Denied);
    }

    [Fact]
    public async Task Silence_denies()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));

        talk.Time.Advance(TimeSpan.FromMinutes(1));

        await talk.WhenRequestedAsync();
        AnswersOf(talk).Single().GetProperty("approve").GetBoolean().Should().BeFalse();
        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Approve().Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_callback_of_the_app_answers(bool isApproved)
    {
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Approve = (_, _) => Task.FromResult(isApproved) });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));

        await talk.WhenSentAsync<ConversationItemCreateEvent>();
        AnswersOf(talk).Single().GetProperty("approve").GetBoolean().Should().Be(isApproved);
    }

    [Fact]
    public async Task After_an_approval_the_reply_follows_the_call_that_the_service_makes()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Approve().Should().BeTrue();
        await talk.WhenSentAsync<ConversationItemCreateEvent>();
        var call = Wire.McpCall("mcp_1", "mcpr_1");

        await talk.SendAsync(Wire.Created("resp_2"), new ResponseOutputItemAddedEvent { ResponseId = "resp_2", Item = call with { Output = null } });
        await talk.SettleAsync();
        var before = talk.Requests.Count;
        await talk.SendAsync(Wire.ItemDone("resp_2", call), Wire.DoneWith("resp_2", call));

        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_3"), .. Wire.Text("resp_3", "item_3", "I found soup.")]);
        (await reply.Completion.WithTimeout()).Text.Should().Be("I found soup.");
        await talk.SettleAsync();
        before.Should().Be(1);
        talk.Requests.Should().HaveCount(2);
        talk.Conversation.Turns.Should().ContainSingle().Which.Calls.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { CallId = "mcpr_1", ServerLabel = "web", Status = FunctionCallStatus.Completed, Output = "found" });
    }

    [Fact]
    public async Task A_service_that_does_not_make_the_approved_call_by_itself_is_asked_after_a_moment()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Approve().Should().BeTrue();
        await talk.WhenSentAsync<ConversationItemCreateEvent>();
        talk.Time.Advance(TimeSpan.FromMilliseconds(1900));
        await talk.SettleAsync();
        var before = talk.Requests.Count;

        talk.Time.Advance(TimeSpan.FromMilliseconds(600));

        await talk.WhenRequestedAsync();
        before.Should().Be(0);
        var call = Wire.McpCall("mcp_1", "mcpr_1");
        await talk.SendAsync([Wire.Created("resp_2"), Wire.ItemDone("resp_2", call), Wire.DoneWith("resp_2", call)]);
        (await talk.WhenOverAsync("mcpr_1")).Status.Should().Be(FunctionCallStatus.Completed);
        await talk.WhenRequestedAsync(2);
    }

    [Fact]
    public async Task Every_request_of_a_response_is_answered_by_itself_and_one_reply_follows()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1"), Wire.ApprovalRequest("mcpr_2")));
        var second = await talk.Updates.WhenAsync<ApprovalUpdate>(update => update.Call.CallId == "mcpr_2");

        second.Deny().Should().BeTrue();
        await talk.SettleAsync();
        var before = talk.Requests.Count;
        (await talk.Updates.WhenAsync<ApprovalUpdate>(update => update.Call.CallId == "mcpr_1")).Deny().Should().BeTrue();

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        AnswersOf(talk).Select(item => item.GetProperty("approval_request_id").GetString()).Should().Equal("mcpr_2", "mcpr_1");
        AnswersOf(talk).Select(item => item.GetProperty("id").GetString()).Should().OnlyHaveUniqueItems();
        (before, talk.Requests.Count).Should().Be((0, 1));
    }

    [Fact]
    public async Task Requests_without_an_ID_are_warned_of_and_not_answered()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest(""), Wire.ApprovalRequest("") with { Id = null }, Wire.ApprovalRequest("mcpr_1")));

        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Deny().Should().BeTrue();
        await talk.WhenRequestedAsync();
        AnswersOf(talk).Should().ContainSingle();
        await talk.EndAsync();
        talk.Updates.Warnings.Should().ContainSingle().Which.Kind.Should().Be(WarningKind.Function);
        talk.Updates.All.OfType<ApprovalUpdate>().Should().ContainSingle();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_client_that_answers_first_takes_the_question_away(bool isApproved)
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        await talk.SendAsync(new ConversationItemAddedEvent { Item = new McpApprovalResponseItem { Id = "item_a", ApprovalRequestId = "mcpr_1", Approve = isApproved } });

        approval.Approve().Should().BeFalse();
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
        await talk.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.Status == (isApproved ? FunctionCallStatus.Running : FunctionCallStatus.Denied));
    }

    [Fact]
    public async Task A_reply_follows_a_call_that_the_service_has_made_without_speaking()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var call = Wire.McpCall("mcp_1");

        await talk.SendAsync(Wire.Created("resp_1"), new ResponseOutputItemAddedEvent { ResponseId = "resp_1", Item = call with { Output = null } });
        await talk.Updates.WhenAsync<FunctionCallUpdate>(update => update.Call.Status == FunctionCallStatus.Running);
        await talk.SendAsync(Wire.ItemDone("resp_1", call), Wire.DoneWith("resp_1", call));

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.SentTypes.Should().Equal("response.create");
        (await talk.WhenOverAsync("mcp_1")).Should().BeEquivalentTo(new { Name = "search", ServerLabel = "web", Status = FunctionCallStatus.Completed, Output = "found" });
    }

    [Fact]
    public async Task No_reply_follows_if_the_service_has_spoken_after_its_call()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var (call, message) = (Wire.McpCall("mcp_1"), Wire.Message("item_1", "I found soup."));

        await talk.SendAsync([Wire.Created("resp_1"), Wire.ItemDone("resp_1", call), .. Wire.Item("resp_1", "item_1"), Wire.ItemDone("resp_1", message), Wire.DoneWith("resp_1", call, message)]);

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).Text.Should().Be("I found soup.");
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_reply_follows_a_call_that_comes_after_what_the_service_has_said()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var (call, message) = (Wire.McpCall("mcp_1"), Wire.Message("item_1", "Let me look."));

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), Wire.ItemDone("resp_1", message), Wire.ItemDone("resp_1", call), Wire.DoneWith("resp_1", message, call)]);

        await talk.WhenRequestedAsync();
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("failed")]
    [InlineData(null)]
    public async Task A_call_that_failed_at_the_service_is_reported_with_its_message(string? status)
    {
        await using var talk = await ScriptedConversation.StartAsync();
        var call = Wire.McpCall("mcp_1", output: null) with { Status = status is null ? (ItemStatus?)null : new ItemStatus(status), Error = new McpToolExecutionError { Message = "No network." } };

        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", call), Wire.DoneWith("resp_1", call));

        var over = await talk.WhenOverAsync("mcp_1");
        (over.Status, over.Output).Should().Be((FunctionCallStatus.Failed, "No network."));
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task A_call_of_the_service_that_never_ends_times_out_and_nothing_is_sent_for_it()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Created("resp_1"), new ResponseOutputItemAddedEvent { ResponseId = "resp_1", Item = Wire.McpCall("mcp_1", output: null) });

        talk.Time.Advance(TimeSpan.FromMinutes(1));

        (await talk.WhenOverAsync("mcp_1")).Status.Should().Be(FunctionCallStatus.TimedOut);
        await talk.SettleAsync();
        talk.Outputs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_request_whose_item_is_deleted_is_not_answered()
    {
        await using var talk = await ScriptedConversation.StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        await talk.SendAsync(new ConversationItemDeletedEvent { ItemId = "mcpr_1" });

        approval.Approve().Should().BeFalse();
        await talk.SettleAsync();
        talk.SentTypes.Should().BeEmpty();
    }

    [Fact]
    public async Task Calls_of_functions_and_of_the_service_in_one_response_have_one_reply()
    {
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.McpCall("mcp_1"), Wire.Call("call_1"), Wire.ApprovalRequest("mcpr_1")));
        (await cook.WhenRunAsync()).Return("Done.");
        await talk.WhenOutputAsync("call_1");
        await talk.SettleAsync();
        var before = talk.Requests.Count;

        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Deny().Should().BeTrue();

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        (before, talk.Requests.Count).Should().Be((0, 1));
    }

    private static List<JsonElement> AnswersOf(ScriptedConversation talk) =>
    [
        .. talk.Server.Received.Where(message => message.Event is ConversationItemCreateEvent { Item: McpApprovalResponseItem })
            .Select(message => JsonElement.Parse(message.Bytes.Span).GetProperty("item")),
    ];
}
