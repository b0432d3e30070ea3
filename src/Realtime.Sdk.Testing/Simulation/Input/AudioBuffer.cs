namespace Realtime.Sdk.Testing.Internal;

/// <summary>A queue of audio bytes: added at the end and removed from the front.</summary>
internal sealed class AudioBuffer
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public void Add(ReadOnlySpan<byte> audio)
    {
        if (_end + audio.Length > _bytes.Length)
            EnsureCapacity(audio.Length);
        audio.CopyTo(_bytes.AsSpan(_end));
        _end += audio.Length;
    }

    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(_start + start, length);

    /// <summary>Returns and removes the first bytes. An empty buffer keeps no memory.</summary>
    public byte[] Take(int length)
    {
        var taken = Slice(0, length).ToArray();
        Drop(length);
        return taken;
    }

    public void Drop(int length)
    {
        _start += length;
        if (_start < _end)
            return;
        (_bytes, _start, _end) = ([], 0, 0);
    }

    private void EnsureCapacity(int more)
    {
        var length = Length;
        var target = length + more <= _bytes.Length * 3 / 4 ? _bytes : new byte[Math.Max(4096, (length + more) * 2)];
        Slice(0, length).CopyTo(target);
        (_bytes, _start, _end) = (target, 0, length);
    }
}
