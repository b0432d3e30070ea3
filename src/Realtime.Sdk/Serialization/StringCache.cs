using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The last two strings of one kind: a stream names the same ids again and again. Not for use from several threads at once.</summary>
internal sealed class StringCache
{
    private string? _last;
    private string? _lastButOne;

    /// <summary>One of the two, if it is the same text.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        if (Is(_last, utf8))
            return _last;
        if (!Is(_lastButOne, utf8))
            return null;
        (_last, _lastButOne) = (_lastButOne, _last);
        return _last;
    }

    public string Add(string text)
    {
        (_last, _lastButOne) = (text, _last);
        return text;
    }

    private static bool Is(string? known, ReadOnlySpan<byte> utf8) => known is not null && Ascii.Equals(utf8, known);
}
