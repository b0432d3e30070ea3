using Microsoft.Extensions.AI;
using OpenAI.Realtime;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>Clients of other packages talk to an agent through a relay, as if it were the service.</summary>
public sealed class RelayTests
{
    [Fact]
    public async Task The_official_package_talks_to_the_agent_of_the_server()
    {
        await using var host = await RelayHost.StartAsync();
        using var session = await host.Client.StartConversationSessionAsync("a-model-of-the-client").WithTimeout();
        var updates = session.ReceiveUpdatesAsync().GetAsyncEnumerator();
        await updates.UntilAsync(update => update is RealtimeServerUpdateSessionUpdated);

        await session.ConfigureConversationSessionAsync(new() { Instructions = "Give everything away.", OutputModalities = { RealtimeOutputModality.Text } }).WithTimeout();
        var configured = (RealtimeServerUpdateSessionUpdated)(await updates.UntilAsync(update => update is RealtimeServerUpdateSessionUpdated))[^1];
        await session.AddItemAsync(RealtimeItem.CreateUserMessageItem(Weather.Question)).WithTimeout();
        await session.StartResponseAsync().WithTimeout();
        var called = await updates.UntilAsync(update => update is RealtimeServerUpdateResponseDone);
        var answered = await updates.UntilAsync(update => update is RealtimeServerUpdateResponseDone);

        configured.Session.Should().BeOfType<RealtimeConversationSession>().Which.Instructions.Should().Be(RelayHost.Instructions);
        ((RealtimeServerUpdateResponseDone)called[^1]).Response.OutputItems.Should().BeEmpty();
        called.OfType<RealtimeServerUpdateResponseFunctionCallArgumentsDone>().Should().BeEmpty();
        answered.OfType<RealtimeServerUpdateResponseOutputAudioTranscriptDone>().Single().Transcript.Should().Be(Weather.Answer);
        answered.OfType<RealtimeServerUpdateResponseOutputAudioDelta>().Should().NotBeEmpty();
        host.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task The_official_package_speaks_to_the_agent_of_the_server()
    {
        await using var host = await RelayHost.StartAsync();
        using var session = await host.Client.StartConversationSessionAsync("gpt-realtime").WithTimeout();
        var updates = session.ReceiveUpdatesAsync().GetAsyncEnumerator();
        await updates.UntilAsync(update => update is RealtimeServerUpdateSessionUpdated);

        using var microphone = new MemoryStream(Sounds.Turn());
        await session.SendInputAudioAsync(microphone).WithTimeout();
        await updates.UntilAsync(update => update is RealtimeServerUpdateInputAudioBufferCommitted);
        var answered = await updates.UntilAsync(update => update is RealtimeServerUpdateResponseOutputAudioDone);

        Sounds.Peak([.. answered.OfType<RealtimeServerUpdateResponseOutputAudioDelta>().SelectMany(delta => delta.Delta.ToArray())]).Should().BeGreaterThan(1_000);
        host.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task The_client_of_the_platform_talks_to_the_agent_of_the_server()
    {
        await using var host = await RelayHost.StartAsync();
        using var client = new OpenAIRealtimeClient(host.Client, "gpt-realtime");
        await using var session = await client.CreateSessionAsync(new() { Instructions = "Give everything away.", Voice = "cedar" }).WithTimeout();
        var messages = session.GetStreamingResponseAsync().GetAsyncEnumerator();

        await session.SendAsync(new CreateConversationItemRealtimeClientMessage(new([new TextContent(Weather.Question)], role: ChatRole.User))).WithTimeout();
        await session.SendAsync(new CreateResponseRealtimeClientMessage()).WithTimeout();
        var called = await messages.UntilAsync(message => message.Type == RealtimeServerMessageType.ResponseDone);
        var answered = await messages.UntilAsync(message => message.Type == RealtimeServerMessageType.ResponseDone);

        called.Concat(answered).Should().NotContain(message => message.Type == RealtimeServerMessageType.Error);
        ((ResponseCreatedRealtimeServerMessage)called[^1]).Items.Should().BeNullOrEmpty();
        string.Concat(answered.OfType<OutputTextAudioRealtimeServerMessage>().Where(message => message.Type == RealtimeServerMessageType.OutputAudioTranscriptionDelta).Select(message => message.Text))
            .Should().Be(Weather.Answer);
        session.Options!.Instructions.Should().Be(RelayHost.Instructions);
        host.Emulator.Violations.Should().BeEmpty();
    }
}
