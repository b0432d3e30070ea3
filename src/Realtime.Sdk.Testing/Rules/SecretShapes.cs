namespace Realtime.Sdk.Testing.Internal;

/// <summary>What a request for a client secret may hold. The bounds are those of the API reference.</summary>
internal static class SecretShapes
{
    private const int MinSeconds = 10, MaxSeconds = 7200;

    public static WireRule Lifetime { get; } =
        new ObjectRule(new("anchor", new WordRule(ServiceWords.Anchors)), new("seconds", new IntegerRule(MinSeconds, MaxSeconds)));

    /// <summary>The request, but for the session inside.</summary>
    public static WireRule ClientSecret { get; } = new ObjectRule(new("expires_after", Lifetime), new("session", AnyRule.Instance));
}
