using System.ClientModel;
using OpenAI.Realtime;
using Theirs = OpenAI.Realtime;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>A session of the official package with an emulator of its own.</summary>
internal sealed class OfficialCaller : IAsyncDisposable
{
    private readonly RealtimeEmulator _emulator;
    private readonly IAsyncEnumerator<RealtimeServerUpdate> _updates;

    private OfficialCaller(RealtimeEmulator emulator, RealtimeSessionClient session)
    {
        (_emulator, Session) = (emulator, session);
        _updates = session.ReceiveUpdatesAsync().GetAsyncEnumerator();
    }

    public RealtimeSessionClient Session { get; }

    public IReadOnlyList<EmulatorViolation> Violations => _emulator.Violations;

    /// <summary>The official client, as its documents have it with another endpoint.</summary>
    public static Theirs.RealtimeClient Client(RealtimeEmulator emulator, string? key = null) =>
        new(new ApiKeyCredential(key ?? emulator.ApiKey), new() { Endpoint = emulator.BaseUrl });

    public static Task<OfficialCaller> ConverseAsync() => StartAsync(client => client.StartConversationSessionAsync("gpt-realtime"));

    public static Task<OfficialCaller> TranscribeAsync() => StartAsync(client => client.StartTranscriptionSessionAsync());

    /// <summary>All updates to the next of a type, that one at the end.</summary>
    public Task<List<RealtimeServerUpdate>> UntilAsync<T>()
        where T : RealtimeServerUpdate => _updates.UntilAsync(update => update is T);

    /// <summary>The next update of a type.</summary>
    public async Task<T> NextAsync<T>()
        where T : RealtimeServerUpdate => (T)(await UntilAsync<T>())[^1];

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _emulator.DisposeAsync();
    }

    private static async Task<OfficialCaller> StartAsync(Func<Theirs.RealtimeClient, Task<RealtimeSessionClient>> start)
    {
        var emulator = await RealtimeEmulator.StartAsync();
        return new(emulator, await start(Client(emulator)).WithTimeout());
    }
}
