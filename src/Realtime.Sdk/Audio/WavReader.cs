using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk;

/// <summary>Reads the audio of a WAV file as a stream of mono samples: 16-bit PCM, G.711 µ-law or A-law, at any rate.</summary>
/// <remarks>
/// <para>
/// Two channels are mixed down to one. Chunks that are not audio are skipped. A data length of 0, or one near 2 or 4 GiB, as
/// recorders write that cannot seek back, is read to the end of the file, less half a sample where it was cut off.
/// </para>
/// <para>The stream or pipe stays the caller's: it is neither closed nor completed. One call at a time.</para>
/// </remarks>
public sealed class WavReader : IAsyncDisposable
{
    private readonly PipeReader _pipe;
    private readonly bool _ownsPipe;
    private readonly WavHeader _header;
    private long _framesLeft;

    private WavReader(PipeReader pipe, bool ownsPipe, WavHeader header)
    {
        (_pipe, _ownsPipe, _header) = (pipe, ownsPipe, header);
        _framesLeft = (header.DataLength ?? long.MaxValue) / header.FrameLength;
    }

    /// <summary>What <see cref="ReadAsync"/> gives.</summary>
    public SampleFormat Format => _header.Format;

    /// <summary>Channels of the file, 1 or 2; what is read is mono.</summary>
    public int Channels => _header.Channels;

    /// <summary>How long the whole audio sounds by the header's word; null where only the end of the file tells.</summary>
    public TimeSpan? Duration => _header.DataLength is { } length ? Format.DurationOf(length / Channels) : null;

    /// <summary>Reads the header, up to the first byte of audio.</summary>
    /// <param name="stream">The file; it is read ahead of the audio given out.</param>
    /// <param name="cancellationToken">Gives up waiting for the header.</param>
    /// <exception cref="InvalidDataException">This is no WAV file, or not one of the kinds above; the message says why.</exception>
    public static async ValueTask<WavReader> OpenAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            var header = await WavHeader.ReadAsync(pipe, cancellationToken).ConfigureAwait(false);
            return new WavReader(pipe, ownsPipe: true, header);
        }
        catch
        {
            await pipe.CompleteAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="OpenAsync(Stream, CancellationToken)"/>
    /// <param name="pipe">The file; nothing behind the audio given out is consumed.</param>
    /// <param name="cancellationToken">Gives up waiting for the header.</param>
    public static async ValueTask<WavReader> OpenAsync(PipeReader pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        var header = await WavHeader.ReadAsync(pipe, cancellationToken).ConfigureAwait(false);
        return new WavReader(pipe, ownsPipe: false, header);
    }

    /// <summary>Reads the next samples as soon as there are some.</summary>
    /// <param name="buffer">Room for at least one sample.</param>
    /// <param name="cancellationToken">Gives up waiting; nothing is lost.</param>
    /// <returns>The number of bytes, whole samples of <see cref="Format"/>; 0 at the end, and from then on.</returns>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> has no room for a sample.</exception>
    /// <exception cref="InvalidDataException">The file ended before the length its header declares; what there was has been read.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length < Format.BytesPerSample)
            throw new ArgumentException("The buffer has no room for a sample.", nameof(buffer));
        if (_framesLeft == 0)
            return new(0);
        var reading = _pipe.ReadAtLeastAsync(_header.FrameLength, cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Take(reading.Result, buffer.Span)) : WaitAsync(reading, buffer);
    }

    /// <summary>Reads all audio that is left.</summary>
    /// <param name="cancellationToken">Gives up reading; what was read is lost.</param>
    /// <exception cref="InvalidDataException">The file ended before the length its header declares.</exception>
    public async ValueTask<byte[]> ReadToEndAsync(CancellationToken cancellationToken = default)
    {
        var all = new ArrayBufferWriter<byte>();
        while (await ReadAsync(all.GetMemory(4096), cancellationToken).ConfigureAwait(false) is var count and > 0)
            all.Advance(count);
        return all.WrittenSpan.ToArray();
    }

    /// <summary>Gives buffers back; the stream or pipe stays open.</summary>
    public ValueTask DisposeAsync() => _ownsPipe ? _pipe.CompleteAsync() : ValueTask.CompletedTask;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<ReadResult> reading, Memory<byte> buffer) =>
        Take(await reading.ConfigureAwait(false), buffer.Span);

    private int Take(ReadResult result, Span<byte> buffer)
    {
        var audio = result.BufferOrThrow();
        var frames = Math.Min(Math.Min(buffer.Length / Format.BytesPerSample, _framesLeft), audio.Length / _header.FrameLength);
        if (frames == 0)
        {
            _pipe.AdvanceTo(audio.Start, audio.End);
            return _header.DataLength is null ? 0 : throw new InvalidDataException(
                $"The WAV file ends {_framesLeft} samples before the length its header declares.");
        }

        audio = audio.Slice(0, frames * _header.FrameLength);
        var length = (int)frames * Format.BytesPerSample;
        if (Channels == 1)
            audio.CopyTo(buffer);
        else
            MixDown(audio, buffer[..length]);
        _pipe.AdvanceTo(audio.End);
        _framesLeft -= frames;
        return length;
    }

    private void MixDown(ReadOnlySequence<byte> audio, Span<byte> mono)
    {
        const int block = 512;
        Span<byte> bytes = stackalloc byte[block * 2 * sizeof(short)];
        Span<short> samples = stackalloc short[block * 2];
        while (!mono.IsEmpty)
        {
            var frames = Math.Min(block, mono.Length / Format.BytesPerSample);
            var part = bytes[..(frames * _header.FrameLength)];
            audio.Slice(0, part.Length).CopyTo(part);
            audio = audio.Slice(part.Length);
            SampleCodec.Decode(Format.Encoding, part, samples);
            for (var i = 0; i < frames; i++)
                samples[i] = (short)((samples[2 * i] + samples[(2 * i) + 1]) / 2);
            SampleCodec.Encode(Format.Encoding, samples[..frames], mono);
            mono = mono[(frames * Format.BytesPerSample)..];
        }
    }
}
