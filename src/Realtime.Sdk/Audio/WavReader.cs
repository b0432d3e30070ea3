using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk;

/// <summary>Reads the audio of a WAV file as a stream of mono samples: G.711 as it is, everything else as 16-bit PCM.</summary>
/// <remarks>
/// <para>
/// Supported are integer PCM of 8, 16, 24, 32 and 64 bits, floating point of 32 and 64 bits, G.711 µ-law and A-law, with plain and
/// extensible headers, in RIFF, RF64 and BW64 files, at any rate (<see cref="AudioConverter"/> changes it), with up to 512 channels.
/// </para>
/// <para>
/// Samples of more than 16 bits are rounded to the nearest, without dither. Floating point counts ±1 as full scale; what is beyond is
/// clipped, infinity included, and NaN is silence. Channels are mixed to their mean, or one is chosen
/// (<see cref="Channel"/>).
/// </para>
/// <para>
/// The length in the header is a hint. A file that is cut gives the audio it has; an incomplete sample at its end is left out. A
/// length that a program could not fill in because it cannot seek back (0, or one near 2 or 4 GiB) is not used, nor is one that
/// exceeds a stream that can seek: reading continues to the end of the file. Then, and where the header contradicts itself, audio also
/// ends at a chunk that can be distinguished from it: a tag (<c>LIST</c> with <c>INFO</c> or <c>adtl</c>, <c>id3</c>), or another
/// well-known chunk of at most 64 KiB that ends within the file's declared length. A wrong block alignment and wrong bytes per second
/// are ignored. Chunks of odd length may lack their padding.
/// </para>
/// <para>
/// Memory does not depend on the file, and reading allocates nothing. The stream or pipe is neither closed nor completed. Calls must
/// not overlap.
/// </para>
/// </remarks>
public sealed class WavReader : IAsyncDisposable
{
    private readonly PipeReader _pipe;
    private readonly bool _ownsPipe;
    private readonly WavHeader _header;
    private readonly WavDecoder _decoder;
    private long _position;
    private long _framesLeft;

    private WavReader(PipeReader pipe, bool ownsPipe, WavHeader header)
    {
        (_pipe, _ownsPipe, _header, Format) = (pipe, ownsPipe, header, header.Format.Output);
        _decoder = new WavDecoder(header.Format);
        _position = header.DataStart;
        _framesLeft = (header.DataLength ?? long.MaxValue) / header.Format.FrameLength;
    }

    /// <summary>What <see cref="ReadAsync"/> returns: µ-law or A-law when the file has that, otherwise PCM; at the file's rate.</summary>
    public SampleFormat Format { get; }

    /// <summary>The number of channels in the file, 1 to 512. What is read is mono.</summary>
    public int Channels => _header.Format.Channels;

