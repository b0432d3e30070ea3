namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>The text history of the next session: what it contains, what it does not, and who may change it.</summary>
public sealed class RenewalHistoryTests
{
    [Fact]
    public async Task The_newest_items_that_fit_are_carried_over_and_the_older_ones_are_listed()
    {
        // Each item costs 4 tokens and a quarter of its 40 bytes.
        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = 3 * 14 });
        for (var i = 0; i < 5; i++)
            await AddAsync(talk, ConversationItem.UserText($"{i}".PadRight(40, '.')));

        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Select(item => item.Text[0]).Should().Equal('2', '3', '4');
        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        renewal.HistoryItems.Should().Be(3);
        renewal.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.History && loss.Message.Contains("2 of 5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_tokens_nothing_is_carried_over()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = 0 });
        await AddAsync(talk, ConversationItem.UserText("Hello."));

        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Should().BeEmpty();
        talk.Renewals.Should().ContainSingle().Which.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.History);
    }

    [Theory]
    [InlineData(60, "call", "output", "assistant")]
    [InlineData(20, "assistant")]
    public async Task A_call_and_its_output_are_carried_over_together_or_not_at_all(int tokens, params string[] kinds)
    {
        var cook = new TestFunction();
        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = tokens }, cook.Agent);
        talk.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
        var asking = talk.Conversation.AskAsync(new string('.', 400) + " soup");
        await talk.AdvanceAsync(1);
        (await cook.WhenRunAsync()).Return(new string('x', 80));
        await talk.Time.RunUntilAsync(asking).WithTimeout();

        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Select(item => item.Kind).Should().Equal(kinds);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Items_without_text_are_listed()
    {
        await using var talk = await RenewingConversation.StartAsync();
        var pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
        await AddAsync(talk, new MessageItem { Id = "item_image", Role = ItemRole.User, Content = [new InputImagePart { ImageUrl = pixel }] });
        await AddAsync(talk, new MessageItem { Id = "item_both", Role = ItemRole.User, Content = [new InputTextPart { Text = "Look at this." }, new InputImagePart { ImageUrl = pixel }] });

        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Should().Equal(("user", "Look at this."));
        talk.Renewals[0].NotCarriedOver.Select(loss => (loss.Kind, loss.Id)).Should().Equal((RenewalLossKind.Item, "item_image"), (RenewalLossKind.Item, "item_both"));
    }

    [Fact]
    public async Task The_history_survives_any_number_of_renewals_without_duplicates()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxAttempts = 50 });
        talk.Emulator.Model.When("soups").Says("Three soups.");
        await talk.AskAsync("Which soups?");
        for (var i = 0; i < 10; i++)
            await talk.LoseAsync();

        await talk.AskAsync("And which soups are hot?");
        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Should().Equal(
            ("user", "Which soups?"), ("assistant", "Three soups."), ("user", "And which soups are hot?"), ("assistant", "Three soups."));
        talk.Conversation.Turns.Should().HaveCount(4);
        talk.Conversation.Items.Should().HaveCount(4);
    }

    [Fact]
    public async Task A_thousand_items_are_carried_over_in_order()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = int.MaxValue });
        for (var i = 0; i < 900; i++)
            await AddAsync(talk, ConversationItem.UserText($"{i}"));

        await talk.LoseAsync();

        talk.Renewals.Should().ContainSingle().Which.HistoryItems.Should().Be(900);
        talk.Conversation.Items.OfType<MessageItem>().Select(item => ((InputTextPart)item.Content[0]).Text).Should().Equal(Enumerable.Range(0, 900).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_callback_rewrites_the_history()
    {
        IReadOnlyList<ConversationItem>? given = null;
        var (agent, state) = ("", "");
        await using var talk = await RenewingConversation.StartAsync(
            new()
            {
                RewriteHistory = (items, context, _) =>
                {
                    (given, agent, state) = (items, context.Agent.Name, context.GetState<string>());
                    return new([ConversationItem.SystemText("Summary: hello.") with { Id = "mine" }]);
                },
            },
            configure: options => options with { State = "table 4" });
        await AddAsync(talk, ConversationItem.UserText("Hello."));

        await talk.LoseAsync();

        RenewingConversation.HistoryOf(talk.Session).Should().Equal(("system", "Summary: hello."));
        given.Should().ContainSingle();
        (agent, state).Should().Be(("waiter", "table 4"));
        talk.Renewals.Should().ContainSingle().Which.HistoryItems.Should().Be(1);
        talk.Conversation.Items.Should().ContainSingle().Which.Id.Should().NotBe("mine");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task If_the_callback_fails_the_history_is_sent_as_it_is(int kind)
    {
        await using var talk = await RenewingConversation.StartAsync(new()
        {
            RewriteHistory = async (_, _, token) =>
            {
                if (kind == 0)
                    throw new InvalidOperationException("secret");
                if (kind == 1)
                    await Task.Delay(Timeout.InfiniteTimeSpan, token);
                if (kind == 2)
                    await new TaskCompletionSource().Task;
                return null!;
            },
        });
        await AddAsync(talk, ConversationItem.UserText("Hello."));

        await talk.LoseAsync();
        for (var waits = 0; talk.Renewals.Count == 0 && waits < 100; waits++)
            await talk.AdvanceAsync(5);

        RenewingConversation.HistoryOf(talk.Session).Should().Equal(("user", "Hello."));
        talk.Renewals.Should().ContainSingle();
        talk.Warnings.Should().ContainSingle().Which.Message.Should().Contain(nameof(RenewalOptions.RewriteHistory)).And.NotContain("secret");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callback_that_blocks_its_thread_does_not_delay_the_end(bool inPrepare)
    {
        var isStarted = false;
        using var released = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Block()
        {
            blocked.TrySetResult();
            released.Wait(TestTimeout.Limit);
        }

        var agent = ScriptedConversation.Agent with
        {
            Prepare = (context, _) =>
            {
                if (inPrepare && isStarted)
                    Block();
                return new(context.Agent);
            },
        };
        await using var talk = await RenewingConversation.StartAsync(
            new()
            {
                RewriteHistory = (items, _, _) =>
                {
                    Block();
                    return new(items);
                },
            },
            agent);
        isStarted = true;

        talk.Session.End(ConnectionFailure.Reset);
        await blocked.Task.WithTimeout();
        await talk.Conversation.DisposeAsync().WithTimeout();

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.Disposed);
        released.Set();
    }

    [Fact]
    public async Task Items_that_are_refused_are_listed_and_the_others_are_carried_over()
    {
        await using var talk = await RenewingConversation.StartAsync(new()
        {
            RewriteHistory = (items, _, _) => new([.. items, new FunctionCallOutputItem { Id = "item_bad", CallId = "call_unknown", Output = "x" }, new MessageItem { Id = "item_worse", Role = ItemRole.User, Content = [] }, null!]),
        });
        await AddAsync(talk, ConversationItem.UserText("Hello."));

        await talk.LoseAsync();

        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        renewal.NotCarriedOver.Should().OnlyContain(loss => loss.Kind == RenewalLossKind.Item).And.Contain(loss => loss.Id == "item_bad");
        (renewal.HistoryItems + renewal.NotCarriedOver.Count).Should().Be(3);
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Fact]
    public async Task A_loss_while_the_history_is_sent_leads_to_another_attempt_with_the_whole_history()
    {
        await using var talk = await RenewingConversation.StartAsync();
        for (var i = 0; i < 20; i++)
            await AddAsync(talk, ConversationItem.UserText($"{i}"));
        talk.Emulator.OnNextConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            for (var i = 0; i < 5; i++)
                await session.ExpectAsync<ConversationItemCreateEvent>();
            session.End(ConnectionFailure.Reset);
        });

        await talk.LoseAsync();
        await talk.AdvanceAsync(1);

        talk.Renewals.Should().ContainSingle().Which.Should().Match<RenewalUpdate>(renewal => renewal.HistoryItems == 20 && renewal.NotCarriedOver.Count == 0);
        talk.Emulator.Sessions.Should().HaveCount(3);
        talk.Conversation.Items.Should().HaveCount(20);
        talk.Conversation.Turns.Should().HaveCount(20);
    }

    [Fact]
    public async Task Updates_and_losses_print_no_content()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = 0 });
        await AddAsync(talk, ConversationItem.UserText("my-canary"));

        await talk.LoseAsync();

        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        $"{renewal} {renewal.NotCarriedOver[0]}".Should().Contain("History").And.Contain("Lost").And.NotContain("canary");
        talk.Conversation.Save().ToString().Should().Contain("waiter").And.NotContain("canary");
    }

    private static Task AddAsync(RenewingConversation talk, ConversationItem item) => talk.Time.RunUntilAsync(talk.Conversation.AddAsync(item)).WithTimeout();
}
