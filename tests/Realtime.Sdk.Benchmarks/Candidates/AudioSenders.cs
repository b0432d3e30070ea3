using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A session of one candidate that sends the same chunk of audio again and again.</summary>
/// <param name="TextBytes">The size of the text of each event that it sends.</param>
/// <param name="SendAsync">Sends the audio in one event.</param>
/// <param name="DisposeAsync">Ends the session.</param>
internal sealed record AudioSender(int TextBytes, Func<ValueTask> SendAsync, Func<ValueTask> DisposeAsync);

/// <summary>The candidates that send audio.</summary>
internal static class AudioSenders
{
    public const string Floor = "floor: raw socket, prepared frames";
    public const string WebSocket = "ClientWebSocket, prepared message";

    public static IEnumerable<(string Name, Func<Task<AudioSender>> OpenAsync)> Of(Uri endpoint, byte[] audio)
    {
        var model = $"{SinkSession.Kind}-{audio.Length}";
        return
        [
            (Goal.Official, () => OfficialAsync(endpoint, model, audio)),
            (Ours.Plain, () => OursAsync(endpoint, model, audio)),
            (WebSocket, () => WebSocketAsync(endpoint, model, audio)),
            (Floor, () => FloorAsync(endpoint, model, audio)),
        ];
    }

    private static async Task<AudioSender> OfficialAsync(Uri endpoint, string model, byte[] audio)
    {
        var (session, chunk) = (await Official.Client(endpoint).StartConversationSessionAsync(model), BinaryData.FromBytes(audio));
        return new(Official.WriteAppend(chunk).Length, () => new(session.SendInputAudioAsync(chunk)), () =>
        {
            session.Dispose();
            return ValueTask.CompletedTask;
        });
    }

    private static async Task<AudioSender> OursAsync(Uri endpoint, string model, byte[] audio)
    {
        var client = new RealtimeClient(Ours.Options(endpoint));
        var connection = await client.ConnectAsync(model);
        return new(Text(audio).Length, () => connection.AppendAudioAsync(audio), async () =>
        {
            await connection.DisposeAsync();
            client.Dispose();
        });
    }

    private static async Task<AudioSender> WebSocketAsync(Uri endpoint, string model, byte[] audio)
    {
        var (socket, text) = (new ClientWebSocket(), Text(audio));
        await socket.ConnectAsync(SessionAddress.Of(endpoint, model), default);
        return new(text.Length, () => socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, true, default), () =>
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        });
    }

    private static async Task<AudioSender> FloorAsync(Uri endpoint, string model, byte[] audio)
    {
        var (socket, text) = (await FrameSocket.OpenAsync(endpoint, $"{endpoint.AbsolutePath}/realtime?model={model}", "", bufferBytes: 4096), Text(audio));
        var frame = FrameSocket.Frame(Encoding.ASCII.GetString(text));
        return new(text.Length, () => socket.SendAsync(frame), () =>
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>The event as this SDK writes it.</summary>
    private static byte[] Text(byte[] audio)
    {
        var text = new ArrayBufferWriter<byte>();
        InputAudioBufferAppendEvent.Write(audio, text);
        return text.WrittenSpan.ToArray();
    }
}
