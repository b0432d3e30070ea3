using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Strings that were read recently. It saves allocations, because consecutive events repeat the same IDs.</summary>
internal abstract class StringCache
{
    /// <summary>Returns the cached string that equals the text, or a new one. Throws if the text is not valid UTF-8.</summary>
    public abstract string GetString(ReadOnlySpan<byte> utf8);

    private protected static bool Matches([NotNullWhen(true)] string? known, ReadOnlySpan<byte> utf8) => known is not null && Ascii.Equals(utf8, known);
}

/// <summary>The last two strings of one kind, for the reader of one connection. Not thread-safe.</summary>
internal sealed class LastStrings : StringCache
{
    private string? _last;
    private string? _lastButOne;

    public override string GetString(ReadOnlySpan<byte> utf8)
    {
        if (Matches(_last, utf8))
            return _last;
        (_last, _lastButOne) = (Matches(_lastButOne, utf8) ? _lastButOne : JsonStringSlice.Decode(utf8), _last);
        return _last;
    }
}

/// <summary>
/// Strings of all callers in the process that have no reader of their own. They contain text of peers and live as long as the process, so their number and
/// their length are limited. Thread-safe.
/// </summary>
internal sealed class SharedStrings : StringCache
{
    private const int SlotBits = 10, MaxLength = 64;

    // In a race between threads, a slot only gets another string. Strings that are returned equal the text.
    private readonly string?[] _slots = new string?[1 << SlotBits];

    public override string GetString(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength)
            return JsonStringSlice.Decode(utf8);
        ref var slot = ref _slots[GetSlot(utf8)];
        var known = slot;
        return Matches(known, utf8) ? known : slot = JsonStringSlice.Decode(utf8);
    }

    /// <summary>Uses only the last eight bytes: the IDs of a service begin alike and end in random characters or a number.</summary>
    private static int GetSlot(ReadOnlySpan<byte> utf8)
    {
        ulong end = 0;
        if (utf8.Length >= sizeof(ulong))
        {
            end = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]);
        }
        else
        {
            foreach (var b in utf8)
                end = (end << 8) | b;
        }

        // Multiplying by the golden ratio distributes similar values over the upper bits.
        return (int)((end * 0x9E3779B97F4A7C15) >> (64 - SlotBits));
    }
}

/// <summary>Caches of the IDs in streaming events, so that equal IDs share one string.</summary>
internal sealed class DeltaIds
{
    private DeltaIds(StringCache responses, StringCache items, StringCache calls) => (Responses, Items, Calls) = (responses, items, calls);

    /// <summary>Creates the caches of one connection. Not thread-safe.</summary>
    public DeltaIds() : this(new LastStrings(), new LastStrings(), new LastStrings()) { }

    /// <summary>The caches for messages without a connection. Thread-safe.</summary>
    public static DeltaIds Shared { get; } = CreateShared();

    public StringCache Responses { get; }

    public StringCache Items { get; }

    public StringCache Calls { get; }

    private static DeltaIds CreateShared()
    {
        var strings = new SharedStrings();
        return new(strings, strings, strings);
    }
}
