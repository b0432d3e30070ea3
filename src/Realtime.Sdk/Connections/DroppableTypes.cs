using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The types of events that may be dropped, as UTF-8 so that messages need not be decoded.</summary>
internal sealed class DroppableTypes(IEnumerable<string> types)
{
    private readonly byte[][] _types = [.. types.Select(Encoding.UTF8.GetBytes)];

    public bool Contains(ReadOnlySpan<byte> message)
    {
        var type = WireMessage.PeekType(message);
        foreach (var droppable in _types)
        {
            if (type.SequenceEqual(droppable))
                return true;
        }
        return false;
    }
}
