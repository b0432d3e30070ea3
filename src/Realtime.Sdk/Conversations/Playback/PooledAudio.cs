using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>A first-in, first-out buffer of audio in pooled blocks. Not thread-safe.</summary>
internal sealed class PooledAudio(ArrayPool<byte> pool)
{
    // Even, so that no sample is split between two blocks.
    private const int BlockSize = 16 * 1024;

    private readonly Queue<byte[]> _blocks = new();
    private byte[]? _last;
    private int _start;
    private int _end;

    public void Append(ReadOnlySpan<byte> audio)
    {
        while (!audio.IsEmpty)
        {
            if (_last is null || _end == BlockSize)
            {
                _last = pool.Rent(BlockSize);
                _blocks.Enqueue(_last);
                _end = 0;
            }
            var count = Math.Min(audio.Length, BlockSize - _end);
            audio[..count].CopyTo(_last.AsSpan(_end));
            _end += count;
            audio = audio[count..];
        }
    }

    /// <summary>Returns the oldest contiguous bytes, at most the given number.</summary>
    public ReadOnlySpan<byte> Peek(int maxLength)
    {
        if (!_blocks.TryPeek(out var block))
            return default;
        var end = block == _last ? _end : BlockSize;
        return block.AsSpan(_start, Math.Min(maxLength, end - _start));
    }

    public void Advance(int count)
    {
        if (count == 0)
            return;
        _start += count;
        // An empty last block is kept, so that audio that is played as it arrives needs no other block.
        if (_blocks.Peek() == _last)
        {
            if (_start == _end)
                _start = _end = 0;
        }
        else if (_start == BlockSize)
        {
            pool.Return(_blocks.Dequeue());
            _start = 0;
        }
    }

    /// <summary>Removes all audio and returns the blocks to the pool.</summary>
    public void Clear()
    {
        while (_blocks.TryDequeue(out var block))
            pool.Return(block);
        _last = null;
        _start = _end = 0;
    }
}
