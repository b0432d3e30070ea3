namespace Realtime.Sdk.Internal;

/// <summary>A part of a <see cref="TextBuffer"/>. It never changes, even while the buffer grows.</summary>
internal readonly struct TextSlice(char[] characters, int start, int end)
{
    private readonly char[] _characters = characters;

    public int Length => end - start;

    public ReadOnlySpan<char> Span => _characters is null ? [] : _characters.AsSpan(start, end - start);

    public override string ToString() => Length == 0 ? "" : new(Span);
}

/// <summary>Text that only grows. Characters are never overwritten, so other threads can read slices while the text grows.</summary>
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
            // Existing slices keep the old array, so that readers need no lock.
            var larger = new char[Math.Max(needed, Math.Max(FirstCapacity, Length * 2))];
            Slice(0).Span.CopyTo(larger);
            _characters = larger;
        }
        text.CopyTo(_characters.AsSpan(Length));
        Length = needed;
    }

    /// <summary>Replaces the text. Existing slices keep the old one.</summary>
    public void Replace(ReadOnlySpan<char> text)
    {
        _characters = null;
        Length = 0;
        Append(text);
    }

    /// <summary>Trims the array to the length of the text, when the text is complete.</summary>
    public void Trim()
    {
        if (_characters is { } characters && characters.Length > Length)
            _characters = characters[..Length];
    }

    public readonly TextSlice Slice(int start) => Slice(start, Length);

    public readonly TextSlice Slice(int start, int end) => _characters is null ? default : new(_characters, start, end);
}
