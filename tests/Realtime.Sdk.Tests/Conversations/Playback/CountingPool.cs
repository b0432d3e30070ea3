using System.Buffers;

namespace Realtime.Sdk.Tests.Conversations.Playback;

/// <summary>A pool that knows what was not returned, and clears what is: audio that is used after its return is silence.</summary>
public sealed class CountingPool : ArrayPool<byte>
{
    private readonly HashSet<byte[]> _rented = [];

    public int Rented
    {
        get
        {
            lock (_rented)
                return _rented.Count;
        }
    }

    public override byte[] Rent(int minimumLength)
    {
        var buffer = new byte[minimumLength];
        lock (_rented)
            _rented.Add(buffer);
        return buffer;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_rented)
        {
            if (!_rented.Remove(array))
                throw new InvalidOperationException("The buffer was returned twice.");
        }
        Array.Clear(array);
    }
}
