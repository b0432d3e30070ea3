using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A client of the emulator with minimal cost: a plain socket, prepared frames, and answers whose frames are counted but not parsed.
/// </summary>
internal sealed class RawSession : IDisposable
{
    /// <summary>The number of events that answer <see cref="AskAsync"/>: two for the user's message, and those of an answer of four words.</summary>
    public const int EventsPerTurn = 21;

    private static readonly byte[] Turn =
    [
        .. FrameSocket.Frame("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello there."}]}}"""),
        .. FrameSocket.Frame("""{"type":"response.create"}"""),
    ];

    private readonly FrameSocket _socket;

    private RawSession(FrameSocket socket) => _socket = socket;

    /// <summary>Whether all received bytes were read.</summary>
    public bool IsDrained => _socket.IsDrained;

    /// <summary>Opens a session, and reads its <c>session.created</c>.</summary>
    public static async Task<RawSession> OpenAsync(Uri endpoint, string apiKey, int bufferBytes = 64 * 1024)
    {
        var path = $"{endpoint.AbsolutePath}/realtime?model=gpt-realtime";
        var session = new RawSession(await FrameSocket.OpenAsync(endpoint, path, $"Authorization: Bearer {apiKey}\r\n", bufferBytes));
        await session.SkipFramesAsync(1);
        return session;
    }

    public ValueTask AskAsync() => _socket.SendAsync(Turn);

    /// <summary>Reads a whole answer.</summary>
    public ValueTask ReadTurnAsync() => SkipFramesAsync(EventsPerTurn);

    /// <summary>Reads a whole answer and returns the types of its events.</summary>
    public async Task<IReadOnlyList<string>> ReadTypesAsync()
    {
        var types = new List<string>();
        while (types.Count < EventsPerTurn)
        {
            var length = (await _socket.HeadAsync()).Length;
            await _socket.HasAsync(Math.Min(length, 80));
            types.Add(Encoding.ASCII.GetString(_socket.Received[..Math.Min(length, 80)]).Split('"')[3]);
            await _socket.SkipAsync(length);
        }
        return types;
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask SkipFramesAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _socket.SkipAsync((await _socket.HeadAsync()).Length);
    }
}
