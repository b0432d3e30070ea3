using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The last two strings of one kind. It saves allocations, because consecutive events repeat the same IDs. Not thread-safe.</summary>
internal sealed class StringCache
{
    private string? _last;
    private string? _lastButOne;

    /// <summary>Returns the cached string that equals the text, or null if there is none.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        if (Matches(_last, utf8))
            return _last;
        if (!Matches(_lastButOne, utf8))
            return null;
        (_last, _lastButOne) = (_lastButOne, _last);
        return _last;
    }

    public string Add(string text)
    {
        (_last, _lastButOne) = (text, _last);
        return text;
    }

    private static bool Matches(string? known, ReadOnlySpan<byte> utf8) => known is not null && Ascii.Equals(utf8, known);
}
