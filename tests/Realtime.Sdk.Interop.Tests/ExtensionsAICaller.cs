using Microsoft.Extensions.AI;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>A session of Microsoft.Extensions.AI's realtime client with an emulator of its own.</summary>
internal sealed class ExtensionsAICaller : IAsyncDisposable
{
    private readonly RealtimeEmulator _emulator;
    private readonly OpenAIRealtimeClient _client;
    private readonly IAsyncEnumerator<RealtimeServerMessage> _messages;

    private ExtensionsAICaller(RealtimeEmulator emulator, OpenAIRealtimeClient client, IRealtimeClientSession session)
    {
        (_emulator, _client, Session) = (emulator, client, session);
        _messages = session.GetStreamingResponseAsync().GetAsyncEnumerator();
    }

    public IRealtimeClientSession Session { get; }

    public IReadOnlyList<EmulatorViolation> Violations => _emulator.Violations;

    /// <summary>Opens a session with a client secret, as an app on a phone does.</summary>
    public static async Task<ExtensionsAICaller> StartAsync(RealtimeSessionOptions options)
    {
        var emulator = await RealtimeEmulator.StartAsync();
        var secret = (await OfficialCaller.Client(emulator).CreateRealtimeClientSecretAsync(new()).WithTimeout()).Value.Value;
        var client = new OpenAIRealtimeClient(OfficialCaller.Client(emulator, secret), "gpt-realtime");
        return new(emulator, client, await client.CreateSessionAsync(options).WithTimeout());
    }

    public Task SendAsync(RealtimeClientMessage message) => Session.SendAsync(message).WithTimeout();

    /// <summary>All messages to the next of a type, that one at the end.</summary>
    public Task<List<RealtimeServerMessage>> UntilAsync(RealtimeServerMessageType type) => _messages.UntilAsync(message => message.Type == type);

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        _client.Dispose();
        await _emulator.DisposeAsync();
    }
}
