using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk;

/// <summary>Reads the audio of a WAV file as a stream of mono samples. G.711 is returned unchanged, everything else as 16-bit PCM.</summary>
/// <remarks>
/// <para>
/// Supported are integer PCM of 8, 16, 24, 32 and 64 bits, floating point of 32 and 64 bits, and G.711 µ-law and A-law, with plain and extensible
/// headers, in RIFF, RF64 and BW64 files, with up to 512 channels, at any rate. Use <see cref="AudioConverter"/> to change the rate.
/// </para>
/// <para>
/// Samples of more than 16 bits are rounded to the nearest value, without dither. For floating point, full scale is ±1; larger values, including
/// infinity, are clipped, and NaN becomes silence. By default the channels are mixed to their mean; set <see cref="Channel"/> to read only one.
/// </para>
/// <para>
/// Lengths in the header are not trusted. A truncated file returns the audio that it contains, without an incomplete sample at its end. A length of 0
/// or near 2 or 4 GiB is ignored, because programs that cannot seek back write such placeholders; so is a length that exceeds a seekable stream.
/// Then reading continues to the end of the file. In this case, and if the header is inconsistent, the audio also ends at a chunk that can be
/// distinguished from audio: a tag (<c>LIST</c> with <c>INFO</c> or <c>adtl</c>, or <c>id3</c>), or another well-known chunk of at most 64 KiB that
/// ends within the declared length of the file. A wrong block alignment and wrong bytes per second are ignored. Chunks of odd length may lack their
/// padding byte.
/// </para>
/// <para>
/// Memory use does not depend on the size of the file, and reading does not allocate. The stream or pipe is neither closed nor completed. Not
/// thread-safe: calls must not overlap.
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

    /// <summary>The format that <see cref="ReadAsync"/> returns: µ-law or A-law if the file contains it, otherwise PCM, at the rate of the file.</summary>
    public SampleFormat Format { get; }

    /// <summary>The number of channels in the file, 1 to 512. The reader always returns mono audio.</summary>
    public int Channels => _header.Format.Channels;

    /// <summary>
    /// The channel to read, 0 to <see cref="Channels"/> − 1; in stereo, 0 is the left channel. The default is null: the mean of all channels. A change
    /// takes effect with the next read.
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
    /// The duration of the audio according to the header; a truncated file contains less. Null if the header has no length, or one that exceeds a
    /// seekable stream.
    /// </summary>
    public TimeSpan? Duration => _header.DataLength is { } length
        ? Format.DurationOf(length / _header.Format.FrameLength * Format.BytesPerSample)
        : null;

    /// <summary>Reads the header of a WAV file.</summary>
    /// <param name="stream">
    /// The file, starting at the current position. It need not be seekable. The reader may read ahead of the audio that it returns.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a WAV file, ends before its audio, has no audio within the first 16 MiB, or has a format that is not supported. The message
    /// states the reason.
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
    /// <param name="pipe">The file. Only the audio that is returned is consumed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async ValueTask<WavReader> OpenAsync(PipeReader pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        var header = await new WavHeaderReader(pipe, fileLength: null).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new WavReader(pipe, ownsPipe: false, header);
    }

    /// <summary>Reads the next samples as soon as at least one is available.</summary>
    /// <param name="buffer">The buffer, large enough for at least one sample of <see cref="Format"/>.</param>
    /// <param name="cancellationToken">Cancels the operation. No audio is lost.</param>
    /// <returns>The number of bytes read, always whole samples of <see cref="Format"/>; 0 at the end of the audio.</returns>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> is too small for one sample.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length < Format.BytesPerSample)
            throw new ArgumentException("The buffer is too small for one sample.", nameof(buffer));
        if (_framesLeft == 0)
            return new(0);
        var reading = _pipe.ReadAtLeastAsync(_header.Format.FrameLength, cancellationToken);
        if (!reading.IsCompletedSuccessfully)
            return WaitAsync(reading, buffer, cancellationToken);
        return TryTake(reading.Result, buffer.Span, out var length)
            ? new(length)
            : WaitAsync(_pipe.ReadAsync(cancellationToken), buffer, cancellationToken);
    }

    /// <summary>Reads all remaining audio into memory.</summary>
    /// <param name="cancellationToken">Cancels the operation. The audio that was read so far is lost.</param>
    /// <returns>The audio in the file, which may be less than its header declares.</returns>
    public async ValueTask<byte[]> ReadToEndAsync(CancellationToken cancellationToken = default)
    {
        var all = new ArrayBufferWriter<byte>();
        while (await ReadAsync(all.GetMemory(WavDecoder.BlockBytes), cancellationToken).ConfigureAwait(false) is var count and > 0)
            all.Advance(count);
        return all.WrittenSpan.ToArray();
    }

    /// <summary>Returns buffers to the pool. The stream or pipe stays open.</summary>
    public ValueTask DisposeAsync() => _ownsPipe ? _pipe.CompleteAsync() : ValueTask.CompletedTask;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<ReadResult> reading, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int length;
        while (!TryTake(await reading.ConfigureAwait(false), buffer.Span, out length))
            reading = _pipe.ReadAsync(cancellationToken);
        return length;
    }

    /// <summary>Decodes audio from the bytes that were read. Returns false if more bytes are needed first.</summary>
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

    /// <summary>Returns how many of the next bytes are certain to be audio, looking ahead at most one block.</summary>
    private long CountAudio(ReadOnlySequence<byte> bytes, long wanted, bool isCompleted, out bool isChunk)
    {
        Span<byte> block = stackalloc byte[WavDecoder.BlockBytes + TrailingChunk.NeededLength];
        var seen = block[..(int)Math.Min(Math.Min(wanted, WavDecoder.BlockBytes) + TrailingChunk.NeededLength, bytes.Length)];
        bytes.Slice(0, seen.Length).CopyTo(seen);
        var count = TrailingChunk.CountAudioBefore(seen, _position, _header.RiffEnd, out isChunk);
        // At the end of the file, bytes that could have been the start of a chunk are audio.
        return !isChunk && isCompleted && seen.Length == bytes.Length ? bytes.Length : count;
    }
}