    /// <summary>
    /// The channel that is read, 0 to <see cref="Channels"/> − 1; in stereo 0 is the left one. The default is null: the mean of all
    /// channels. A change applies to the next read.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The file does not have this channel.</exception>
    public int? Channel
    {
        get;
        set
        {
            if (value is { } channel)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(channel, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Channels, nameof(value));
            }
            field = value;
        }
    }

    /// <summary>
    /// The duration of the audio according to the header. A file that is cut has less. Null when the header has no length, or one that
    /// exceeds a stream that can seek.
    /// </summary>
    public TimeSpan? Duration => _header.DataLength is { } length
        ? Format.DurationOf(length / _header.Format.FrameLength * Format.BytesPerSample)
        : null;

    /// <summary>Reads the header, up to the first byte of audio.</summary>
    /// <param name="stream">The file, from its current position. It need not seek, and is read ahead of the audio that is returned.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a WAV file, ends before its audio begins, has none within its first 16 MiB, or has audio of another kind than
    /// those above. The message says which.
    /// </exception>
    public static async ValueTask<WavReader> OpenAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long? length = stream.CanSeek ? stream.Length - stream.Position : null;
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            var header = await new WavHeaderReader(pipe, length).ReadAsync(cancellationToken).ConfigureAwait(false);
            return new WavReader(pipe, ownsPipe: true, header);
        }
        catch
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="OpenAsync(Stream, CancellationToken)"/>
    /// <param name="pipe">The file. Nothing after the audio that is returned is consumed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async ValueTask<WavReader> OpenAsync(PipeReader pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        var header = await new WavHeaderReader(pipe, fileLength: null).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new WavReader(pipe, ownsPipe: false, header);
    }

    /// <summary>Reads the next samples as soon as there are some.</summary>
    /// <param name="buffer">Room for at least one sample of <see cref="Format"/>.</param>
    /// <param name="cancellationToken">Cancels the operation; no audio is lost.</param>
    /// <returns>The number of bytes, whole samples of <see cref="Format"/>; 0 at the end of the audio, declared or not.</returns>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> has no room for a sample.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length < Format.BytesPerSample)
            throw new ArgumentException("The buffer has no room for a sample.", nameof(buffer));
        if (_framesLeft == 0)
            return new(0);
        var reading = _pipe.ReadAtLeastAsync(_header.Format.FrameLength, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
            return WaitAsync(reading, buffer, cancellationToken);
        return TryTake(reading.Result, buffer.Span, out var length)
            ? new(length)
            : WaitAsync(_pipe.ReadAsync(cancellationToken), buffer, cancellationToken);
    }

    /// <summary>Reads all audio that is left, however long it is.</summary>
    /// <param name="cancellationToken">Cancels the operation; the audio read so far is lost.</param>
    /// <returns>The audio that the file has, which may be less than its header declares.</returns>
    public async ValueTask<byte[]> ReadToEndAsync(CancellationToken cancellationToken = default)
    {
        var all = new ArrayBufferWriter<byte>();
        while (await ReadAsync(all.GetMemory(WavDecoder.BlockBytes), cancellationToken).ConfigureAwait(false) is var count and > 0)
            all.Advance(count);
        return all.WrittenSpan.ToArray();
    }

    /// <summary>Returns buffers to their pool. The stream or pipe stays open.</summary>
    public ValueTask DisposeAsync() => _ownsPipe ? _pipe.CompleteAsync() : ValueTask.CompletedTask;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<ReadResult> reading, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int length;
        while (!TryTake(await reading.ConfigureAwait(false), buffer.Span, out length))
            reading = _pipe.ReadAsync(cancellationToken);
        return length;
    }

    /// <summary>Takes audio off the front of what was read; false when more must be read first.</summary>
    private bool TryTake(ReadResult result, Span<byte> buffer, out int length)
    {
        var bytes = result.BufferOrThrow();
        var frameLength = _header.Format.FrameLength;
        var wanted = Math.Min(buffer.Length / Format.BytesPerSample, _framesLeft) * frameLength;
        var isChunk = false;
        var count = _header.IsLengthConsistent ? bytes.Length : CountAudio(bytes, wanted, result.IsCompleted, out isChunk);
        var frames = Math.Min(wanted, count) / frameLength;
        length = (int)frames * Format.BytesPerSample;
        if (frames > 0)
        {
            var audio = bytes.Slice(0, frames * frameLength);
            _decoder.Decode(audio, Channel, buffer[..length]);
            _pipe.AdvanceTo(audio.End);
            _position += audio.Length;
            _framesLeft -= frames;
            return true;
        }

        if (isChunk || result.IsCompleted)
        {
            _framesLeft = 0;
            _pipe.AdvanceTo(bytes.Start);
            return true;
        }
        _pipe.AdvanceTo(bytes.Start, bytes.End);
        return false;
    }

    /// <summary>How many of the next bytes are audio for certain, up to a block of those that are wanted.</summary>
    private long CountAudio(ReadOnlySequence<byte> bytes, long wanted, bool isCompleted, out bool isChunk)
    {
        Span<byte> block = stackalloc byte[WavDecoder.BlockBytes + TrailingChunk.NeededLength];
        var seen = block[..(int)Math.Min(Math.Min(wanted, WavDecoder.BlockBytes) + TrailingChunk.NeededLength, bytes.Length)];
        bytes.Slice(0, seen.Length).CopyTo(seen);
        var count = TrailingChunk.CountAudioBefore(seen, _position, _header.RiffEnd, out isChunk);
        // At the end of the file there is nothing that could still make a chunk of it.
        return !isChunk && isCompleted && seen.Length == bytes.Length ? bytes.Length : count;
    }
}
