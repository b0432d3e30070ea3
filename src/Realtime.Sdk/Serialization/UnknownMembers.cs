using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>The positions of the unknown members of one object. They are copied together at the end of the object.</summary>
internal struct UnknownMembers
{
    /// <summary>A limit above the number of members of any record. If there are more ranges, members are repeated.</summary>
    private const int MaxDistinct = 64;

    private int _start, _end;

    // The ranges after the first, or copies of the members if the text cannot be accessed.
    private object? _more;

    /// <summary>The number of bytes that adding another range allocates if members are repeated; otherwise zero.</summary>
    public readonly int CostOfNext =>
        _more is List<(int, int)> { Count: >= MaxDistinct } more && more.Count == more.Capacity ? 2 * more.Count * Unsafe.SizeOf<(int, int)>() : 0;

    /// <summary>Adds a member, which must follow those that were added before.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="start">The start of the member: the quote before its name.</param>
    /// <param name="end">The end of its value.</param>
    public void Add(ReadOnlySpan<byte> utf8, int start, int end)
    {
        if (_more is List<(int Start, int End)> more)
        {
            if (AreAdjacent(utf8, more[^1].End, start))
                more[^1] = (more[^1].Start, end);
            else
                more.Add((start, end));
        }
        else if (_end == 0)
        {
            (_start, _end) = (start, end);
        }
        else if (AreAdjacent(utf8, _end, start))
        {
            _end = end;
        }
        else
        {
            _more = new List<(int, int)> { (start, end) };
        }
    }

    /// <summary>Copies a member of JSON whose text cannot be accessed.</summary>
    public void Copy(scoped ReadOnlySpan<byte> name, ref Utf8JsonReader value)
    {
        _more ??= new CopiedMembers();
        ((CopiedMembers)_more).Add(name, ref value);
    }

    /// <summary>Returns the members as one JSON object, or null if there are none.</summary>
    public readonly byte[]? ToUtf8(ReadOnlySpan<byte> utf8)
    {
        if (_more is CopiedMembers copied)
            return copied.ToUtf8();
        if (_end == 0)
            return null;
        var more = CollectionsMarshal.AsSpan((List<(int Start, int End)>?)_more);
        var length = _end - _start + 2;
        foreach (var (start, end) in more)
            length += end - start + 1;
        var members = new byte[length];
        members[0] = (byte)'{';
        utf8[_start.._end].CopyTo(members.AsSpan(1));
        var at = 1 + _end - _start;
        foreach (var (start, end) in more)
        {
            members[at++] = (byte)',';
            utf8[start..end].CopyTo(members.AsSpan(at));
            at += end - start;
        }
        members[at] = (byte)'}';
        return members;
    }

    /// <summary>Whether no other member is between two members, so that they form one range: then there is no quote between them.</summary>
    private static bool AreAdjacent(ReadOnlySpan<byte> utf8, int end, int start) => !utf8[end..start].Contains((byte)'"');
}
