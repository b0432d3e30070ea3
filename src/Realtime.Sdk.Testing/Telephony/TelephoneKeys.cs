namespace Realtime.Sdk.Testing.Internal;

/// <summary>The keys of a telephone.</summary>
internal static class TelephoneKeys
{
    private const string All = "0123456789*#ABCD";

    public static void ThrowIfInvalid(string keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!keys.All(All.Contains))
            throw new ArgumentException($"The text contains a character that is not a key of a telephone. The keys are {All}.", nameof(keys));
    }
}
