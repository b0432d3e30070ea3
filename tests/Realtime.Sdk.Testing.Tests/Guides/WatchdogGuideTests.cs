namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The code of docs/watchdog.md.</summary>
public sealed class WatchdogGuideTests
{
    [Fact]
    public async Task An_app_reacts_to_a_silent_user_and_to_a_quota_that_is_used_up()
    {
        var time = new VirtualTime();
        var instructions = "";
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        emulator.OnNextConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            instructions = (await session.SkipToAsync<ResponseCreateEvent>()).Response!.Instructions;
            await session.CloseAsync();
        });
        using var client = emulator.CreateClient();

        await time.RunUntilAsync(ReactAsync(client, new() { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1" } })).WithTimeout();

        instructions.Should().EndWith("Ask whether the user is still there.");
        time.Elapsed.Should().Be(TimeSpan.FromSeconds(20));
    }

    private static async Task ReactAsync(RealtimeClient client, RealtimeAgent waiter)
    {
        var options = new RealtimeConversationOptions { Watchdog = new() { UserSilence = TimeSpan.FromSeconds(20) } };
        await using var conversation = await client.StartConversationAsync(waiter, options);
        await foreach (var update in conversation.ReadUpdatesAsync())
        {
            switch (update)
            {
                case WarningUpdate { Kind: WarningKind.UserIdle }:
                    conversation.Respond("Ask whether the user is still there.");
                    break;
                case WarningUpdate { Kind: WarningKind.RepeatedFailures, Exception: RealtimeApiException { Kind: RealtimeApiErrorKind.QuotaExceeded } }:
                    await conversation.EndAsync();
                    break;
            }
        }
    }
}
