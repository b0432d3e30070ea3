namespace Realtime.Sdk.Internal;

/// <summary>A queue of blocks of a <see cref="BlockPool"/>. Adding and removing at either end does not move the other blocks.</summary>
internal sealed class BlockList(BlockPool pool)
{
    private const int CompactAfter = 64;

    private readonly List<byte[]?> _blocks = [];
    private int _first;

    public int Count => _blocks.Count - _first;

    public byte[] this[int index] => _blocks[_first + index]!;

    public void Add() => _blocks.Add(pool.Rent());

    public void RemoveLast()
    {
        pool.Return(_blocks[^1]!);
        _blocks.RemoveAt(_blocks.Count - 1);
        Compact();
    }

    public void RemoveFirst()
    {
        pool.Return(_blocks[_first]!);
        _blocks[_first++] = null;
        Compact();
    }

    /// <summary>
    /// Compacts the list only after as many removals as it has entries, so that the cost per block does not grow with the length of the backlog.
    /// </summary>
    private void Compact()
    {
        if (_first < _blocks.Count && (_first < CompactAfter || _first * 2 < _blocks.Count))
            return;
        _blocks.RemoveRange(0, _first);
        _first = 0;
    }
}
