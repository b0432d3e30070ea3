using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <summary>Writes mono audio as a WAV file: 16-bit PCM, G.711 µ-law or A-law.</summary>
/// <remarks>
/// <para>
/// If the stream is seekable, the lengths in the header are filled in at the end. Otherwise, and until then, they mean "to the end of the file"
/// (0xFFFFFFFF), so that an incomplete recording can still be played.
/// </para>
/// <para>The stream or pipe is neither closed nor completed. Not thread-safe: calls must not overlap.</para>
/// </remarks>
public sealed class WavWriter : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _header;
    private readonly long _start;
    private long _written;
    private State _state;

    /// <summary>Creates a writer that starts at the current position of the stream. Nothing is written yet.</summary>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="format">The format of the audio.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> is not writable.</exception>
    public WavWriter(Stream stream, SampleFormat format)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
            throw new ArgumentException("The stream is not writable.", nameof(stream));
        (_stream, Format) = (stream, format);
        _start = stream.CanSeek ? stream.Position : 0;
        _header = CreateHeader(format);
    }

    /// <summary>Creates a writer for a pipe. The lengths in the header mean "to the end of the file".</summary>
    /// <param name="pipe">The pipe to write to. It is flushed after every write.</param>
    /// <param name="format">The format of the audio.</param>
    public WavWriter(PipeWriter pipe, SampleFormat format)
        : this((pipe ?? throw new ArgumentNullException(nameof(pipe))).AsStream(leaveOpen: true), format)
    {
    }

    private enum State
    {
        New,
        Begun,
        Completed,
    }

    /// <summary>The format of the audio.</summary>
    public SampleFormat Format { get; }

    /// <summary>The duration of the whole samples that were written so far.</summary>
    public TimeSpan Duration => Format.DurationOf(_written - (_written % Format.BytesPerSample));

    private long MaxAudioBytes => uint.MaxValue - 1 - _header.Length;

    /// <summary>Writes the next chunk, of any length. The first call writes the header before it.</summary>
    /// <param name="audio">The next bytes of the audio.</param>
    /// <param name="cancellationToken">Cancels the operation. Part of the chunk may have been written.</param>
    /// <exception cref="InvalidOperationException">
    /// The file was completed, or it would exceed 4 GiB, the maximum length in its header.
    /// </exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        if (_state == State.Completed)
            throw new InvalidOperationException("The WAV file was completed.");
        if (_stream.CanSeek && _written + audio.Length > MaxAudioBytes)
            throw new InvalidOperationException("A WAV file can have at most 4 GiB.");
        _written += audio.Length;
        return _state == State.Begun ? _stream.WriteAsync(audio, cancellationToken) : BeginWithAsync(audio, cancellationToken);
    }

    /// <summary>Completes the file: fills in the lengths if the stream is seekable, and flushes. A file without audio is valid.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">
    /// The audio ends in the middle of a sample. The file was completed, and its header includes only the whole samples.
    /// </exception>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        await EndAsync(cancellationToken).ConfigureAwait(false);
        if (_written % Format.BytesPerSample != 0)
            throw new InvalidDataException("The audio ends in the middle of a sample: one byte is left over.");
    }

    /// <summary>Completes the file as <see cref="CompleteAsync"/> does, if it is not complete. Half a sample at the end is ignored.</summary>
    public ValueTask DisposeAsync() => EndAsync(CancellationToken.None);

    private async ValueTask BeginWithAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        _state = State.Begun;
        await _stream.WriteAsync(_header, cancellationToken).ConfigureAwait(false);
        await _stream.WriteAsync(audio, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (_state == State.Completed)
            return;
        if (_state == State.New)
            await BeginWithAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        _state = State.Completed;
        if (_stream.CanSeek)
        {
            if (_written % 2 != 0)
                await _stream.WriteAsync(new byte[1], cancellationToken).ConfigureAwait(false);
            var end = _stream.Position;
            SetLengths(_header, Format, end - _start, _written - (_written % Format.BytesPerSample));
            _stream.Position = _start;
            await _stream.WriteAsync(_header, cancellationToken).ConfigureAwait(false);
            _stream.Position = end;
        }
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // G.711 requires the longer form of the format chunk and a chunk with the number of samples.
    private static byte[] CreateHeader(SampleFormat format)
    {
        var pcm = format.Encoding == SampleEncoding.Pcm;
        var header = new byte[pcm ? 44 : 58];
        var (tag, formatLength) = format.Encoding switch
        {
            SampleEncoding.Pcmu => (WavFormat.TagPcmu, 18),
            SampleEncoding.Pcma => (WavFormat.TagPcma, 18),
            _ => (WavFormat.TagPcm, 16),
        };
        "RIFF"u8.CopyTo(header);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), formatLength);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), (short)tag);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), format.Rate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), format.BytesPerSecond);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), (short)format.BytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), (short)(8 * format.BytesPerSample));
        if (!pcm)
        {
            "fact"u8.CopyTo(header.AsSpan(38));
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(42), sizeof(uint));
        }
        "data"u8.CopyTo(header.AsSpan(header.Length - 8));
        SetLengths(header, format, WavHeaderReader.UnknownLength + 8L, WavHeaderReader.UnknownLength);
        return header;
    }

    private static void SetLengths(Span<byte> header, SampleFormat format, long fileLength, long dataLength)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(fileLength - 8));
        BinaryPrimitives.WriteUInt32LittleEndian(header[^4..], (uint)dataLength);
        if (format.Encoding != SampleEncoding.Pcm)
            BinaryPrimitives.WriteUInt32LittleEndian(header[^12..], (uint)dataLength);
    }
}
