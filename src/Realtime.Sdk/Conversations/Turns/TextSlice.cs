namespace Realtime.Sdk.Internal;

/// <summary>A part of a <see cref="TextBuffer"/>, which never changes, although the buffer may grow behind it.</summary>
internal readonly struct TextSlice(char[] characters, int start, int end)
{
    private readonly char[] _characters = characters;

    public int Length => end - start;

    public ReadOnlySpan<char> Span => _characters is null ? [] : _characters.AsSpan(start, end - start);

    public override string ToString() => Length == 0 ? "" : new(Span);
}

/// <summary>Text that only grows. What was written is never written again, so that slices can be read by other threads while the text grows.</summary>
internal struct TextBuffer
{
    private const int FirstCapacity = 64;

    private char[]? _characters;

    public int Length { get; private set; }

    public void Append(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        var needed = Length + text.Length;
        if (_characters is null || needed > _characters.Length)
        {
            // Slices keep the array that they were made of.
            var larger = new char[Math.Max(needed, Math.Max(FirstCapacity, Length * 2))];
            Slice(0).Span.CopyTo(larger);
            _characters = larger;
        }
        text.CopyTo(_characters.AsSpan(Length));
        Length = needed;
    }

    /// <summary>Begins again with another text; slices keep the old one.</summary>
    public void Replace(ReadOnlySpan<char> text)
    {
        _characters = null;
        Length = 0;
        Append(text);
    }

    /// <summary>Cuts the array down to the text, once it does not grow any more.</summary>
    public void Trim()
    {
        if (_characters is { } characters && characters.Length > Length)
            _characters = characters[..Length];
    }

    public readonly TextSlice Slice(int start) => Slice(start, Length);

    public readonly TextSlice Slice(int start, int end) => _characters is null ? default : new(_characters, start, end);
}
