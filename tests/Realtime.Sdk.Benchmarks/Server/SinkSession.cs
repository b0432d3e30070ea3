using System.Text.Json;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A session of the server that only receives: it counts the appends and the bytes of their texts, and verifies the audio of the first one.</summary>
/// <param name="audioBytes">The size of the audio of each append.</param>
internal sealed class SinkSession(RequestReader requests, Traffic traffic, int audioBytes)
{
    /// <summary>The kind of the session, with which a model begins. It is followed by the size of the audio.</summary>
    public const string Kind = "sink";

    /// <summary>The server must read faster than any client sends.</summary>
    private const int BufferBytes = 256 * 1024;

    /// <summary>The audio of every append.</summary>
    public static byte[] Audio(int bytes) => new WireIds().Bytes(bytes);

    public async Task RunAsync()
    {
        requests.Reserve(BufferBytes);
        if (await requests.NextTextAsync() is not { } first)
            return;
        if (!IsAppend(first))
            throw new IOException("The first event does not append the audio.");
        traffic.Receive(first.Length);
        while (await requests.NextEventAsync() is { } length)
            traffic.Receive(length);
    }

    private bool IsAppend(byte[] text)
    {
        var root = JsonElement.Parse(text);
        return root.GetProperty("type").GetString() == "input_audio_buffer.append" && Audio(audioBytes).AsSpan().SequenceEqual(root.GetProperty("audio").GetBytesFromBase64());
    }
}
