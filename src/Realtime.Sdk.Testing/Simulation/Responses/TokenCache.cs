namespace Realtime.Sdk.Testing.Internal;

/// <summary>The cache of the tokens that the model has read before, in whole blocks.</summary>
internal sealed class TokenCache
{
    private const int Block = 64;

    private Tokens _read;

    /// <summary>Returns the part of <paramref name="input"/> that is in the cache, and caches the rest.</summary>
    public Tokens CountCached(Tokens input)
    {
        var cached = new Tokens(CountShared(_read.Text, input.Text), CountShared(_read.Audio, input.Audio), 0);
        _read = input;
        return cached;
    }

    private static int CountShared(int before, int now) => Math.Min(before, now) / Block * Block;
}
