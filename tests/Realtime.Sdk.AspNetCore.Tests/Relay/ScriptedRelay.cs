using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>A relay between a client and a service that are both the test. Its clock stands still unless the test advances it.</summary>
internal sealed class ScriptedRelay : IAsyncDisposable
{
    private readonly TaskCompletionSource<RealtimeConversation> _conversation = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EmulatorSession> _service = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _markers;

    private ScriptedRelay() { }

    public TestApp App { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new();

    public RelayClient Client { get; private set; } = null!;

    public EmulatorSession Service { get; private set; } = null!;

    public RealtimeConversation Conversation { get; private set; } = null!;

    public static async Task<ScriptedRelay> StartAsync(
        RealtimeRelayOptions? relay = null, Func<RealtimeConversationOptions, RealtimeConversationOptions>? configure = null, Action<RealtimeAgentBuilder>? waiter = null)
    {
        var scripted = new ScriptedRelay();
        scripted.App = await RelayApp.StartAsync(
            new()
            {
                Relay = relay,
                Prepare = (_, options, _) => new((configure ?? (same => same))(options with { TimeProvider = scripted.Time })),
                Run = (conversation, _) =>
                {
                    scripted._conversation.TrySetResult(conversation);
                    return conversation.Completion;
                },
            },
            waiter);
        scripted.App.Emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            scripted._service.TrySetResult(session);
        });
        scripted.Client = await RelayClient.ConnectAsync(scripted.App);
        scripted.Service = await scripted._service.Task.WithTimeout();
        scripted.Conversation = await scripted._conversation.Task.WithTimeout();
        await scripted.Client.WhenAsync("session.updated");
        return scripted;
    }

    /// <summary>Sends events of the service and returns when the conversation has handled them, and the client has those that it gets.</summary>
    public async Task SendAsync(params ServerEvent[] events)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var marker = $"test.marker_{Interlocked.Increment(ref _markers)}";
        using var handler = Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent.Type == marker)
                handled.TrySetResult();
        });
        foreach (var serverEvent in events)
            await Service.SendAsync(serverEvent);
        await Service.SendTextAsync($$"""{"type":"{{marker}}"}""");
        await handled.Task.WithTimeout();
        await Client.WhenAsync(marker);
    }

    /// <summary>Sends an answer with speech, without the end of its response.</summary>
    public Task SpeakAsync(string responseId, string itemId, string text, int milliseconds) => SendAsync(
        new ResponseCreatedEvent { Response = new() { Id = responseId, Status = ResponseStatus.InProgress } },
        new ResponseOutputItemAddedEvent { ResponseId = responseId, Item = new MessageItem { Id = itemId, Role = ItemRole.Assistant, Content = [] } },
        new ConversationItemAddedEvent { Item = new MessageItem { Id = itemId, Role = ItemRole.Assistant, Status = ItemStatus.InProgress, Content = [] } },
        new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = text },
        new ResponseOutputAudioDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = new byte[48 * milliseconds] });

    public Task FinishAsync(string responseId, ResponseStatus? status = null) =>
        SendAsync(new ResponseDoneEvent { Response = new() { Id = responseId, Status = status ?? ResponseStatus.Completed } });

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await App.DisposeAsync();
    }
}
