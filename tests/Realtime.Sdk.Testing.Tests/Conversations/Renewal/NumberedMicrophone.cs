namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>A live source that gives a chunk of 100 ms every 100 ms by a clock, without an end. Each chunk begins with its number, too quiet to be taken for speech.</summary>
internal sealed class NumberedMicrophone(TimeProvider time) : AudioSource
{
    private const int ChunkBytes = 4_800, Digits = 5;

    private static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(100);

    private long _due = time.GetTimestamp();

    /// <summary>The number of chunks so far.</summary>
    public int Given { get; private set; }

    public override SampleFormat? Format => null;

    public override bool IsLive => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _due += (long)(Chunk.TotalSeconds * time.TimestampFrequency);
        var left = time.GetElapsedTime(time.GetTimestamp(), _due);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, time, cancellationToken);
        var chunk = buffer[..ChunkBytes];
        chunk.Span.Clear();

        // Digits to the base of 64, one in each sample.
        for (var (i, rest) = (0, Given); i < Digits; i++, rest >>= 6)
            chunk.Span[2 * i] = (byte)(rest & 63);
        Given++;
        return ChunkBytes;
    }

    /// <summary>Returns the number of the chunk that an event has appended.</summary>
    public static int NumberOf(ReadOnlySpan<byte> appendEvent)
    {
        var start = appendEvent.IndexOf("\"audio\":\""u8) + 9;
        Span<byte> samples = stackalloc byte[12];
        System.Buffers.Text.Base64.DecodeFromUtf8(appendEvent.Slice(start, 16), samples, out _, out _, isFinalBlock: false);
        var number = 0;
        for (var i = Digits - 1; i >= 0; i--)
            number = (number << 6) | samples[2 * i];
        return number;
    }
}
