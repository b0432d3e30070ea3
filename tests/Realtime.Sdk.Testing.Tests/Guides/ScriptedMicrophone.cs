namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>A microphone as a stream: silence in which a guest says something at given times, at the speed of the clock, until the guest hangs up.</summary>
internal sealed class ScriptedMicrophone(VirtualTime time, TimeSpan duration, params (TimeSpan At, string Words)[] script) : Stream
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _audio = Record(duration, script);

    // The program connects before it listens, and time must not pass meanwhile.
    private readonly IDisposable _connecting = time.Hold();
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var next = Task.Delay(Piece, time, cancellationToken);
        _connecting.Dispose();
        await next.ConfigureAwait(false);                              // continues in the callback of the timer, which is counted
        var length = Math.Min(Math.Min(buffer.Length, SampleFormat.Pcm().BytesIn(Piece)), _audio.Length - _position);
        _audio.AsMemory(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Record(TimeSpan duration, (TimeSpan At, string Words)[] script)
    {
        var audio = new byte[SampleFormat.Pcm().BytesIn(duration)];
        foreach (var (at, words) in script)
            ToneSpeech.Encode(words).CopyTo(audio, SampleFormat.Pcm().BytesIn(at));
        return audio;
    }
}
