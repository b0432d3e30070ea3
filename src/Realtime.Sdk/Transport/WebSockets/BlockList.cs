namespace Realtime.Sdk.Internal;

/// <summary>Blocks of a <see cref="BlockPool"/> in order, added and removed at both ends without moving the others.</summary>
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

    /// <summary>Moves the list only after as many removals as it has entries: a long backlog costs no more for each block than a short one.</summary>
    private void Compact()
    {
        if (_first < _blocks.Count && (_first < CompactAfter || _first * 2 < _blocks.Count))
            return;
        _blocks.RemoveRange(0, _first);
        _first = 0;
    }
}
